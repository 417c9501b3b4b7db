import { Figure } from "../figures/figure.js";
import { ACROSS, DOWN, Legend, Plot } from "../figures/plot.js";
import { linear } from "../figures/scale.js";
import { Table } from "../figures/table.js";
import { bits, digits, isNumber, percent } from "../format.js";
import type { SearchData } from "./data.js";

/** What the predictor said before each run against what was measured. */
export function Predicted({ data }: { data: SearchData }) {
  const told = data.runs.flatMap((run) =>
    run.predicted && run.role === 1 && run.state === 3 ? { ...run, predicted: run.predicted } : [],
  );
  if (told.length === 0) return null;
  const inside = told.filter(
    ({ objective, predicted }) => objective >= predicted.lower && objective <= predicted.upper,
  );
  const sentence = `Of ${told.length} runs that were predicted before they were made, ${inside.length} ended inside their 90 % interval. On the dashed line a prediction is exact.`;
  const values = told.flatMap(({ objective, predicted }) => [objective, predicted.lower, predicted.upper]);
  const [x, y] = [linear(values, ACROSS, { ticks: 4 }), linear(values, DOWN)];
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return (
    <Figure
      title="Predicted against measured"
      sentence={sentence}
      data={{
        headers: ["round", "predicted, bits per byte", "90 % interval", "measured", "why it was tried"],
        rows: told.map(({ round, objective, predicted, origin }) => [
          round,
          bits(predicted.value),
          `${bits(predicted.lower)} to ${bits(predicted.upper)}`,
          bits(objective),
          origin,
        ]),
      }}
    >
      <Plot label={sentence} x={x} y={y} xTitle="predicted, bits per byte" yTitle="measured">
        <line class="line exact" x1={x.at(least)} y1={y.at(least)} x2={x.at(greatest)} y2={y.at(greatest)} />
        {told.map(({ runId, objective, predicted, round }) => (
          <g key={runId}>
            <line
              class="whisker"
              x1={x.at(predicted.lower)}
              x2={x.at(predicted.upper)}
              y1={y.at(objective)}
              y2={y.at(objective)}
            />
            <circle class="dot" cx={x.at(predicted.value)} cy={y.at(objective)} r="4">
              <title>{`round ${round}: predicted ${bits(predicted.value)}, measured ${bits(objective)}`}</title>
            </circle>
          </g>
        ))}
      </Plot>
      <Legend
        entries={[
          ["spot", "a run"],
          ["stroke whisker", "90 % interval of its prediction"],
        ]}
      />
    </Figure>
  );
}

/** How well each target is predicted, by cross-validation. */
export function Fits({ data: { search } }: { data: SearchData }) {
  if (search.fits.length === 0) return null;
  return (
    <Table
      label="How well each target is predicted"
      headers={["target", "rank correlation", "R²", "90 % interval holds", "noise between seeds", "models"]}
      rows={search.fits.map((fit) => [
        fit.task,
        numberCell(digits(fit.spearman)),
        numberCell(digits(fit.rSquared)),
        numberCell(percent(fit.coverage)),
        numberCell(isNumber(fit.noise) && fit.noise > 0 ? digits(fit.noise) : "unknown"),
        Object.entries(fit.modelWeights)
          .filter(([, weight]) => weight >= 0.01)
          .map(([model, weight]) => `${model} ${Math.round(100 * weight)} %`)
          .join(", "),
      ])}
    />
  );
}

function numberCell(text: string) {
  return { node: text, number: true };
}
