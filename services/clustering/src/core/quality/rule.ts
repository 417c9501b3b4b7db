import type { SignalName, Signals } from "./signals.js";

/** One quality rule: how far a signal is from what good text shows, and what that costs. */
export interface Rule {
  /** Short and stable, for reports. */
  name: string;
  signal: SignalName;
  /** Up to here (from here, if `bad` is smaller) a document keeps the rule in full. */
  good: number;
  /** From here on the rule is broken in full; in between the cost grows linearly. */
  bad: number;
  /** The limits for program code where they differ; `undefined` means that the rule is not for code. */
  code?: { good: number; bad: number } | undefined;
  /** Texts for which the rule means nothing. */
  unless?: (signals: Signals) => boolean;
  /** Share of the score (0 to 1) that a document loses when it breaks the rule in full. */
  cost: number;
  /** What is wrong with a document that breaks it, for people. */
  fault: string;
  /** Where the rule and its limit come from. */
  source: string;
}

/** A rule, with the limits for program code that it has if none are given. */
export function rule(fields: Rule): Rule {
  // A rule without its own limits for code holds for code as it stands.
  return { code: { good: fields.good, bad: fields.bad }, ...fields };
}
