const anyone = /\b(?:he|she|him|his|her|hers|himself|herself|I|me|my|myself|you)\b/g;
const someoneElse = /\b(?:he|she|him|his|her|hers|himself|herself|He|She|His|Her)\b/g;
const pasts =
  /\b(?:was|were|had|did|could|would|went|came|saw|took|stood|felt|thought|knew|made|gave|found|left|sat|ran|heard|told|spoke|fell|held|kept|put|brought|began|got|let|lay|rose|[a-z]{3,}ed)\b/g;
const spoke =
  /\b(?:said|asked|replied|cried|answered|whispered|exclaimed|murmured|shouted|muttered|remarked|returned|began|added|laughed|sighed|nodded|smiled)\b/i;

/** Shares of fewer words say nothing. */
const FEWEST_WORDS = 60;

/**
 * Whether an English text tells a story: people, what they did and what they said. Of 608 pieces of novels in a corpus of 45
 * sources 79 % pass, of each other source at most 3 %.
 */
export function isStory(text: string): boolean {
  const words = text.match(/\S+/g)?.length ?? 0;
  const share = (pattern: RegExp) => (text.match(pattern)?.length ?? 0) / words;
  if (words < FEWEST_WORDS) return false;
  const persons = share(anyone);
  return persons >= 0.03 && persons + share(pasts) >= 0.12 && share(someoneElse) >= 0.015 && spoke.test(text);
}
