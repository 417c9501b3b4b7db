import type { ListFilter } from "@climb/proto/common/v1/list";
import type { ResourceMetadata } from "@climb/proto/common/v1/resource";
import { maskOf } from "@climb/proto/mask";
import { type CallContext, fieldInvalid, onceFor } from "@climb/runtime";

/** Fields of a resource to send; all, unless given. */
interface ReadMask {
  readMask?: string[] | undefined;
}

/** The page of a List call, as the contract has it. */
export interface ListRequest extends ReadMask {
  pageSize: number;
  pageToken: string;
  orderBy?: string;
  filter?: Partial<ListFilter> | undefined;
}

/** The request of an Update call. */
export interface UpdateRequest {
  id: string;
  metadata?: ResourceMetadata | undefined;
  updateMask?: string[] | undefined;
}

/** What the calls of a kind do; {@link resourceCalls} gives them the contract's names. */
export interface ResourceActions<T> {
  show(id: string): Promise<T>;
  list(page: ListRequest): Promise<{ items: T[]; nextPageToken: string }>;
  watch(id: string, afterSequence: bigint, signal: AbortSignal): AsyncIterable<{ sequence: bigint; resource: T }>;
  describe(id: string, said: ResourceMetadata | undefined, mask: string[] | undefined): Promise<T>;
  cancel(id: string): Promise<T>;
  remove(id: string): Promise<void>;
}

type One<N extends string, T> = { [F in Uncapitalize<N>]: T };

/** Get, List, Watch, Update, Cancel and Delete of a kind, under the names that its contract gives them. */
export type ResourceCalls<N extends string, P extends string, T> = {
  [K in `cancel${N}`]: (request: { id: string }) => Promise<One<N, T>>;
} & {
  [K in `get${N}`]: (request: { id: string } & ReadMask) => Promise<One<N, T>>;
} & {
  [K in `update${N}`]: (request: UpdateRequest) => Promise<One<N, T>>;
} & {
  [K in `list${P}`]: (request: ListRequest) => Promise<{ [F in Uncapitalize<P>]: T[] } & { nextPageToken: string }>;
} & {
  [K in `watch${N}`]: (
    request: { id: string; afterSequence: bigint } & ReadMask,
    context: CallContext,
  ) => AsyncIterable<{ sequence: bigint } & One<N, T>>;
} & { [K in `delete${N}`]: (request: { id: string }) => Promise<Record<string, never>> };

/**
 * @param one the resource's name in the contract, for example "EmbeddingSet"
 * @param many for example "EmbeddingSets"
 * @param typeName full name of the resource's message, which masks are of
 */
export function resourceCalls<N extends string, P extends string, T extends object>(
  actions: ResourceActions<T>,
  one: N,
  many: P,
  typeName: string | undefined,
): ResourceCalls<N, P, T> {
  const [field, fields] = [uncapitalised(one), uncapitalised(many)];
  /** One message for all who watch, so that it is made ready to be sent once. */
  const messageOf = onceFor(({ sequence, resource }: { sequence: bigint; resource: T }) => ({
    sequence,
    [field]: resource,
  }));
  const calls = {
    async [`get${one}`]({ id, readMask }: { id: string } & ReadMask) {
      const masked = maskWith(typeName, readMask);
      return { [field]: masked(await actions.show(id)) };
    },
    async [`list${many}`](request: ListRequest) {
      const masked = maskWith(typeName, request.readMask);
      const { items, nextPageToken } = await actions.list(request);
      return { [fields]: items.map(masked), nextPageToken };
    },
    async *[`watch${one}`](request: { id: string; afterSequence: bigint } & ReadMask, { signal }: CallContext) {
      const masked = maskWith(typeName, request.readMask);
      for await (const shown of actions.watch(request.id, request.afterSequence, signal)) {
        if (isMasking(request)) yield { sequence: shown.sequence, [field]: masked(shown.resource) };
        else yield messageOf(shown);
      }
    },
    [`update${one}`]: async ({ id, metadata, updateMask }: UpdateRequest) => ({
      [field]: await actions.describe(id, metadata, updateMask),
    }),
    [`cancel${one}`]: async ({ id }: { id: string }) => ({ [field]: await actions.cancel(id) }),
    async [`delete${one}`]({ id }: { id: string }) {
      await actions.remove(id);
      return {};
    },
  };
  return calls as unknown as ResourceCalls<N, P, T>;
}

/** What a mask leaves of resources. @throws ServiceError invalid FIELD_INVALID for a path that leads nowhere */
function maskWith<T extends object>(typeName: string | undefined, readMask: string[] | undefined): (resource: T) => T {
  if (!typeName || !isMasking({ readMask })) return (resource) => resource;
  const mask = maskOf(typeName, readMask as string[]);
  if (mask.lost) {
    const { index, path } = mask.lost;
    throw fieldInvalid(`read_mask.paths[${index}]`, path.slice(0, 100), `the path of a field of ${typeName}`);
  }
  return mask.of;
}

/** A mask without paths hides nothing. */
function isMasking({ readMask = [] }: ReadMask): boolean {
  return readMask.length > 0;
}

function uncapitalised(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
