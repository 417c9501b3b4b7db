import { addDocumentTerms, noTerms } from "@climb/clustering/core/group-terms";
import { qualityScore, violations } from "@climb/clustering/core/quality/rules";
import { addToSummary, emptySummary } from "@climb/clustering/core/summary";
import { createSurvey } from "@climb/clustering/core/survey/survey";
import { rounded } from "./compare.js";

const STOP_WORDS = "the of and to in a is that for it as was with be by on not he this are".split(" ");
/** The code is compiled while the first texts are looked at. */
const WARM_UP = 500;

/** Megabytes of text that one thread looks at in a second: quality, terms and the sums over documents. */
export function measureSurvey(texts: readonly string[]): { mbPerSecondThread: number } {
  const survey = createSurvey(new Set(STOP_WORDS));
  const [summary, group] = [emptySummary(), noTerms()];
  const vector = Float32Array.of(1);
  const look = (text: string) => {
    const { signals, terms, form } = survey.look(text);
    const broken = violations(signals);
    addDocumentTerms(group, terms, survey.numbers);
    addToSummary(summary, {
      textBytes: Buffer.byteLength(text),
      quality: qualityScore(broken),
      signals,
      broken,
      scores: new Float64Array(0),
      form,
      squaredDistance: 0,
      candidate: () => ({ id: "", snippet: "", squaredDistance: 0, vector }),
    });
  };
  for (const text of texts.slice(0, WARM_UP)) look(text);
  const before = process.cpuUsage();
  let bytes = 0;
  for (const text of texts) {
    look(text);
    bytes += Buffer.byteLength(text);
  }
  // Of the processor's time, because the clock also runs while others have the core.
  const { user, system } = process.cpuUsage(before);
  return { mbPerSecondThread: rounded(bytes / (user + system)) };
}
