import { isCode } from "../quality/rules.js";
import type { Signals } from "../quality/signals.js";
import { codeLanguageOf, codeLanguages } from "./code-language.js";
import { type LineShapes, lineShapes } from "./line-shapes.js";
import { isStory } from "./story.js";

/** Forms that a text can have beside running text, in the words of titles. Their order is that of `Summary.forms`. */
export const textForms = [
  "TypeScript declarations",
  "minified JavaScript",
  "minified CSS",
  "CSS",
  "package manifests",
  "lock files",
  "source maps",
  "JSON",
  "YAML",
  "HTML",
  "XML",
  "LaTeX",
  "licence texts",
  "changelogs",
  "Markdown documentation",
  "questions and answers",
  "dialogues",
  "stories",
  "machine logs",
  "tables of numbers",
  ...codeLanguages.map((language) => `${language} code` as const),
] as const;

export type TextForm = (typeof textForms)[number];

/** What is looked at: the form of a text shows long before its end. */
const BEGINNING = 3000;

/**
 * The form of a text: what it is whatever it is about. By its lines, the signals of quality and, for code, by what only one
 * language writes. Undefined for running text and for what has no form that is known here.
 */
export function formOf(text: string, signals: Signals): TextForm | undefined {
  const beginning = text.slice(0, BEGINNING);
  if (isLicence(beginning, signals)) return "licence texts";
  if (/"mappings" ?: ?"|"sourcesContent"/.test(beginning)) return "source maps";
  const shapes = lineShapes(beginning);
  if (signals.meanLineLength > 200) return formOfLongLines(beginning, shapes, signals);
  if (shapes.lines < 2) return isStory(beginning) ? "stories" : undefined;
  return (
    formOfData(beginning, shapes) ?? formOfCode(beginning, shapes, signals) ?? formOfProse(beginning, shapes, signals)
  );
}

function isLicence(text: string, { boilerplate }: Signals): boolean {
  if (boilerplate < 0.4) return false;
  return (text.match(/licen[cs]|warrant|redistribut|copyright|permission|patent|liab/gi)?.length ?? 0) >= 4;
}

/** Lines beyond human reach are of machines, or paragraphs. */
function formOfLongLines(
  text: string,
  { spoken, lines }: LineShapes,
  { punctuation, markup }: Signals,
): TextForm | undefined {
  if (spoken >= 0.6 && lines > 1) return "dialogues";
  // Mappings are numbers in base 64, with commas and semicolons between them.
  if (/^[\w+/=,;"]{400}/.test(text) && /(?:[A-Za-z]{4,5}[,;]){8}/.test(text)) return "source maps";
  if (markup >= 0.2) return markupForm(text);
  if (punctuation < 0.1) return isStory(text) ? "stories" : undefined;
  if (/^\s*[[{]\s*["{[]/.test(text) && (text.match(/":/g)?.length ?? 0) >= 4) return "JSON";
  const script = text.match(/\bfunction\b|=>|\breturn\b|\bvar \w|&&|\bthis\.|\|\||===/g)?.length ?? 0;
  if (script >= 5) return "minified JavaScript";
  return (text.match(/[\w-]+:[^;{}]+[;}]/g)?.length ?? 0) >= 8 && text.includes("{") ? "minified CSS" : undefined;
}

const digests = /\b(?:checksum|integrity|resolved|hash|sha\d+)["']?\s*[:=]?\s*["']?(?:sha\d+[-:]|https:|[0-9a-f]{32})/g;

function formOfData(
  text: string,
  { quoted, tabular, stamped, keyed, meanLength, spoken }: LineShapes,
): TextForm | undefined {
  if ((text.match(digests)?.length ?? 0) >= 2) return "lock files";
  if (quoted >= 0.75) {
    return /"(?:devD|d|peerD)ependencies":|"(?:main|exports|scripts)":/.test(text) && /"version":/.test(text)
      ? "package manifests"
      : "JSON";
  }
  if (stamped >= 0.6) return "machine logs";
  if (tabular >= 0.6) return "tables of numbers";
  if (keyed >= 0.75 && meanLength < 60 && spoken < 0.5) {
    return /^ {2,}\S/m.test(text) ? "YAML" : undefined;
  }
  return undefined;
}

function formOfCode(text: string, { declared, styled }: LineShapes, signals: Signals): TextForm | undefined {
  const declares = text.match(/\bdeclare\b|^\s*export (?:interface|type|abstract class) |^\s*readonly /gm)?.length ?? 0;
  const bodies = text.match(/\breturn\b.*;|^\s*(?:if|for|while) ?\(|\) => \{$/gm)?.length ?? 0;
  if (declared >= 0.8 && bodies === 0 && (declares > 0 || /^\s*[\w$]+\??(?:\(.*\))?: .*;$/m.test(text))) {
    return "TypeScript declarations";
  }
  if (isCode(signals)) {
    // Calculations look like code too, but in no language.
    const language = codeLanguageOf(text);
    if (language) return `${language} code`;
  }
  if (styled >= 0.85 && /^\s*[.#@:*]?[\w-].*\{\s*$/m.test(text)) return "CSS";
  return signals.markup >= 0.2 ? markupForm(text) : undefined;
}

function markupForm(text: string): TextForm {
  return /<(?:html|head|body|div|span|p|a|li|td|script|img|input)\b/i.test(text) ? "HTML" : "XML";
}

function formOfProse(
  text: string,
  { headings, linked, lines, spoken }: LineShapes,
  signals: Signals,
): TextForm | undefined {
  if ((text.match(/\\(?:begin|end|label|ref|section|frac|math\w+|cite|item|emph|text\w*)\b/g)?.length ?? 0) >= 6)
    return "LaTeX";
  const releases =
    text.match(/^(?:#{1,4} |\s*[-*]? ?)?\[?v?\d+\.\d+(?:\.\d+|\b.*\d{4})|^#* ?change ?log/gim)?.length ?? 0;
  if (releases >= 3 && releases >= 0.08 * lines) return "changelogs";
  if (/^(?:Q|Question)[:.] /im.test(text) && /^(?:A|Answer)[:.] /im.test(text)) return "questions and answers";
  if (spoken >= 0.6 && signals.punctuation < 0.12) return "dialogues";
  const isMarkdown = (headings > 0 && headings + linked >= 0.1) || linked >= 0.2;
  if (isMarkdown) return "Markdown documentation";
  return isStory(text) ? "stories" : undefined;
}
