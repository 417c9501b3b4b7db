// Sentences that pages and files repeat without saying anything of their own. C4 drops lines and pages that hold
// "javascript", "lorem ipsum", cookie and policy notices; licence and warranty formulas are the same for files.
const formulas = [
  "lorem ipsum",
  "enable javascript",
  "javascript is disabled",
  "use of cookies",
  "uses cookies",
  "cookie policy",
  "accept cookies",
  "privacy policy",
  "terms of use",
  "terms of service",
  "all rights reserved",
  "sign up for our newsletter",
  "subscribe to our",
  "click here",
  "without warranty of any kind",
  "without any warranty",
  "express or implied",
  'provided "as is"',
  "fitness for a particular purpose",
  "merchantability",
  "in no event shall",
  "be liable for any",
  "consequential damages",
  "redistribution and use in source and binary",
  "redistributions of source code",
  "redistributions in binary form",
  "permission is hereby granted",
  "above copyright notice",
  "copyright notice",
  "copyright holder",
  "derivative works",
  "terms and conditions of this license",
  "this license",
  "this licence",
  // The same of German, French and Spanish pages and files.
  "alle rechte vorbehalten",
  "datenschutzerklärung",
  "verwendet cookies",
  "dieser lizenz",
  "diese lizenz",
  "lizenzbedingungen",
  "schutzgegenstandes",
  "gewährleistung",
  "tous droits réservés",
  "politique de confidentialité",
  "utilise des cookies",
  "cette licence",
  "présente licence",
  "la licence",
  "le licencié",
  "sans garantie",
  "todos los derechos reservados",
  "política de privacidad",
  "utiliza cookies",
  "esta licencia",
  "sin garantía",
];
// "As is" without a hyphen or quotation marks is a phrase of prose.
const asIs = "as-is|[\"“”']as is[\"“”']";
const phrases = formulas.map((f) => f.replace(/[ -]/gu, "[\\s-]+").replace(/"/gu, "[\"“”']*")).join("|");
const formula = new RegExp(`${phrases}|${asIs}`, "giu");
// Letters of a formula that stand together also do so in a text that holds it, so the longest of them must be there.
const anchors = formulas.map((each) => (each.match(/\p{L}+/gu) ?? []).reduce((a, b) => (b.length > a.length ? b : a)));
const anchor = new RegExp(`${[...new Set(anchors)].join("|")}|as-is|["“”']as`, "iu");
const insideWord = /[\p{L}\p{N}]/u;

/** One formula is no boilerplate: prose speaks of privacy policies too, and in a short text one is a high rate. */
export const FEWEST_FORMULAS = 2;

/**
 * To how many formulas a word, as spaces leave it, may belong: 0, 1, or 2 for two and more. A text whose words have
 * fewer than {@link FEWEST_FORMULAS} together need not be searched.
 */
export function formulasOf(word: string): number {
  if (!anchor.test(word)) return 0;
  return /^[^\p{L}\p{N}]*[\p{L}\p{N}]+[^\p{L}\p{N}]*$/u.test(word) ? 1 : 2;
}

/** Boilerplate formulas per 100 words; 0 where there is only one. */
export function boilerplateRate(text: string, words: number): number {
  let hits = 0;
  for (const { 0: found, index } of text.matchAll(formula)) {
    // "Gas is" does not hold "as is". Boundaries in the expression would be tried at every letter of every text.
    if (!insideWord.test(text.charAt(index - 1)) && !insideWord.test(text.charAt(index + found.length))) hits++;
  }
  return hits >= FEWEST_FORMULAS && words > 0 ? (100 * hits) / words : 0;
}
