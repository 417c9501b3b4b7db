import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import type { TrackedRun } from "./tracked-runs.js";

// MLflow's file store: a folder for each experiment and run; one file for each parameter, tag and metric, whose lines are
// "milliseconds value step" (mlflow.org/docs/latest/tracking, "File store").
const [FINISHED, FAILED, LOCAL_SOURCE] = [3, 4, 4];

/** Where a file store has the files of a run. */
export function artifactsOf(folder: string, searchId: string, run: TrackedRun): string {
  return join(folder, experimentId(searchId), run.id, "artifacts");
}

/** Writes a search as an experiment of a file store; other experiments of the folder stay as they are. */
export function writeMlflow(folder: string, search: { id: string; name: string }, runs: readonly TrackedRun[]): void {
  const experiment = experimentId(search.id);
  const home = join(folder, experiment);
  const times = runs.flatMap(({ startMs, endMs }) => [startMs, endMs]);
  put(
    join(home, "meta.yaml"),
    stringify({
      artifact_location: pathToFileURL(home).href,
      creation_time: Math.min(...times),
      experiment_id: experiment,
      last_update_time: Math.max(...times),
      lifecycle_stage: "active",
      name: search.name ? `${search.name} (${search.id.slice(0, 8)})` : `climb search ${search.id}`,
    }),
  );
  const [answer] = runs;
  for (const run of runs) {
    const own = join(home, run.id);
    put(
      join(own, "meta.yaml"),
      stringify({
        artifact_uri: pathToFileURL(artifactsOf(folder, search.id, run)).href,
        end_time: run.endMs,
        entry_point_name: "",
        experiment_id: experiment,
        lifecycle_stage: "active",
        run_id: run.id,
        run_name: run.name,
        run_uuid: run.id,
        source_name: "",
        source_type: LOCAL_SOURCE,
        source_version: "",
        start_time: run.startMs,
        status: run.failed ? FAILED : FINISHED,
        tags: [],
        user_id: "climb",
      }),
    );
    mkdirSync(artifactsOf(folder, search.id, run), { recursive: true });
    const tags = {
      "mlflow.runName": run.name,
      "mlflow.user": "climb",
      "climb.kind": run.kind,
      ...(run.note && { "mlflow.note.content": run.note }),
      ...(answer && run !== answer && { "mlflow.parentRunId": answer.id }),
    };
    for (const [name, value] of Object.entries(tags)) put(join(own, "tags", name), value);
    for (const [name, value] of Object.entries(run.params)) put(join(own, "params", name), value);
    for (const [name, value] of Object.entries(run.metrics)) {
      put(join(own, "metrics", name), `${run.endMs} ${Number.isFinite(value) ? value : "nan"} 0\n`);
    }
  }
}

/** A number, as MLflow's own are, that follows from the search. */
function experimentId(searchId: string): string {
  return String(BigInt(`0x${searchId.slice(0, 14)}`));
}

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
