import { readFileSync } from "node:fs";
import { encodeTarget } from "../core/targets/encode-items.js";
import type { EncodedTarget, Item, Score, TargetKind } from "../core/targets/items.js";

/** A target on this machine. */
export interface LocalTarget {
  name: string;
  kind: TargetKind;
  score: Score;
  /** JSON lines of items. */
  path: string;
}

/** Reads a stored target and tokenises it. */
export function encodeLocal(
  { name, kind, score, path }: LocalTarget,
  tokenizer: Parameters<typeof encodeTarget>[1],
): EncodedTarget {
  const items = readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Item);
  return encodeTarget({ name, kind, items, score }, tokenizer);
}
