/**
 * Share (0 to 1) of the characters inside markup: tags `<name …>`, `</name>`, comments and character references.
 * C4 (arXiv 1910.10683, section 2.2) extracts visible text before filtering; where that was not done, this tells.
 * A tag holds no other `<`, and an opening one does not follow a name, so that `a < b` and `vector<int>` do not count.
 */
export function markupShare(text: string): number {
  let inside = 0;
  for (const match of text.matchAll(
    /<\/[a-z][a-z0-9:-]*\s*>|(?<!\w)<[a-z][a-z0-9:-]*(?:\s[^<>]*)?\/?>|<!--[^>]*-->|<![a-z][^>]*>|&[a-z]+;|&#\d+;/giu,
  )) {
    inside += match[0].length;
  }
  return text.length > 0 ? inside / text.length : 0;
}

/**
 * Share (0 to 1) of the characters in opaque tokens: runs of 16 or more letters and digits that change between letter
 * and digit at least three times — digests, keys, generated identifiers. No model can learn to predict them.
 */
export function opaqueShare(text: string): number {
  let opaque = 0;
  for (const match of text.matchAll(/[A-Za-z0-9+=]{16,}/gu)) {
    const token = match[0];
    let changes = 0;
    let previous = isDigit(token.charCodeAt(0));
    for (let i = 1; i < token.length; i++) {
      const digit = isDigit(token.charCodeAt(i));
      if (digit !== previous) changes++;
      previous = digit;
    }
    if (changes >= 3) opaque += token.length;
  }
  return text.length > 0 ? opaque / text.length : 0;
}

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
const insideWord = /[\p{L}\p{N}]/u;

/** One formula is no boilerplate: prose speaks of privacy policies too, and in a short text one is a high rate. */
const FEWEST_FORMULAS = 2;

/** Boilerplate formulas per 100 words; 0 where there is only one. */
export function boilerplateRate(text: string, words: number): number {
  let hits = 0;
  for (const { 0: found, index } of text.matchAll(formula)) {
    // "Gas is" does not hold "as is". Boundaries in the expression would be tried at every letter of every text.
    if (!insideWord.test(text.charAt(index - 1)) && !insideWord.test(text.charAt(index + found.length))) hits++;
  }
  return hits >= FEWEST_FORMULAS && words > 0 ? (100 * hits) / words : 0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
