import { fieldInvalid } from "@climb/runtime";

/** Where a page of snapshots ended: the time and the id of its last one. */
export interface PageEnd {
  createTimeMs: number;
  id: string;
}

export const MAX_PAGE_SIZE = 1000;

/** A token that callers need not understand. */
export function toPageToken({ createTimeMs, id }: PageEnd): string {
  return Buffer.from(JSON.stringify([createTimeMs, id]), "utf8").toString("base64url");
}

/** @returns undefined for the first page @throws ServiceError invalid FIELD_INVALID for what is no token */
export function fromPageToken(token: string): PageEnd | undefined {
  if (token === "") return undefined;
  try {
    const [createTimeMs, id] = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as unknown[];
    if (typeof createTimeMs === "number" && typeof id === "string") return { createTimeMs, id };
  } catch {
    // Said below.
  }
  throw fieldInvalid("page_token", token.slice(0, 100), "what a list gave as next_page_token");
}
