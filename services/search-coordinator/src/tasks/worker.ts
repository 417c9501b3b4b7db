import { serveTasks } from "@climb/runtime/worker";
import { dealShard, measureShard } from "./dataset/deal.js";
import { countDocumentTokens } from "./dataset/document-tokens.js";
import { writeAssignments, writeDomain, writeMixed } from "./dataset/write-parts.js";
import { renderReport } from "./report.js";
import { countSharedText } from "./shared-text.js";

/** What the coordinator computes off its event loop. */
const tasks = {
  renderReport,
  countSharedText,
  measureShard,
  countDocumentTokens,
  dealShard,
  writeMixed,
  writeDomain,
  writeAssignments,
};

export type Tasks = typeof tasks;

serveTasks(tasks);
