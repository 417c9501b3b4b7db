/** The documents of a corpus as tiers see them, one entry for each. */
export interface Graded {
  /** Index of the domain, or −1 for none. */
  domains: Int32Array;
  /** Higher is better. */
  quality: Float32Array;
  textBytes: Float32Array;
}

/**
 * Cuts each domain into tiers of equal text by the quality of its documents; those of equal quality follow each other as in
 * the corpus.
 * @returns the tier of each document, 1 for the poorest; 0 for documents of no domain
 */
export function cutTiers({ domains, quality, textBytes }: Graded, tiers: number): Uint8Array {
  const at = (values: ArrayLike<number>, i: number) => values[i] as number;
  const order = Uint32Array.from(domains.keys())
    .filter((i) => at(domains, i) >= 0)
    .sort((a, b) => at(domains, a) - at(domains, b) || at(quality, a) - at(quality, b) || a - b);
  const totals = new Map<number, number>();
  for (const i of order) totals.set(at(domains, i), (totals.get(at(domains, i)) ?? 0) + at(textBytes, i));
  const cut = new Uint8Array(domains.length);
  let [domain, before] = [-1, 0];
  for (const i of order) {
    if (at(domains, i) !== domain) [domain, before] = [at(domains, i), 0];
    // By the middle of the document: a long one goes where most of it lies.
    const share = (before + at(textBytes, i) / 2) / (totals.get(domain) || 1);
    cut[i] = 1 + Math.min(tiers - 1, Math.floor(tiers * share));
    before += at(textBytes, i);
  }
  return cut;
}

/** The id of a tier of a domain, for example "d03.q2". */
export function tierId(domain: string, tier: number): string {
  return `${domain}.q${tier}`;
}

/** The domain and the tier that an id is of. @throws RangeError for an id that is no tier's */
export function tierOf(id: string): { parent: string; tier: number } {
  const [, parent, tier] = /^(.+)\.q(\d+)$/.exec(id) ?? [];
  if (parent === undefined) throw new RangeError(`${id} is no tier of a domain`);
  return { parent, tier: Number(tier) };
}
