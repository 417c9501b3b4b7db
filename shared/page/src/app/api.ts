import type { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import type { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import type { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import type { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import type { SystemServiceDefinition } from "@climb/proto/system/v1/system_service";
import type { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { Wire } from "../wire.js";

interface Services {
  search: typeof SearchServiceDefinition;
  clustering: typeof ClusteringServiceDefinition;
  training: typeof TrainingServiceDefinition;
  predictor: typeof PredictorServiceDefinition;
  store: typeof StoreServiceDefinition;
  system: typeof SystemServiceDefinition;
}
type Message<T> = T extends { decode(bytes: Uint8Array): infer M } ? Wire<M> : never;
type Part<T> = T extends readonly (infer U)[] ? Part<U>[] : T extends object ? { [K in keyof T]?: Part<T[K]> } : T;
type Methods<S extends keyof Services> = Services[S]["methods"];
type Request<S extends keyof Services, M extends keyof Methods<S>> = Methods<S>[M] extends { requestType: infer R }
  ? Part<Message<R>>
  : never;
type Response<S extends keyof Services, M extends keyof Methods<S>> = Methods<S>[M] extends { responseType: infer R }
  ? Message<R>
  : never;

/** A call that was refused, in the words of the service. */
export class CallError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** Told on `window` when a call shows that nobody is signed in. */
export const SIGNED_OUT = "climb-signed-out";

/** One call of the contracts. @throws CallError */
export async function call<S extends keyof Services, M extends keyof Methods<S>>(
  service: S,
  method: M,
  request: Request<S, M>,
): Promise<Response<S, M>> {
  return (await post(`/call/${service}/${String(method)}`, request)) as Response<S, M>;
}

/** Begins a session. @throws CallError for a token that is not known */
export async function signIn(token: string): Promise<void> {
  await post("/session", { token });
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await fetch("/session", { method: "DELETE" });
  window.dispatchEvent(new Event(SIGNED_OUT));
}

/** Who reads the page. */
export interface Session {
  /** Whether callers are asked who they are, and whether this one has said it. */
  asks: boolean;
  signedIn: boolean;
  /** See TraceAddress; told where there is a session. */
  traceAddress?: string;
}

/** Asks who reads the page. */
export async function session(): Promise<Session> {
  return (await answerOf(await fetch("/session"))) as Session;
}

/** A JSON artifact. @throws CallError */
export async function artifactJson<T>(uri: string): Promise<T> {
  return (await answerOf(await fetch(artifactAddress(uri, "artifact.json")))) as T;
}

/** Where an artifact is downloaded from. @param name that the file gets */
export function artifactAddress(uri: string, name: string): string {
  return `/artifact?${new URLSearchParams({ uri, name })}`;
}

async function post(path: string, body: unknown): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  return answerOf(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answerOf(response: globalThis.Response): Promise<unknown> {
  if (response.ok) return response.json();
  const { reason = "", message = response.statusText } = (await response
    .json()
    .catch(() => ({}))) as Partial<CallError>;
  if (response.status === 401) window.dispatchEvent(new Event(SIGNED_OUT));
  throw new CallError(response.status, reason, message);
}
