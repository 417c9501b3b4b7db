import { Figure } from "../figures/figure.js";
import { ACROSS, DOWN, Plot, pathOf } from "../figures/plot.js";
import { linear } from "../figures/scale.js";
import { count, digits, short } from "../format.js";

/** A report of a run's training. */
export interface LossPoint {
  step: number;
  tokens: number;
  /** Nats a token. */
  loss: number;
}

/** The losses as a line in a text. */
export function LossLine({ points }: { points: readonly LossPoint[] }) {
  if (points.length < 2) return <svg class="spark" viewBox="0 0 120 24" aria-hidden="true" />;
  const x = linear(
    points.map(({ step }) => step),
    [2, 118],
  );
  const y = linear(
    points.map(({ loss }) => loss),
    [22, 2],
  );
  return (
    <svg class="spark" viewBox="0 0 120 24" aria-hidden="true">
      <path class="line accent" d={pathOf(points.map(({ step, loss }) => [x.at(step), y.at(loss)] as const))} />
    </svg>
  );
}

/** The losses of a run since the page looks at it. */
export function LossCurve({ points }: { points: readonly LossPoint[] }) {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return null;
  const sentence = `Training loss from ${digits(first.loss)} to ${digits(last.loss)} nats a token, as this page saw it: the service keeps the latest report alone.`;
  const x = linear(
    points.map(({ tokens }) => tokens),
    ACROSS,
    { ticks: 4, write: short },
  );
  const y = linear(
    points.map(({ loss }) => loss),
    DOWN,
  );
  return (
    <Figure
      title="Training loss"
      sentence={sentence}
      data={{
        headers: ["step", "tokens", "loss, nats a token"],
        rows: points.map(({ step, tokens, loss }) => [step, count(tokens), digits(loss)]),
      }}
    >
      <Plot label={sentence} x={x} y={y} xTitle="tokens" yTitle="nats a token">
        <path class="line accent" d={pathOf(points.map(({ tokens, loss }) => [x.at(tokens), y.at(loss)] as const))} />
      </Plot>
    </Figure>
  );
}
