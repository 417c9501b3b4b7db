import { textForms } from "../forms/text-forms.js";
import { createDocumentTerms } from "../naming/document-terms.js";
import { createTermNumbers } from "../naming/term-numbers.js";
import { type Signals, signalNames } from "../quality/signals.js";
import { type Entry, read } from "./entries.js";
import { KEPT_SIGNALS, type Look } from "./look.js";
import { createNumberReader, type NumberReader } from "./numbers.js";
import type { Survey } from "./survey.js";

/**
 * The looks of a survey again, in their order, to the bit as they would be with these stop words.
 * @param bytes of a survey, whatever stop words it was made with
 * @throws RangeError from `look`, where none is left
 */
export function readSurvey(
  bytes: Uint8Array,
  stopWords: ReadonlySet<string>,
): Pick<Survey, "numbers"> & { look(): Look } {
  const jsonBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const json = new TextDecoder().decode(bytes.subarray(4, 4 + jsonBytes));
  const entries = (JSON.parse(json) as Entry[]).map(read);
  const numbers = createTermNumbers(stopWords);
  const documentTerms = createDocumentTerms(numbers);
  // 0 stands for no entry.
  const terms = [undefined, ...entries.map((entry) => numbers.numbered(entry.terms))];
  const isCommon = [false, ...entries.map(({ bare }) => stopWords.has(bare))];
  const kept = createNumberReader(bytes.subarray(4 + jsonBytes));
  const readCounts = () => {
    const [different, times]: [number[], number[]] = [[], []];
    let common = 0;
    for (let found = kept.whole(); found > 0; found = kept.whole()) {
      const entry = found >>> 1;
      const occurrences = found & 1 ? kept.whole() : 1;
      if (isCommon[entry]) common += occurrences;
      different.push(entry);
      times.push(occurrences);
    }
    return { different, times, common };
  };
  const look = () => {
    const head = kept.whole();
    const signals = readSignals(kept);
    const { different, times, common } = readCounts();
    signals.commonWords = common / Math.max(1, signals.words);
    const beginning = Array.from({ length: kept.whole() }, () => kept.whole());
    const counted = head & 1 ? { different, times } : { different: beginning };
    const form = textForms[(head >>> 1) - 1];
    return { signals, form, terms: documentTerms({ ...counted, beginning, terms }) };
  };
  return { numbers, look };
}

function readSignals(kept: NumberReader): Signals {
  const which = kept.whole();
  // In the order in which they are measured.
  const signals = Object.fromEntries(signalNames.map((name) => [name, 0])) as Signals;
  KEPT_SIGNALS.forEach((name, i) => {
    if (which & (1 << i)) signals[name] = kept.real();
  });
  return signals;
}
