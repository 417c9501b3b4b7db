import { accessRules, type Role } from "@climb/proto/access";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { SystemServiceDefinition } from "@climb/proto/system/v1/system_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type Client, createClient, type ServiceDefinition, ServiceError } from "@climb/runtime";

const SERVICES: ServiceDefinition[] = [
  EmbeddingServiceDefinition,
  ClusteringServiceDefinition,
  TrainingServiceDefinition,
  PredictorServiceDefinition,
  SearchServiceDefinition,
  StoreServiceDefinition,
  SystemServiceDefinition,
];

/** One call of the contracts. */
export interface Call {
  /** "/package.Service/Method" */
  path: string;
  name: string;
  role: Role;
  service: ServiceDefinition;
  key: string;
}

/** Every call that the descriptors have. @throws Error for one that no service here answers */
export function everyCall(): Call[] {
  return [...accessRules().values()].map(({ path, role }) => {
    const [, serviceName, name = ""] = path.split("/");
    const service = SERVICES.find(({ fullName }) => fullName === serviceName);
    const [key] = Object.entries(service?.methods ?? {}).find(([, method]) => method.name === name) ?? [];
    if (!service || !key) throw new Error(`${path} is in the descriptors, and no service here has it`);
    return { path, name, role, service, key };
  });
}

/** Who calls: what each call shows. */
export interface Stranger {
  /** What the server answered first; a refusal as "CODE REASON"; "nothing" for a stream that ended. */
  ask(call: Call, request?: object): Promise<unknown>;
  client<D extends ServiceDefinition>(service: D): Client<D>;
  close(): void;
}

/** Somebody who calls a suite. @param token what each call shows; nothing, unless given */
export function caller(address: string, token?: string): Stranger {
  const clients = new Map<ServiceDefinition, { close(): void }>();
  const client = <D extends ServiceDefinition>(service: D): Client<D> => {
    const known = clients.get(service) ?? createClient(service, address, { token: token ? () => token : undefined });
    clients.set(service, known);
    return known as Client<D>;
  };
  return {
    client,
    async ask({ service, key }, request = {}) {
      const method = service.methods[key];
      const input = method?.requestStream ? once(request) : request;
      const call = (client(service) as Record<string, unknown>)[key] as (input: unknown) => unknown;
      try {
        const answer = call(input);
        if (!method?.responseStream) return await answer;
        for await (const message of answer as AsyncIterable<unknown>) return message;
        return "nothing";
      } catch (error) {
        if (error instanceof ServiceError) return `${error.kind} ${error.reason}`;
        throw error;
      }
    },
    close() {
      for (const one of clients.values()) one.close();
    },
  };
}

async function* once(request: object): AsyncGenerator<object> {
  yield request;
}
