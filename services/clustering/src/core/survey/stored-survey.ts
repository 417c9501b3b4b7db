import { type Signals, signalNames } from "../quality/signals.js";
import { addWordTerms, type TermCounts } from "../terms.js";
import { type Entry, read } from "./entries.js";
import { KEPT_SIGNALS, type Look } from "./look.js";
import { createNumberReader, type NumberReader } from "./numbers.js";

/**
 * The looks of a survey again, in their order, to the bit as they would be with these stop words.
 * @param bytes of a survey, whatever stop words it was made with
 * @throws RangeError from the returned function, where no look is left
 */
export function readSurvey(bytes: Uint8Array, stopWords: ReadonlySet<string>): () => Look {
  const jsonBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const json = new TextDecoder().decode(bytes.subarray(4, 4 + jsonBytes));
  const entries = (JSON.parse(json) as Entry[]).map((entry) => {
    const { bare, terms } = read(entry);
    return { isCommon: stopWords.has(bare), terms };
  });
  const kept = createNumberReader(bytes.subarray(4 + jsonBytes));
  return () => {
    const isSimple = kept.whole() === 1;
    const signals = readSignals(kept);
    const ofWords: TermCounts = new Map();
    let common = 0;
    eachCount(kept, (number, times) => {
      const { isCommon, terms } = entries[number] as (typeof entries)[number];
      if (isCommon) common += times;
      if (isSimple) addWordTerms(ofWords, terms, times);
    });
    signals.commonWords = common / Math.max(1, signals.words);
    if (isSimple) return { signals, termCounts: ofWords };
    const termCounts: TermCounts = new Map();
    eachCount(kept, (number, times) => void termCounts.set(entries[number]?.terms as string, times));
    return { signals, termCounts };
  };
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

function eachCount(kept: NumberReader, visit: (entry: number, times: number) => void): void {
  for (let found = kept.whole(); found > 0; found = kept.whole()) {
    visit((found >>> 1) - 1, found & 1 ? kept.whole() : 1);
  }
}
