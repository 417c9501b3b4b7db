import { serveTasks } from "@climb/runtime";
import type { FoundDomains } from "./core/domains.js";
import { openNearest } from "./core/nearest.js";
import type { CommonWords, SampledWords } from "./core/quality/common-words.js";
import type { CountQuality } from "./core/suggest.js";
import { type Assigned, type AssignTask, assign } from "./tasks/assign.js";
import { type CheckFastTextTask, checkFastText } from "./tasks/check-fasttext.js";
import { type CommonWordsTask, commonWordsOf, type SampleWordsTask, sampleShard } from "./tasks/common-words.js";
import { type DuplicateEffects, type DuplicateEffectsTask, duplicateEffects } from "./tasks/duplicate-effects.js";
import { type Duplicates, type DuplicatesTask, findDuplicates } from "./tasks/duplicates.js";
import { domainsOfSurveys, type FindDomainsTask } from "./tasks/find-domains.js";
import { type FitHeadTask, type FittedHead, fitHead } from "./tasks/fit-head.js";
import { type KMeansStart, type KMeansTask, runKMeans } from "./tasks/k-means.js";
import { type LabelClusters, type LabelClustersTask, labelClusters } from "./tasks/label-clusters.js";
import { type Mapped, type MapTask, mapCorpus } from "./tasks/map.js";
import { countOverlap, type OverlapTask } from "./tasks/overlap.js";
import { type SuggestTask, suggestCounts } from "./tasks/suggest.js";
import { type Survey, type SurveyTask, survey } from "./tasks/survey.js";

export type Task =
  | SampleWordsTask
  | CommonWordsTask
  | KMeansTask
  | SurveyTask
  | FindDomainsTask
  | AssignTask
  | DuplicatesTask
  | DuplicateEffectsTask
  | CheckFastTextTask
  | FitHeadTask
  | MapTask
  | SuggestTask
  | LabelClustersTask
  | OverlapTask;

/** What each kind of task gives back. */
export interface Results {
  sampleWords: SampledWords[];
  commonWords: CommonWords;
  kMeans: KMeansStart;
  survey: Survey;
  findDomains: FoundDomains;
  assign: Assigned;
  duplicates: Duplicates;
  duplicateEffects: DuplicateEffects;
  checkFastText: string[];
  fitHead: FittedHead;
  map: Mapped;
  suggest: CountQuality[];
  labelClusters: LabelClusters;
  overlap: Float64Array[];
}

const nearest = openNearest();

serveTasks<Task, Results[keyof Results], number>(async (task, context) => {
  const check = () => {
    if (context.aborted()) throw new Error("the task was told to stop");
  };
  const step = (done: number) => {
    check();
    context.progress(done);
  };
  switch (task.kind) {
    case "sampleWords":
      return sampleShard(task, check);
    case "commonWords":
      return commonWordsOf(task);
    case "kMeans":
      return runKMeans(task, await nearest, step);
    case "survey":
      return survey(task, await nearest, step);
    case "findDomains":
      return domainsOfSurveys(task, check);
    case "duplicates":
      return findDuplicates(task, await nearest, step);
    case "duplicateEffects":
      return duplicateEffects(task, step);
    case "checkFastText":
      return checkFastText(task);
    case "fitHead":
      return fitHead(task, step);
    case "labelClusters":
      return labelClusters(task, step);
    case "suggest":
      return suggestCounts(task, await nearest);
    case "map":
      return mapCorpus(task, step);
    case "overlap":
      return countOverlap(task, check);
    case "assign":
      return assign(task, await nearest);
  }
});
