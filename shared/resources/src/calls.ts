import { type CallContext, onceFor } from "@climb/runtime";
import type { ResourcePage } from "./resource-store.js";

/** The page of a List call, as the contract has it. */
export interface ListRequest {
  pageSize: number;
  pageToken: string;
  filter?: { states: number[]; labels: Record<string, string>; createdFrom?: Date; createdBefore?: Date };
}

/** What the calls of a kind do; {@link resourceCalls} gives them the contract's names. */
export interface ResourceActions<T> {
  show(id: string): Promise<T>;
  list(page: ListRequest): Promise<{ items: T[]; nextPageToken: string }>;
  watch(id: string, afterSequence: bigint, signal: AbortSignal): AsyncIterable<{ sequence: bigint; resource: T }>;
  cancel(id: string): Promise<T>;
  remove(id: string): Promise<void>;
}

type One<N extends string, T> = { [F in Uncapitalize<N>]: T };

/** Get, List, Watch, Cancel and Delete of a kind, under the names that its contract gives them. */
export type ResourceCalls<N extends string, P extends string, T> = {
  [K in `get${N}` | `cancel${N}`]: (request: { id: string }) => Promise<One<N, T>>;
} & {
  [K in `list${P}`]: (request: ListRequest) => Promise<{ [F in Uncapitalize<P>]: T[] } & { nextPageToken: string }>;
} & {
  [K in `watch${N}`]: (
    request: { id: string; afterSequence: bigint },
    context: CallContext,
  ) => AsyncIterable<{ sequence: bigint } & One<N, T>>;
} & { [K in `delete${N}`]: (request: { id: string }) => Promise<Record<string, never>> };

/** @param one the resource's name in the contract, for example "EmbeddingSet" @param many for example "EmbeddingSets" */
export function resourceCalls<N extends string, P extends string, T>(
  actions: ResourceActions<T>,
  one: N,
  many: P,
): ResourceCalls<N, P, T> {
  const [field, fields] = [uncapitalised(one), uncapitalised(many)];
  /** One message for all who watch, so that it is made ready to be sent once. */
  const messageOf = onceFor(({ sequence, resource }: { sequence: bigint; resource: T }) => ({
    sequence,
    [field]: resource,
  }));
  const calls = {
    [`get${one}`]: async ({ id }: { id: string }) => ({ [field]: await actions.show(id) }),
    async [`list${many}`](request: ListRequest) {
      const { items, nextPageToken } = await actions.list(request);
      return { [fields]: items, nextPageToken };
    },
    async *[`watch${one}`](request: { id: string; afterSequence: bigint }, { signal }: CallContext) {
      for await (const shown of actions.watch(request.id, request.afterSequence, signal)) yield messageOf(shown);
    },
    [`cancel${one}`]: async ({ id }: { id: string }) => ({ [field]: await actions.cancel(id) }),
    async [`delete${one}`]({ id }: { id: string }) {
      await actions.remove(id);
      return {};
    },
  };
  return calls as unknown as ResourceCalls<N, P, T>;
}

function uncapitalised(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** A page of the contract as the store wants it. */
export function toPage({ pageSize, pageToken, filter }: ListRequest, nameOf: (state: number) => string): ResourcePage {
  const { states = [], labels = {}, createdFrom, createdBefore } = filter ?? {};
  return {
    pageSize,
    pageToken,
    filter: {
      ...(states.length > 0 && { states: states.map(nameOf) }),
      labels,
      createdFromMs: createdFrom?.getTime(),
      createdBeforeMs: createdBefore?.getTime(),
    },
  };
}
