import { serveTasks } from "@climb/runtime/worker";
import { assign } from "./assign.js";
import { checkFastText } from "./check-fasttext.js";
import { clustersOfGiven } from "./clusters-of-given.js";
import { commonWordsOf, sampleWords } from "./common-words.js";
import { duplicateEffects } from "./duplicate-effects.js";
import { findDuplicates } from "./duplicates.js";
import { domainsOfScans } from "./find-domains.js";
import { fitHead } from "./fit-head.js";
import { runKMeans } from "./k-means.js";
import { mapCorpus } from "./map.js";
import { countOverlap } from "./overlap.js";
import { scanDocuments } from "./scan-documents.js";
import { sketchDocuments } from "./sketches.js";
import { suggestCounts } from "./suggest.js";
import { cutIntoTiers, gradeDocuments, tierLines } from "./tiers.js";

/** What the service computes off its event loop. */
const tasks = {
  sampleWords,
  commonWordsOf,
  runKMeans,
  clustersOfGiven,
  fitHead,
  scanDocuments,
  domainsOfScans,
  mapCorpus,
  countOverlap,
  findDuplicates,
  sketchDocuments,
  duplicateEffects,
  checkFastText,
  suggestCounts,
  gradeDocuments,
  cutIntoTiers,
  tierLines,
  assign,
};

export type Tasks = typeof tasks;

serveTasks(tasks);
