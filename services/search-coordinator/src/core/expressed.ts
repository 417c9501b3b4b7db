/**
 * Tokens that earlier and present domains have in common: a row for each earlier domain and one for what was in none, a
 * column for each present domain and one for what is in none. Counted at the rate of the present domains.
 */
export type SharedTokens = readonly (readonly number[])[];

/** A mixture of earlier domains in present ones. */
export interface Expressed {
  /** The present mixture that takes as much from each domain; sums to 1 unless nothing is left. */
  mixture: number[];
  /** Share of what the earlier mixture trains on that this one takes elsewhere: the total variation between both. */
  distance: number;
}

/**
 * Writes a mixture of earlier domains as one of present domains. Tokens are drawn from a domain in their natural
 * proportion, so a split domain is its parts by their tokens, exactly; domains that were merged are exact as far as the
 * mixture had them in their natural proportion, and what has gone is not made up for.
 */
export function expressed(mixture: readonly number[], shared: SharedTokens): Expressed {
  const present = (shared[0]?.length ?? 1) - 1;
  const rows = shared.map((row) => row.reduce((sum, tokens) => sum + tokens, 0));
  // What the earlier mixture draws from each piece that an earlier domain and a present one share.
  const drawn = shared.map((row, o) => {
    const each = o < mixture.length && (rows[o] as number) > 0 ? (mixture[o] as number) / (rows[o] as number) : 0;
    return row.map((tokens) => each * tokens);
  });
  const columns = Array.from({ length: present }, (_, n) => shared.reduce((sum, row) => sum + (row[n] as number), 0));
  const taken = columns.map((_, n) => drawn.reduce((sum, row) => sum + (row[n] as number), 0));
  const inside = taken.reduce((sum, weight) => sum + weight, 0);
  const weights = taken.map((weight) => (inside > 0 ? weight / inside : 0));
  let apart = 0;
  for (const [o, row] of shared.entries()) {
    for (const [n, tokens] of row.entries()) {
      const here =
        n < present && (columns[n] as number) > 0 ? ((weights[n] as number) * tokens) / (columns[n] as number) : 0;
      apart += Math.abs((drawn[o]?.[n] ?? 0) - here);
    }
  }
  return { mixture: weights, distance: inside > 0 ? apart / 2 : 1 };
}

/** What a domain was before. */
export type DomainChange = "same" | "part" | "merged" | "new" | "other";

/** Where the tokens of a present domain were before. */
export interface DomainOrigin {
  change: DomainChange;
  /** Earlier domains by index, the largest part first; parts below a hundredth of both domains are not told. */
  parts: { earlier: number; share: number; shareOfEarlier: number }[];
}

/** Domains are the same, or one within another, if all but so much of their tokens is. */
const NEARLY = 0.99;

/** How each present domain came to be, in order. */
export function domainOrigins(shared: SharedTokens): DomainOrigin[] {
  const earlier = shared.length - 1;
  const present = (shared[0]?.length ?? 1) - 1;
  const rows = shared.map((row) => row.reduce((sum, tokens) => sum + tokens, 0));
  return Array.from({ length: present }, (_, n) => {
    const column = shared.map((row) => row[n] as number);
    const all = column.reduce((sum, tokens) => sum + tokens, 0);
    const shareOf = (tokens: number, whole: number) => (whole > 0 ? tokens / whole : 0);
    const parts = column
      .slice(0, earlier)
      .map((tokens, o) => ({
        earlier: o,
        share: shareOf(tokens, all),
        shareOfEarlier: shareOf(tokens, rows[o] as number),
      }))
      .filter(({ share, shareOfEarlier }) => share >= 1 - NEARLY || shareOfEarlier >= 1 - NEARLY)
      .sort((a, b) => b.share - a.share || a.earlier - b.earlier);
    return { change: changeOf(parts, shareOf(column[earlier] as number, all)), parts };
  });
}

function changeOf(parts: DomainOrigin["parts"], fromOutside: number): DomainChange {
  if (fromOutside >= NEARLY) return "new";
  const [first, ...others] = parts;
  if (!first) return "other";
  if (first.share >= NEARLY) return first.shareOfEarlier >= NEARLY ? "same" : "part";
  const whole = [first, ...others].filter(({ shareOfEarlier }) => shareOfEarlier >= NEARLY);
  return whole.reduce((sum, { share }) => sum + share, 0) >= NEARLY ? "merged" : "other";
}

/** Earlier domains, by index, of which hardly a document is in any present one. */
export function goneDomains(shared: SharedTokens): number[] {
  return shared.slice(0, -1).flatMap((row, o) => {
    const all = row.reduce((sum, tokens) => sum + tokens, 0);
    return all > 0 && (row.at(-1) as number) / all >= NEARLY ? [o] : [];
  });
}
