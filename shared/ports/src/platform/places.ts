import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { ServiceError } from "@climb/runtime";

/** Where callers may name files. */
export interface Places {
  /** Folders that paths must lead below. */
  roots: readonly string[];
  /** Buckets that objects may lie in. */
  buckets: readonly string[];
}

/** @throws ServiceError invalid PATH_UNREADABLE for a path that leads out of the folders that corpora are read from */
export async function expectBelow(path: string, roots: readonly string[]): Promise<void> {
  const real = await realPathOf(resolve(path));
  for (const root of roots) {
    const way = relative(await realPathOf(resolve(root)), real);
    if (way === "" || !/^\.\.(\/|$)/.test(way)) return;
  }
  const known = roots.length > 0 ? `a path below ${roots.join(" or ")}` : "no path, as there is none";
  const expected = `expected ${known}, or an s3:// address`;
  throw unreadable(path, `is outside the folders of CLIMB_CORPUS_ROOTS; ${expected}`);
}

/** Where a path leads through all links; as far as it exists. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(await realPathOf(folder), basename(path));
  }
}

/**
 * @param buckets that objects may be read from; any that the process may read, unless given
 * @throws ServiceError invalid PATH_UNREADABLE for an object elsewhere, whether it is there or not
 */
export function expectBucket(path: string, buckets: readonly string[] | undefined): void {
  const [, bucket = ""] = /^s3:\/\/([^/]+)/.exec(path) ?? [];
  if (!buckets || buckets.includes(bucket)) return;
  const known = buckets.length > 0 ? buckets.join(" or ") : "none, as there is none";
  throw unreadable(path, `is outside the buckets of CLIMB_CORPUS_BUCKETS; expected ${known}`);
}

/** The error of a path that callers may not name, or that leads nowhere. */
export function unreadable(path: string, fault: string): ServiceError {
  return new ServiceError("invalid", "PATH_UNREADABLE", `${path} ${fault}`, { path });
}
