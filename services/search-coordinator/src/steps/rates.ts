import { median } from "@climb/numeric";
import { JobState } from "@climb/proto/common/v1/job";
import { ListFilter } from "@climb/proto/common/v1/list";
import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import { ProxySpec } from "@climb/proto/training/v1/training_service";
import type { Peers } from "./context.js";

/** Finished runs that are looked at for the rate; the newest are not told from others, so more than a few are taken. */
const MAX_RUNS = 1000;

/** What a proxy run takes and keeps here. */
export interface RunRate {
  /** Seconds of training and evaluation for each token trained on; undefined while no run of the shape has finished here. */
  secondsPerToken: number | undefined;
  /** Of its weights; undefined while that is not known. */
  bytesPerRun: number | undefined;
  /** Finished runs that it rests on. */
  runs: number;
}

/** By the runs of the same proxy and trainer that have finished here: the medians, which a busy hour moves little. */
export async function runRate(
  { training }: Pick<Peers, "training">,
  { proxy, trainer }: Pick<SearchSpec, "proxy" | "trainer">,
  signal: AbortSignal,
): Promise<RunRate> {
  const filter = ListFilter.fromPartial({ states: [JobState.JOB_STATE_SUCCEEDED] });
  const { runs } = await training.listRuns({ pageSize: MAX_RUNS, pageToken: "", filter }, { signal });
  const shape = shapeOf(proxy);
  const alike = runs.filter(
    (run) => shapeOf(run.spec?.proxy) === shape && run.spec?.trainer === trainer && run.seconds > 0 && !run.spec?.merge,
  );
  return {
    secondsPerToken: medianOf(alike.map((run) => run.seconds / Number(run.spec?.tokens ?? 1n))),
    bytesPerRun: medianOf(alike.flatMap(({ weights }) => (weights ? [Number(weights.sizeBytes)] : []))),
    runs: alike.length,
  };
}

function medianOf(values: number[]): number | undefined {
  return values.length > 0 ? median(values) : undefined;
}

function shapeOf(proxy: ProxySpec | undefined): string {
  return proxy ? Buffer.from(ProxySpec.encode(proxy).finish()).toString("base64") : "";
}
