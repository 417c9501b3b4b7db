import { JobState } from "@climb/proto/common/v1/job";
import type { Search, SearchRun } from "@climb/proto/search/v1/search_service";
import { roleFromProto } from "../rpc/convert.js";

/**
 * runs.csv: runs.jsonl as a table, for spreadsheets and data frames. Targets are columns "bpb <name>" in bits per byte,
 * domains columns "weight <id>"; what a failed run has not is empty.
 */
export function runsCsv(search: Search, runs: readonly SearchRun[]): string {
  const targets = search.targets.map(({ name }) => name);
  const domains = (search.result?.domains ?? []).map(({ id }) => id);
  const header = [
    ...["id", "round", "role", "origin", "seed", "state", "objective", "tokens", "seconds"],
    ...targets.map((name) => `bpb ${name}`),
    ...domains.map((id) => `weight ${id}`),
  ];
  const rows = runs.map((run) => {
    const succeeded = run.state === JobState.JOB_STATE_SUCCEEDED;
    const score = (name: string) => run.tasks.find(({ target }) => target === name)?.bitsPerByte ?? "";
    return [
      run.runId,
      run.round,
      roleFromProto(run.role),
      run.origin,
      run.seed,
      succeeded ? "succeeded" : "failed",
      succeeded ? run.objective : "",
      run.tokens,
      run.seconds,
      ...targets.map(score),
      ...domains.map((_, j) => run.mixture[j] ?? ""),
    ];
  });
  return [header, ...rows].map((cells) => `${cells.map(cell).join(",")}\n`).join("");
}

/** A cell as RFC 4180 has it. */
function cell(value: string | number | bigint): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
