import type { ComponentChildren } from "preact";
import type { Scale } from "./scale.js";

/** Drawn for a phone's width; on a wide screen two stand side by side. */
export const PLOT = { width: 400, height: 250, left: 52, right: 12, top: 10, bottom: 42 } as const;
/** Where the area of the data begins and ends. */
export const ACROSS = [PLOT.left, PLOT.width - PLOT.right] as const;
export const DOWN = [PLOT.height - PLOT.bottom, PLOT.top] as const;

export interface PlotProps {
  label: string;
  x: Scale;
  y: Scale;
  xTitle: string;
  yTitle: string;
  children: ComponentChildren;
}

/** Two axes with their titles, and what is drawn between them. */
export function Plot({ label, x, y, xTitle, yTitle, children }: PlotProps) {
  return (
    <svg class="plot" viewBox={`0 0 ${PLOT.width} ${PLOT.height}`} role="img" aria-label={label}>
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={ACROSS[0]} x2={ACROSS[1]} y1={y.at(tick)} y2={y.at(tick)} />
          <text class="tick" x={ACROSS[0] - 6} y={y.at(tick) + 3.5} text-anchor="end">
            {y.write(tick)}
          </text>
        </g>
      ))}
      {x.ticks.map((tick) => (
        <g key={tick}>
          <line class="axis" x1={x.at(tick)} x2={x.at(tick)} y1={DOWN[0]} y2={DOWN[0] + 4} />
          <text class="tick" x={x.at(tick)} y={DOWN[0] + 16} text-anchor="middle">
            {x.write(tick)}
          </text>
        </g>
      ))}
      <line class="axis" x1={ACROSS[0]} x2={ACROSS[1]} y1={DOWN[0]} y2={DOWN[0]} />
      <text class="title" x={(ACROSS[0] + ACROSS[1]) / 2} y={PLOT.height - 6} text-anchor="middle">
        {xTitle}
      </text>
      <text
        class="title"
        x={10}
        y={(DOWN[0] + DOWN[1]) / 2}
        text-anchor="middle"
        transform={`rotate(-90 10 ${(DOWN[0] + DOWN[1]) / 2})`}
      >
        {yTitle}
      </text>
      {children}
    </svg>
  );
}

/** A line through points. */
export function pathOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

/** Names of what is drawn, below it. */
export function Legend({ entries }: { entries: readonly (readonly [className: string, name: string])[] }) {
  return (
    <ul class="legend">
      {entries.map(([className, name]) => (
        <li key={name}>
          <i class={className} />
          {name}
        </li>
      ))}
    </ul>
  );
}
