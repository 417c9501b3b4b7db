import { serveTasks } from "@climb/runtime/worker";
import { digestFiles } from "./digest-files.js";
import { embedShard, embedTexts } from "./embed.js";
import { findDuplicates } from "./find-duplicates.js";
import { assemble, countShard, svdStep, weighTerms } from "./fit.js";
import { takeById } from "./given-by-id.js";
import { takeRows } from "./given-rows.js";
import { probeModel } from "./probe-model.js";
import { readPieceTask } from "./read-piece.js";

const tasks = {
  digestFiles,
  readPiece: readPieceTask,
  findDuplicates,
  countShard,
  weighTerms,
  svdStep,
  assemble,
  embedShard,
  embedTexts,
  probeModel,
  takeRows,
  takeById,
};

/** What runs in the service's threads. */
export type Tasks = typeof tasks;

serveTasks(tasks);
