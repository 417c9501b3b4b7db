import { inColourOf } from "../colour.js";
import { Figure } from "../figures/figure.js";
import { ACROSS, DOWN, Plot } from "../figures/plot.js";
import { linear } from "../figures/scale.js";
import { bits, percent } from "../format.js";
import type { SearchData } from "./data.js";

/** Mixtures of which none is predicted better than another on every target: on two targets as points, on more as a table. */
export function Front({ data: { search, domains } }: { data: SearchData }) {
  const front = search.result?.front ?? [];
  if (front.length === 0) return null;
  const targets = search.targets.map(({ name }) => name);
  const predictedOf = (point: (typeof front)[number], t: number) => point.prediction?.tasks[t]?.value;
  const [across, down] = [0, 1];
  const answer = search.result?.tasks ?? [];
  const sentence = `${front.length} mixtures of which none is predicted better than another on every target; the ring is the answer as it was confirmed. Predicted points are not confirmed with fresh seeds.`;
  const xs = [...front.map((point) => predictedOf(point, across)), answer[across]?.mean];
  const ys = [...front.map((point) => predictedOf(point, down)), answer[down]?.mean];
  const [x, y] = [linear(xs, ACROSS, { ticks: 4 }), linear(ys, DOWN)];
  return (
    <Figure
      title="Pareto front"
      sentence={sentence}
      data={{
        headers: ["point", ...targets, "largest weights", "why"],
        rows: front.map((point, i) => [
          i + 1,
          ...targets.map((_, t) => bits(predictedOf(point, t))),
          domains
            .map(({ id }, j) => ({ id, weight: point.mixture[j] ?? 0 }))
            .sort((a, b) => b.weight - a.weight)
            .slice(0, 4)
            .map(({ id, weight }) => `${id} ${percent(weight)}`)
            .join(", "),
          point.origin,
        ]),
      }}
    >
      <Plot label={sentence} x={x} y={y} xTitle={targets[across] ?? ""} yTitle={targets[down] ?? ""}>
        {front.map((point, i) => {
          const [px, py] = [predictedOf(point, across), predictedOf(point, down)];
          if (px === undefined || py === undefined) return null;
          const largest = point.mixture.indexOf(Math.max(...point.mixture));
          const colour = inColourOf(domains[largest]?.id ?? "");
          return (
            <circle key={i} class={`point ${colour.class}`} style={colour.style} cx={x.at(px)} cy={y.at(py)} r="5">
              <title>{`point ${i + 1}: ${targets.map((name, t) => `${name} ${bits(predictedOf(point, t))}`).join(", ")}`}</title>
            </circle>
          );
        })}
        {answer[across] && answer[down] && (
          <circle class="ring" cx={x.at(answer[across].mean)} cy={y.at(answer[down].mean)} r="8" />
        )}
      </Plot>
      <p class="soft">
        A point's colour is that of its largest domain. Take one with <code>climb search choose ID --point N</code>.
      </p>
    </Figure>
  );
}
