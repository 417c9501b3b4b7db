import { squaredDistance } from "@climb/numeric";
import { type TextForm, textForms } from "./forms/text-forms.js";
import { addTerms, frequentSample, type TermCounts } from "./naming/term-counts.js";
import { rules } from "./quality/rules.js";
import { type Signals, signalNames } from "./quality/signals.js";

/** A document near the centre of its cluster. */
export interface Candidate {
  id: string;
  /** The document's beginning in one line, at most 200 characters. */
  snippet: string;
  squaredDistance: number;
  /** Its vector, for choosing again once clusters are merged. */
  vector: Float32Array;
}

/** What is known of a group of documents without keeping them. Sums, so that parts add up. */
export interface Summary {
  documents: number;
  textBytes: number;
  /** Sum of the documents' quality scores. */
  quality: number;
  /** Sum of each signal, in the order of `signalNames`. */
  signals: Float64Array;
  /** Sum of how far each rule is broken, in the order of `rules`. */
  broken: Float64Array;
  /** Sum of each scorer's score. */
  scores: Float64Array;
  /** Number of words that were counted as terms. */
  terms: number;
  termCounts: TermCounts;
  /** The same of two and three words that follow each other. */
  phraseCounts: TermCounts;
  /** Words as they are written, where that is not in small letters. */
  writtenCounts: TermCounts;
  /** Number of documents of each form, in the order of `textForms`. */
  forms: Float64Array;
  /** The documents nearest to the centroid, nearest first. */
  nearest: Candidate[];
}

const mostCandidates = 4;
/** Phrases kept for each group and shard, of which there are many; those that name a domain are among the most frequent ones. */
export const mostPhrases = 600;

/** The summary of no documents, to which others are added. */
export function emptySummary(scorers = 0): Summary {
  return {
    documents: 0,
    textBytes: 0,
    quality: 0,
    signals: new Float64Array(signalNames.length),
    broken: new Float64Array(rules.length),
    scores: new Float64Array(scorers),
    terms: 0,
    termCounts: new Map(),
    phraseCounts: new Map(),
    writtenCounts: new Map(),
    forms: new Float64Array(textForms.length),
    nearest: [],
  };
}

/** One document as {@link addToSummary} takes it. */
export interface Measured {
  textBytes: number;
  quality: number;
  signals: Signals;
  broken: Float64Array;
  scores: Float64Array;
  form: TextForm | undefined;
  candidate: () => Candidate;
  squaredDistance: number;
}

/** Counts one more document in, but for its terms, see `addDocumentTerms`. */
export function addToSummary(summary: Summary, document: Measured): void {
  summary.documents++;
  summary.textBytes += document.textBytes;
  summary.quality += document.quality;
  signalNames.forEach((name, i) => {
    summary.signals[i] = (summary.signals[i] as number) + document.signals[name];
  });
  addInto(summary.broken, document.broken);
  addInto(summary.scores, document.scores);
  if (document.form !== undefined) {
    const form = textForms.indexOf(document.form);
    summary.forms[form] = (summary.forms[form] as number) + 1;
  }
  const last = summary.nearest.at(-1);
  if (summary.nearest.length < mostCandidates || (last && document.squaredDistance < last.squaredDistance)) {
    summary.nearest = nearestOf([...summary.nearest, document.candidate()]);
  }
}

/** The summary of several groups together; the order of the parts fixes the order of the sums. */
export function mergeSummaries(parts: readonly Summary[]): Summary {
  const merged = emptySummary(parts[0]?.scores.length);
  for (const part of parts) {
    merged.documents += part.documents;
    merged.textBytes += part.textBytes;
    merged.quality += part.quality;
    addInto(merged.signals, part.signals);
    addInto(merged.broken, part.broken);
    addInto(merged.scores, part.scores);
    merged.terms += part.terms;
    addTerms(merged.termCounts, part.termCounts);
    addTerms(merged.phraseCounts, part.phraseCounts);
    addTerms(merged.writtenCounts, part.writtenCounts);
    addInto(merged.forms, part.forms);
  }
  boundPhrases(merged);
  merged.nearest = nearestOf(parts.flatMap((part) => part.nearest));
  return merged;
}

/** Forgets rare phrases before they take much memory, and seldom enough that it takes little time. */
function boundPhrases(summary: Summary): void {
  if (summary.phraseCounts.size <= 8 * mostPhrases) return;
  summary.phraseCounts = frequentSample(summary.phraseCounts, 2 * mostPhrases);
}

/** The documents of the groups nearest to a centre, nearest first. */
export function representatives(parts: readonly Summary[], centre: Float32Array, count = 3): Candidate[] {
  const candidates = parts.flatMap((part) =>
    part.nearest.map((candidate) => ({ ...candidate, squaredDistance: squaredDistance(candidate.vector, centre) })),
  );
  return candidates.sort(byDistance).slice(0, count);
}

function nearestOf(candidates: Candidate[]): Candidate[] {
  return candidates.sort(byDistance).slice(0, mostCandidates);
}

function byDistance(a: Candidate, b: Candidate): number {
  return a.squaredDistance - b.squaredDistance || (a.id < b.id ? -1 : 1);
}

function addInto(to: Float64Array, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + (from[i] as number);
}
