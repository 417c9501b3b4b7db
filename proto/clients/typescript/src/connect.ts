import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { SystemServiceDefinition } from "@climb/proto/system/v1/system_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { ChannelCredentials } from "@grpc/grpc-js";
import { type Channel, type Client, createClientFactory, type TsProtoServiceDefinition } from "nice-grpc";
import { callingWith, type Timeout } from "./calls.js";
import { openChannel, type Tls } from "./channel.js";
import { downloadFiles } from "./download.js";
import { eitherSignal, type Patience } from "./patience.js";
import { patientClient } from "./patient-client.js";
import { uploadFile } from "./upload.js";

const DEFINITIONS = {
  search: SearchServiceDefinition,
  embedding: EmbeddingServiceDefinition,
  clustering: ClusteringServiceDefinition,
  training: TrainingServiceDefinition,
  predictor: PredictorServiceDefinition,
  store: StoreServiceDefinition,
  system: SystemServiceDefinition,
};
type Definitions = typeof DEFINITIONS;
type Services = { [S in keyof Definitions]: Client<Definitions[S], Timeout> };

/** A suite of services: their calls, as the contracts name them, and what takes more than one call. */
export interface Climb extends Services {
  /** See uploadFile. */
  upload(path: string, options?: Parameters<typeof uploadFile>[2]): Promise<string>;
  /** See downloadFiles. */
  download(files: Readonly<Record<string, Artifact>>, folder: string, options?: Patience): Promise<string[]>;
  close(): void;
}

/** How a suite is reached. */
export interface ConnectOptions extends Patience {
  /** Services with addresses of their own. All of them offer the store and the system. */
  addresses?: Partial<Record<keyof Definitions, string>>;
  /** Calls are encrypted: `{}` trusts the system's authorities. Plain text, unless given. */
  tls?: Tls;
  /** Credentials of grpc-js instead of `tls`. */
  credentials?: ChannelCredentials;
  /** Sent with each call; a function is asked each time. */
  token?: string | (() => string);
  /** Allows a token in plain text beyond loopback. */
  insecure?: boolean;
  /** Deadline of each try of a call that answers once; a minute, unless given. */
  timeoutMs?: number;
}

/**
 * Reaches a suite. Nothing is sent before the first call.
 * @param address host:port, or dns:///name:port for all addresses of a name
 * @throws Error for a token that others could read on its way
 */
export function connect(address: string, options: ConnectOptions = {}): Climb {
  const { addresses = {}, token, timeoutMs = 60_000, patienceMs, signal, onWait } = options;
  const patience: Patience = { patienceMs, signal, onWait };
  const readToken = typeof token === "string" ? () => token : token;
  const factory = createClientFactory().use(callingWith(readToken, timeoutMs));
  const channels = new Map<string, Channel>();
  const client = <D extends TsProtoServiceDefinition>(definition: D, at = address): Client<D, Timeout> => {
    const channel = channels.get(at) ?? openChannel(at, options);
    channels.set(at, channel);
    return patientClient(definition, factory.create(definition, channel) as object, patience) as Client<D, Timeout>;
  };
  const names = Object.keys(DEFINITIONS) as (keyof Definitions)[];
  const services = Object.fromEntries(names.map((name) => [name, client(DEFINITIONS[name], addresses[name])]));
  const { store, ...others } = services as Services;
  const withSignal = <P extends Patience>(given = {} as P): P => ({
    ...patience,
    ...given,
    signal: eitherSignal(signal, given.signal),
  });
  return {
    ...others,
    store,
    upload: (path, given) => uploadFile(store, path, withSignal(given)),
    download: (files, folder, given) => downloadFiles(store, files, folder, withSignal(given)),
    close() {
      for (const channel of channels.values()) channel.close();
    },
  };
}
