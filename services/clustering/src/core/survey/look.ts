import type { TextForm } from "../forms/text-forms.js";
import type { DocumentTerms } from "../naming/document-terms.js";
import { type SignalName, type Signals, signalNames } from "../quality/signals.js";

/** What a text tells of itself, whatever its cluster. */
export interface Look {
  signals: Signals;
  /** By the numbers of the survey; they hold until its next look. */
  terms: DocumentTerms;
  /** Undefined for running text. */
  form: TextForm | undefined;
}

/** The signals that follow from a text alone: the common words are those of its corpus. */
export const KEPT_SIGNALS: readonly SignalName[] = signalNames.filter((name) => name !== "commonWords");
