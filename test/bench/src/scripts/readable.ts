/**
 * Whether the terms of a label are words as somebody else cuts them: each stands in one of the texts between two
 * boundaries of `Intl.Segmenter`, run over the whole text, and begins with a letter.
 */
export function createReadable(texts: readonly string[]): (terms: readonly string[]) => boolean {
  const segmenter = new Intl.Segmenter("und", { granularity: "word" });
  const lower = texts.map((text) => text.toLowerCase());
  const boundaries = new Map<number, Set<number>>();
  const boundariesOf = (index: number) => {
    const known = boundaries.get(index);
    if (known) return known;
    const text = lower[index] as string;
    const found = new Set([...segmenter.segment(text)].map((segment) => segment.index)).add(text.length);
    boundaries.set(index, found);
    return found;
  };
  const standsIn = (term: string, index: number) => {
    const text = lower[index] as string;
    for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
      const found = boundariesOf(index);
      if (found.has(at) && found.has(at + term.length)) return true;
    }
    return false;
  };
  return (terms) =>
    terms.length > 0 &&
    terms.every(
      (term) => /^\p{L}\P{C}+$/u.test(term.replace(/[\u200c\u200d]/gu, "")) && lower.some((_, i) => standsIn(term, i)),
    );
}
