import { byBudget, type Interval, type Outcome } from "./figures.js";

const [PANEL, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [300, 260, 58, 14, 40, 46];
const COLOURS = ["#26c", "#c52", "#283", "#83a", "#777"];

/** A picture of an experiment: a panel for each group, bits per byte of the answers against mixtures explored. */
export function experimentPlot({ experiment, groups }: Pick<Outcome, "experiment" | "groups">): string {
  const { strategies, budgets } = experiment;
  const panels = Object.entries(groups).map(([group, result], p) => {
    const figures = byBudget(result);
    const explored = strategies.map((name) => budgets.map((budget) => figures[name]?.[budget] as Interval));
    const fixed = Object.entries(figures).flatMap(([name, of]) => (of[0] ? [{ name, value: of[0].mean }] : []));
    const ends = [...explored.flat().flatMap(({ lower, upper }) => [lower, upper]), ...fixed.map(({ value }) => value)];
    const [least, most] = [Math.min(...ends), Math.max(...ends)];
    const y = (value: number) => TOP + ((most - value) / (most - least || 1)) * (HEIGHT - TOP - BOTTOM);
    const x = (b: number, s: number) =>
      LEFT + ((b + 0.5) / budgets.length) * (PANEL - LEFT - RIGHT) + 7 * (s - (strategies.length - 1) / 2);
    const lines = explored.map((row, s) => {
      const colour = COLOURS[s % COLOURS.length];
      const path = row.map(({ mean }, b) => `${x(b, s).toFixed(1)},${y(mean).toFixed(1)}`).join(" ");
      const points = row.map(
        ({ mean, lower, upper }, b) =>
          `<line x1="${x(b, s)}" x2="${x(b, s)}" y1="${y(lower).toFixed(1)}" y2="${y(upper).toFixed(1)}"/><circle cx="${x(b, s)}" cy="${y(mean).toFixed(1)}" r="3" fill="${colour}"><title>${strategies[s]} ${budgets[b]}: ${mean.toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}]</title></circle>`,
      );
      return `<g stroke="${colour}"><polyline points="${path}" fill="none"/>${points.join("")}</g>`;
    });
    const levels = fixed.map(
      ({ name, value }) =>
        `<line x1="${LEFT}" x2="${PANEL - RIGHT}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#aaa" stroke-dasharray="4 3"/><text x="${PANEL - RIGHT}" y="${(y(value) - 3).toFixed(1)}" text-anchor="end" fill="#888" font-size="9">${name}</text>`,
    );
    const ticks = [least, most].map(
      (value) => `<text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${value.toFixed(3)}</text>`,
    );
    const names = budgets.map((budget, b) => {
      const at = x(b, (strategies.length - 1) / 2);
      return `<text x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${budget}</text>`;
    });
    const title = `<text x="${LEFT}" y="${TOP - 14}" font-weight="bold">${group}</text>`;
    return `<g transform="translate(${p * PANEL} 0)">${[title, ...levels, ...lines, ...ticks, ...names].join("")}</g>`;
  });
  const width = PANEL * panels.length;
  const legend = strategies.map(
    (name, s) => `<text x="${LEFT + 110 * s}" y="${HEIGHT - 6}" fill="${COLOURS[s % COLOURS.length]}">● ${name}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" font-family="sans-serif" font-size="11">`,
    "<title>Bits per byte of each strategy's answer against the mixtures it explored</title>",
    ...panels,
    ...legend,
    `<text x="${width - 8}" y="${HEIGHT - 6}" text-anchor="end" fill="#888">bits per byte with ${experiment.larger.preset}, 90 % intervals, against mixtures explored; lower is better</text>`,
    "</svg>\n",
  ].join("\n");
}
