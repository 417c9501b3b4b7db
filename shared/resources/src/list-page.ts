import { createHash } from "node:crypto";
import type { SnapshotFilter } from "@climb/ports";
import { ListFilter } from "@climb/proto/common/v1/list";
import { fieldInvalid } from "@climb/runtime";
import type { ListRequest } from "./calls.js";
import { givenLabels } from "./metadata.js";
import type { ResourceStore } from "./resource-store.js";
import { type LongResource, wordOfState } from "./status.js";

/**
 * A page of a List call. Its tokens go with the filter and the order that they were given for.
 * @throws ServiceError invalid FIELD_INVALID for a token of another list, or none
 */
export async function listPage<T extends LongResource>(
  store: ResourceStore<T>,
  { pageSize, pageToken, orderBy = "", filter }: ListRequest,
): Promise<{ items: T[]; nextPageToken: string }> {
  const asked = ListFilter.fromPartial(filter ?? {});
  const oldestFirst = orderBy !== "" && !orderBy.endsWith(" desc");
  const list = listName(asked, oldestFirst);
  const page = await store.list({
    pageSize,
    pageToken: innerToken(pageToken, list),
    filter: toSnapshotFilter(asked),
    oldestFirst,
  });
  return { items: page.items, nextPageToken: page.nextPageToken && `${list}.${page.nextPageToken}` };
}

function toSnapshotFilter({ states, labels, createdFrom, createdBefore, owner }: ListFilter): SnapshotFilter {
  return {
    ...(states.length > 0 && { states: states.map(wordOfState) }),
    ...(owner !== "" && { owner }),
    labels: givenLabels(labels),
    ...(createdFrom && { createdFromMs: createdFrom.getTime() }),
    ...(createdBefore && { createdBeforeMs: createdBefore.getTime() }),
  };
}

/** Says which list a token is of. */
function listName(filter: ListFilter, oldestFirst: boolean): string {
  const sorted = { ...filter, labels: Object.fromEntries(Object.entries(filter.labels).sort()) };
  const hash = createHash("sha256")
    .update(ListFilter.encode(sorted).finish())
    .update(oldestFirst ? "asc" : "desc");
  return hash.digest("base64url").slice(0, 8);
}

function innerToken(token: string, list: string): string {
  if (token === "") return "";
  const [of, inner = "", ...more] = token.split(".");
  if (of === list && inner !== "" && more.length === 0) return inner;
  const expected = "the next_page_token of a list with the same filter and order";
  throw fieldInvalid("page_token", token.slice(0, 100), expected);
}
