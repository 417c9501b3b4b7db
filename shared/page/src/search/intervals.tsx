import { Figure, type FigureProps } from "../figures/figure.js";
import { ACROSS, PLOT } from "../figures/plot.js";
import { linear } from "../figures/scale.js";
import { change, type Interval, interval, probability } from "../format.js";
import type { SearchData } from "./data.js";

interface Line {
  name: string;
  note: string;
  value: Interval;
}

/** What the answer gained over each baseline, with fresh seeds. */
export function Baselines({ data: { search } }: { data: SearchData }) {
  const { result } = search;
  if (!result) return null;
  const lines = [...result.baselines, ...result.runnersUp].flatMap((other): Line[] => {
    if (!other.difference || other.isAnswer) return [];
    const name = [other.name, ...other.also].join(", ");
    const note = `better with probability ${probability(other.probabilityAnswerIsBetter)}${other.obeysConstraints ? "" : ", breaks the constraints"}`;
    return [{ name, note, value: other.difference }];
  });
  const better = lines.filter(({ value }) => value.upper < 0).length;
  return (
    <Differences
      title="Against the baselines"
      sentence={`The answer minus each other mixture, trained with the same fresh seeds: below zero the answer is better. Of ${lines.length}, ${better} are worse than the answer beyond their 90 % interval.`}
      lines={lines}
      headers={["against", "answer minus it, bits per byte [90 %]", "answer"]}
    />
  );
}

/** What the answer does to each target, against the reference. */
export function Targets({ data: { search } }: { data: SearchData }) {
  const verdict = search.result?.verdict;
  if (!verdict) return null;
  const lines = verdict.targets.flatMap((target): Line[] =>
    target.difference
      ? [
          {
            name: target.role === 2 ? `${target.target} (guardrail)` : target.target,
            note: `better with probability ${probability(target.probabilityBetter)}`,
            value: target.difference,
          },
        ]
      : [],
  );
  const worse = lines.filter(({ value }) => value.mean > 0).length;
  return (
    <Differences
      title="Each target"
      sentence={`The answer minus the ${verdict.reference} mixture on each target: below zero is better. ${worse === 0 ? "No target got worse." : `${worse} of ${lines.length} got worse.`}`}
      lines={lines}
      headers={["target", "answer minus reference, bits per byte [90 %]", "answer"]}
    />
  );
}

const ROW = 40;

function Differences({
  title,
  sentence,
  lines,
  headers,
}: Pick<FigureProps, "title" | "sentence"> & { lines: Line[]; headers: string[] }) {
  if (lines.length === 0) return null;
  const scale = linear([0, ...lines.flatMap(({ value }) => [value.lower, value.upper])], [14, ACROSS[1]], { ticks: 5 });
  const height = ROW * lines.length + 28;
  const bottom = height - 26;
  return (
    <Figure
      title={title}
      sentence={sentence}
      data={{ headers, rows: lines.map(({ name, note, value }) => [name, interval(value, change), note]) }}
    >
      <svg class="plot" viewBox={`0 0 ${PLOT.width} ${height}`} role="img" aria-label={sentence}>
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={scale.at(tick)} x2={scale.at(tick)} y1="0" y2={bottom} />
            <text class="tick" x={scale.at(tick)} y={height - 10} text-anchor="middle">
              {scale.write(tick)}
            </text>
          </g>
        ))}
        <line class="axis" x1={scale.at(0)} x2={scale.at(0)} y1="0" y2={bottom} />
        {lines.map(({ name, value }, i) => {
          const y = ROW * i + 28;
          const kind = value.upper < 0 ? "better" : value.lower > 0 ? "worse" : "open";
          return (
            <g key={name} class={kind}>
              <text class="name" x="14" y={y - 10}>
                {name}
              </text>
              <line class="span" x1={scale.at(value.lower)} x2={scale.at(value.upper)} y1={y} y2={y} />
              <circle cx={scale.at(value.mean)} cy={y} r="4.5" />
            </g>
          );
        })}
      </svg>
    </Figure>
  );
}
