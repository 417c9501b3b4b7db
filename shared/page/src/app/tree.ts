import type { Merge } from "@climb/proto/clustering/v1/clustering_service";
import type { Wire } from "../wire.js";

/**
 * The branches that a merge tree has when it is cut into so many: which leaves come together, those with most leaves first.
 * @param merges in the order they are made; merge i joins two nodes into node `leaves + i`, and leaves come first
 * @param wanted 1 to `leaves`
 */
export function branches(
  merges: readonly Pick<Wire<Merge>, "left" | "right">[],
  leaves: number,
  wanted: number,
): number[][] {
  const nodes = new Map<number, number[]>(Array.from({ length: leaves }, (_, i) => [i, [i]]));
  for (const [i, { left, right }] of merges.slice(0, leaves - wanted).entries()) {
    nodes.set(leaves + i, [...(nodes.get(left) ?? []), ...(nodes.get(right) ?? [])]);
    nodes.delete(left);
    nodes.delete(right);
  }
  const found = [...nodes.values()].map((own) => own.sort((a, b) => a - b));
  return found.sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
}
