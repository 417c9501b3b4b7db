import type { Run } from "@climb/proto/training/v1/training_service";
import { useRef } from "preact/hooks";
import { digits, duration } from "../format.js";
import type { SearchData } from "../search/data.js";
import type { Wire } from "../wire.js";
import { call } from "./api.js";
import { useAsked } from "./live.js";
import { LossLine, type LossPoint } from "./loss.js";

const [LOOK_EVERY_MS, AT_ONCE] = [2000, 16];
const RUNNING = 2;

/** The runs that are being trained, with their losses since this page looks at them: the services keep the latest alone. */
export function AtWork({ runs }: { runs: SearchData["runs"] }) {
  const seen = useRef(new Map<string, LossPoint[]>());
  const open = new Set(runs.filter(({ state }) => state < 3).map(({ runId }) => runId));
  const { answer = [] } = useAsked(
    async () => {
      if (open.size === 0) return [];
      // Planned runs that wait for their turn are not known to the trainers yet.
      const { runs: all } = await call("training", "listRuns", {
        pageSize: 1000,
        filter: { states: [RUNNING] },
        readMask: ["id", "training"],
      });
      const running: Wire<Run>[] = all.filter(({ id }) => open.has(id)).slice(0, AT_ONCE);
      for (const { id, training } of running) if (training) addPoint(seen.current, id, training);
      return running;
    },
    [[...open].join()],
    LOOK_EVERY_MS,
  );
  if (answer.length === 0) return null;
  const names = new Map(runs.map((run) => [run.runId, `round ${run.round}, ${run.origin}`]));
  return (
    <ul class="at-work">
      {answer.map(({ id, training }) => (
        <li key={id}>
          <a href={`/runs/${id}`}>{names.get(id) ?? id}</a>
          <LossLine points={seen.current.get(id) ?? []} />
          <span class="soft">
            {training && training.steps > 0
              ? `step ${training.step} of ${training.steps}, loss ${digits(training.loss)}, ${duration(training.secondsLeft)} left`
              : "starting"}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Takes a report of a run's training, unless it is the last one again. */
export function addPoint(seen: Map<string, LossPoint[]>, id: string, { step, tokens, loss }: LossPoint): void {
  const points = seen.get(id) ?? [];
  if (step > (points.at(-1)?.step ?? 0)) seen.set(id, [...points, { step, tokens, loss }]);
}
