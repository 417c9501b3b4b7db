import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { SystemServiceDefinition } from "@climb/proto/system/v1/system_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { Client, ServiceDefinition } from "@climb/runtime";

/** The services that the page asks. */
export const SERVICES = {
  search: SearchServiceDefinition,
  clustering: ClusteringServiceDefinition,
  training: TrainingServiceDefinition,
  predictor: PredictorServiceDefinition,
  store: StoreServiceDefinition,
  system: SystemServiceDefinition,
} as const;

/** Clients of {@link SERVICES}. */
export type PageClients = { [S in keyof typeof SERVICES]: Client<(typeof SERVICES)[S]> };

/** The calls that the page makes, as `/call/<service>/<method>`; what is not here the page's address does not offer. */
const CALLS: { [S in keyof typeof SERVICES]: readonly (keyof (typeof SERVICES)[S]["methods"])[] } = {
  search: [
    "getSearch",
    "listSearches",
    "listSearchRuns",
    "createSearch",
    "updateSearch",
    "pauseSearch",
    "resumeSearch",
    "cancelSearch",
  ],
  clustering: ["getDomainSet", "listDomainSets", "cutDomainSet", "updateDomainSet", "updateDomain"],
  training: ["getRun", "listRuns", "createRun", "getTokenSet"],
  predictor: ["predict"],
  store: ["getUsage"],
  system: ["listProcesses", "listQueues", "listDeadLetters", "retryDeadLetter"],
};

/** The streams that the page follows, as `/watch/<name>?id=`. */
const WATCHES: Record<string, readonly [keyof typeof SERVICES, string]> = {
  search: ["search", "watchSearch"],
  run: ["training", "watchRun"],
};

type AnyCall = (request: unknown, options: object) => Promise<unknown>;
type AnyWatch = (request: unknown, options: object) => AsyncIterable<{ sequence: bigint }>;

/** A call that may be made. */
export interface Offered {
  call: AnyCall;
  /** Encodes a request as the call would. @throws whatever is wrong with something that is no request of this call */
  encode(request: unknown): void;
}

/** The call of a name; undefined for one that is not offered. */
export function callNamed(clients: PageClients, service: string, method: string): Offered | undefined {
  if (!Object.hasOwn(CALLS, service)) return undefined;
  const known = service as keyof typeof SERVICES;
  if (!(CALLS[known] as readonly string[]).includes(method)) return undefined;
  const { requestType } = (SERVICES[known] as ServiceDefinition).methods[
    method
  ] as ServiceDefinition["methods"][string];
  return {
    call: (clients[known] as unknown as Record<string, AnyCall>)[method] as AnyCall,
    encode: (request) => void requestType.encode(requestType.fromPartial(request as never)).finish(),
  };
}

/** The watch of a name; undefined for one that is not offered. */
export function watchNamed(clients: PageClients, name: string): AnyWatch | undefined {
  if (!Object.hasOwn(WATCHES, name)) return undefined;
  const [service, method] = WATCHES[name] as (typeof WATCHES)[string];
  return (clients[service] as unknown as Record<string, AnyWatch>)[method];
}

/** Clients of all services that the page asks. */
export function pageClients(
  connect: <D extends ServiceDefinition>(definition: D, address: string) => Client<D>,
  addresses: { [S in keyof typeof SERVICES]: string },
): PageClients {
  const clients = Object.entries(SERVICES).map(([name, definition]) => [
    name,
    connect(definition as ServiceDefinition, addresses[name as keyof typeof SERVICES]),
  ]);
  return Object.fromEntries(clients) as PageClients;
}
