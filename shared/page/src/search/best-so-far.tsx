import { Figure } from "../figures/figure.js";
import { ACROSS, DOWN, Legend, Plot, pathOf } from "../figures/plot.js";
import { linear } from "../figures/scale.js";
import { bits, count, short } from "../format.js";
import { comparable, type SearchData } from "./data.js";

/** The best measured objective against the tokens spent; a point is a run. */
export function BestSoFar({ data }: { data: SearchData }) {
  let [spent, best] = [0, Number.POSITIVE_INFINITY];
  const points = comparable(data).map((run) => {
    spent += run.tokens;
    best = Math.min(best, run.objective);
    return { run, spent, best };
  });
  const last = points.at(-1);
  if (!last) return null;
  const first = points[0] as (typeof points)[number];
  const sentence = `After ${points.length} runs and ${short(last.spent)} tokens the best measured mixture is at ${bits(last.best)} bits per byte; the first run was at ${bits(first.run.objective)}. Lower is better.`;
  const x = linear([0, last.spent], ACROSS, { zero: true, ticks: 4, write: short });
  const y = linear(
    points.map(({ run }) => run.objective),
    DOWN,
  );
  const steps = points.flatMap((point, i) => {
    const before = points[i - 1];
    const here = [x.at(point.spent), y.at(point.best)] as const;
    return before ? [[x.at(point.spent), y.at(before.best)] as const, here] : [here];
  });
  return (
    <Figure
      title="Best so far"
      sentence={sentence}
      data={{
        headers: ["tokens", "best, bits per byte", "this run", "what"],
        rows: points.map(({ run, spent: tokens, best: least }) => [
          count(tokens),
          bits(least),
          bits(run.objective),
          whatOf(run),
        ]),
      }}
    >
      <Plot label={sentence} x={x} y={y} xTitle="tokens trained on" yTitle="bits per byte">
        <path class="line accent" d={pathOf(steps)} />
        {points.map(({ run, spent: tokens }) => (
          <circle
            key={run.runId}
            class={run.role === 2 ? "dot baseline" : "dot"}
            cx={x.at(tokens)}
            cy={y.at(run.objective)}
            r="4"
          >
            <title>{`${whatOf(run)}: ${bits(run.objective)}`}</title>
          </circle>
        ))}
      </Plot>
      <Legend
        entries={[
          ["stroke accent", "best so far"],
          ["spot", "a mixture that was tried"],
          ["spot baseline", "a baseline"],
        ]}
      />
    </Figure>
  );
}

function whatOf({ role, round, origin }: SearchData["runs"][number]): string {
  return role === 2 ? `baseline ${origin}` : `round ${round}, ${origin}`;
}
