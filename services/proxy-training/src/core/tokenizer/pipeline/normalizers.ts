import { CHINESE, CONTROL, lowerCase, MARK, NONSPACING_MARK, WHITE_SPACE } from "./characters.js";
import { expressionOf, type Part, type Pattern } from "./parts.js";
import { precompiled } from "./precompiled.js";

/** What is done to a text before it is cut. */
export type Normalizer = (text: string) => string;

/** A normalizer of tokenizer.json as a function. @throws RangeError naming a kind that is not known here */
export function normalizerOf(part: Part | null | undefined): Normalizer {
  if (!part) return (text) => text;
  switch (part.type) {
    case "Sequence": {
      const steps = ((part.normalizers ?? []) as Part[]).map(normalizerOf);
      return (text) => steps.reduce((changed, step) => step(changed), text);
    }
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD": {
      const form = part.type;
      return (text) => text.normalize(form);
    }
    case "Lowercase":
      return lowerCase;
    case "StripAccents":
      return removing(MARK);
    case "Strip":
      return strip(part.strip_left !== false, part.strip_right !== false);
    case "Prepend": {
      const prefix = String(part.prepend ?? "");
      return (text) => (text === "" ? text : prefix + text);
    }
    case "Replace": {
      const pattern = expressionOf(part.pattern as Pattern);
      const content = String(part.content ?? "");
      return (text) => text.replace(pattern, () => content);
    }
    case "Nmt":
      return nmt;
    case "Precompiled":
      return part.precompiled_charsmap ? precompiled(String(part.precompiled_charsmap)) : (text) => text;
    case "BertNormalizer":
      return bertNormalizer(part);
    default:
      throw new RangeError(`normalizer.type: ${part.type} is not known here`);
  }
}

function removing(source: string): Normalizer {
  const pattern = new RegExp(source, "gu");
  return (text) => text.replace(pattern, "");
}

function strip(left: boolean, right: boolean): Normalizer {
  const sources = [...(left ? [`^${WHITE_SPACE}+`] : []), ...(right ? [`${WHITE_SPACE}+$`] : [])];
  return sources.length === 0 ? (text) => text : removing(sources.join("|"));
}

/** The clean-up of neural machine translation, from which SentencePiece's rules come. */
function nmt(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it removes
      .replace(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g, "")
      .replace(/[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g, " ")
  );
}

/** BERT's own, in the order of the Rust library: accents go before the letters become small. */
function bertNormalizer(part: Part): Normalizer {
  const steps: Normalizer[] = [];
  if (part.clean_text !== false) {
    const removed = removing(`[\\0\\ufffd]|${CONTROL}`);
    const spaces = new RegExp(WHITE_SPACE, "gu");
    steps.push((text) => removed(text).replace(spaces, " "));
  }
  if (part.handle_chinese_chars !== false) {
    const chinese = new RegExp(CHINESE, "gu");
    steps.push((text) => text.replace(chinese, " $& "));
  }
  const isLower = part.lowercase !== false;
  if (part.strip_accents ?? isLower) {
    const marks = removing(NONSPACING_MARK);
    steps.push((text) => marks(text.normalize("NFD")));
  }
  if (isLower) steps.push(lowerCase);
  return (text) => steps.reduce((changed, step) => step(changed), text);
}
