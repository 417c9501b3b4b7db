/** Hues a golden angle apart: neighbours in the list differ, however many there are. */
const GOLDEN_ANGLE = 137.508;

/**
 * The colour of a domain, the same wherever it is shown: it follows from the id alone, which a domain keeps when its corpus
 * grows. The style sheet makes of hue and shade what can be read on its paper, light or dark.
 * @returns hue in degrees, shade 0, 1 or 2
 */
export function colourOf(domainId: string): { hue: number; shade: number } {
  const index = /^\D*(\d{1,6})$/.exec(domainId)?.[1];
  const number = index === undefined ? hashOf(domainId) : Number(index);
  return { hue: Math.round((200 + number * GOLDEN_ANGLE) % 360), shade: number % 3 };
}

/** What an element of a domain's colour wears: `fill`, `background` and `color` come of the class. */
export function inColourOf(domainId: string): { class: string; style: Record<string, string> } {
  const { hue, shade } = colourOf(domainId);
  return { class: `domain shade-${shade}`, style: { "--hue": String(hue) } };
}

/** FNV-1a, for ids that have no number. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % 9973;
}
