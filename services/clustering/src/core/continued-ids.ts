/** The id of the domain with an index, when nothing is continued. */
export function domainId(index: number): string {
  return `d${String(index).padStart(2, "0")}`;
}

/**
 * Ids for domains that continue earlier ones: a domain with more than half of the documents of an earlier one takes its
 * id, the largest part first if there are several. All others get ids that were never used before.
 * @param overlap (earlier domains) × (new domains): documents that they share
 * @param earlierIds of the earlier domains
 */
export function continuedIds(overlap: readonly Float64Array[], earlierIds: readonly string[]): string[] {
  const count = overlap[0]?.length ?? 0;
  const ids = new Array<string | undefined>(count).fill(undefined);
  const claims = overlap.flatMap((shared, earlier) => {
    const all = shared.reduce((sum, documents) => sum + documents, 0);
    return Array.from(shared, (documents, domain) => ({ earlier, domain, documents })).filter(
      ({ documents }) => documents > all / 2,
    );
  });
  for (const { earlier, domain } of claims.sort((a, b) => b.documents - a.documents || a.earlier - b.earlier)) {
    ids[domain] ??= earlierIds[earlier];
  }
  let next = Math.max(-1, ...earlierIds.map((id) => Number(/^d(\d+)$/.exec(id)?.[1] ?? -1)));
  return ids.map((id) => id ?? domainId(++next));
}
