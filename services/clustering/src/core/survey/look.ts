import { type SignalName, type Signals, signalNames } from "../quality/signals.js";
import type { TermCounts } from "../terms.js";

/** What a text tells of itself, whatever its cluster. */
export interface Look {
  signals: Signals;
  termCounts: TermCounts;
}

/** The signals that follow from a text alone: the common words are those of its corpus. */
export const KEPT_SIGNALS: readonly SignalName[] = signalNames.filter((name) => name !== "commonWords");
