import { serveTasks } from "@climb/runtime/worker";
import { checkProvider } from "./check-provider.js";
import { collectTargets, countRanges, joinCounts, targetRuns } from "./count-statistics.js";
import { evaluateProxy } from "./evaluate-proxy.js";
import { exportModel } from "./export-model.js";
import { mergeProxies } from "./merge-proxies.js";
import { probeProxy } from "./probe-proxy.js";
import { tokeniseShard } from "./tokenise-shard.js";
import { checkTokenizer } from "./tokenizers.js";
import { trainProxy } from "./train-proxy.js";
import { sampleWords, trainTokenizer } from "./train-tokenizer.js";

/** What this service computes off its event loop. */
const tasks = {
  sampleWords,
  trainTokenizer,
  checkTokenizer,
  tokeniseShard,
  collectTargets,
  targetRuns,
  countRanges,
  joinCounts,
  checkProvider,
  trainProxy,
  mergeProxies,
  evaluateProxy,
  exportModel,
  probeProxy,
};

export type Tasks = typeof tasks;

serveTasks(tasks);
