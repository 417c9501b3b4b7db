import { serveTasks } from "@climb/runtime/worker";
import { type CheckProviderTask, checkProvider } from "./tasks/check-provider.js";
import { type CountStatisticsTask, countStatistics } from "./tasks/count-statistics.js";
import { type ExportModelTask, exportModel } from "./tasks/export-model.js";
import { type RunProgressMessage, type RunResult, type RunTask, runProxy } from "./tasks/run.js";
import { type TokeniseShardTask, tokeniseShard } from "./tasks/tokenise-shard.js";
import { type CheckTokenizerTask, checkTokenizer } from "./tasks/tokenizers.js";
import { type TrainTokenizerTask, trainTokenizer } from "./tasks/train-tokenizer.js";

/** What this service computes off its event loop, by kind. */
export interface Tasks {
  tokenizer: { task: TrainTokenizerTask; result: string };
  checkProvider: { task: CheckProviderTask; result: string | undefined };
  checkTokenizer: { task: CheckTokenizerTask; result: string | undefined };
  tokenise: { task: TokeniseShardTask; result: { tokens: number[] } };
  statistics: { task: CountStatisticsTask; result: Uint8Array[] };
  run: { task: RunTask; result: RunResult };
  export: { task: ExportModelTask; result: Uint8Array };
}

export type Task = { [Kind in keyof Tasks]: { kind: Kind; task: Tasks[Kind]["task"] } }[keyof Tasks];
export type Result = Tasks[keyof Tasks]["result"];

serveTasks<Task, Result, RunProgressMessage>((message, context) => {
  const stop = () => {
    if (context.aborted()) throw new Error("the task was stopped");
  };
  switch (message.kind) {
    case "tokenizer":
      return trainTokenizer(message.task, stop);
    case "checkProvider":
      return checkProvider(message.task);
    case "checkTokenizer":
      return checkTokenizer(message.task);
    case "tokenise":
      return tokeniseShard(message.task, stop);
    case "statistics":
      return countStatistics(message.task, stop);
    case "export":
      return exportModel(message.task);
    case "run":
      return runProxy(message.task, context);
  }
});
