import { readFile } from "node:fs/promises";
import { readDocuments } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";
import { addDocumentTerms, noTerms, summaryOfTerms } from "../core/group-terms.js";
import { squaredDistances } from "../core/kmeans.js";
import type { Points } from "../core/points.js";
import { qualityScore, violations } from "../core/quality/rules.js";
import { addToSummary, emptySummary, type Summary } from "../core/summary.js";
import { readSurvey } from "../core/survey/stored-survey.js";
import { createSurvey } from "../core/survey/survey.js";
import { nearest } from "./nearest.js";
import { type LocalScorer, openScorers } from "./scorers.js";
import { readInt32, readVectors, type VectorShard } from "./vectors.js";

/** The pass over one shard: nearest cluster, quality and terms of every document. */
export interface ScanTask extends VectorShard {
  documentsPath: string;
  /** What was seen of its texts before, see `Survey`; then nothing is measured. */
  surveyPath?: string | undefined;
  dimensions: number;
  /** (clusters, dimensions). */
  centroids: Float32Array;
  /** Raw int32: the cluster of each document where that is known; one above the last centroid stands for none. */
  givenPath?: string | undefined;
  /** Of every language of the corpus. */
  stopWords: string[];
  scorers: LocalScorer[];
  /** Documents with a lower score are kept apart as poor. */
  poorBelow: number;
}

export interface Scan {
  /** For each document its cluster, or −1 − cluster if it is poor. */
  clusters: Int32Array;
  /** For each cluster. */
  fair: Summary[];
  poor: Summary[];
  /** What was seen of the texts, unless that was known. */
  survey: Uint8Array | undefined;
}

const SNIPPET_LENGTH = 200;

/** Looks at every document of a shard. @throws Error if the shard's documents and vectors differ in number */
export async function scanDocuments(task: ScanTask, { progress }: TaskContext<number>): Promise<Scan> {
  const { dimensions, documentsPath, poorBelow } = task;
  const points = await readVectors(task, dimensions);
  const centroids: Points = { values: task.centroids, rows: task.centroids.length / dimensions, dimensions };
  const given = task.givenPath !== undefined;
  const clusters = given
    ? await readInt32(task.givenPath as string, points.rows)
    : await (await (await nearest)(centroids))(points);
  const distances = squaredDistances(points, centroids, clusters);
  const score = await openScorers(task.scorers);
  const groups = () =>
    Array.from({ length: centroids.rows + (given ? 1 : 0) }, () => ({
      summary: emptySummary(task.scorers.length),
      terms: noTerms(),
    }));
  const [fair, poor] = [groups(), groups()];
  const stopWords = new Set(task.stopWords);
  const survey = task.surveyPath
    ? { ...readSurvey(await readFile(task.surveyPath), stopWords), bytes: () => undefined }
    : createSurvey(stopWords);
  const { numbers } = survey;
  let row = 0;
  for await (const { id, text } of readDocuments(documentsPath)) {
    if (row === points.rows) throw new Error(`${documentsPath} has more documents than its ${row} vectors`);
    const cluster = clusters[row] as number;
    const { signals, terms, form } = survey.look(text);
    const broken = violations(signals);
    const quality = qualityScore(broken);
    const squaredDistance = distances[row] as number;
    const vector = points.values.slice(row * dimensions, (row + 1) * dimensions);
    const group = (quality < poorBelow ? poor : fair)[cluster] as ReturnType<typeof groups>[number];
    addDocumentTerms(group.terms, terms, numbers);
    addToSummary(group.summary, {
      textBytes: Buffer.byteLength(text),
      quality,
      signals,
      broken,
      scores: score(text, vector),
      form,
      squaredDistance,
      candidate: () => ({ id, snippet: snippetOf(text), squaredDistance, vector }),
    });
    if (quality < poorBelow) clusters[row] = -1 - cluster;
    row++;
    if (row % 256 === 0) progress(row);
  }
  if (row !== points.rows) throw new Error(`${documentsPath} has ${row} documents but ${points.rows} vectors`);
  progress(row);
  const whole = ({ summary, terms }: (typeof fair)[number]): Summary => ({
    ...summary,
    ...summaryOfTerms(terms, numbers),
  });
  return { clusters, fair: fair.map(whole), poor: poor.map(whole), survey: survey.bytes() };
}

/** The beginning of a text in one line. */
export function snippetOf(text: string): string {
  const line = text
    .slice(0, 4 * SNIPPET_LENGTH)
    .replace(/\s+/gu, " ")
    .trim()
    .slice(0, SNIPPET_LENGTH);
  // Half a surrogate pair is no text, nor a letter that lost some of its marks.
  return line.length < SNIPPET_LENGTH ? line : line.replace(/(?:[\ud800-\udbff]|\P{M}\p{M}+)$/u, "");
}
