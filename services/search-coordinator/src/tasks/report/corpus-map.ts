import { escapeHtml } from "./html.js";
import type { ReportData } from "./types.js";

const [WIDTH, HEIGHT, MARGIN, RADIUS] = [720, 520, 12, 3.2];

/** A sample of the corpus as a picture: a dot is a document, its colour the domain, its title shown by the pointer. */
export function corpusMap({ map, domains }: ReportData): string {
  const across = scale(
    map.map(({ x }) => x),
    WIDTH,
  );
  const down = scale(
    map.map(({ y }) => y),
    HEIGHT,
  );
  const groups = domains.map(({ id, label }, j) => {
    const dots = map
      .filter(({ domainId }) => domainId === id)
      .map(
        ({ x, y, title }) =>
          `<circle cx="${across(x)}" cy="${down(y)}" r="${RADIUS}"><title>${escapeHtml(`${id} · ${title}`)}</title></circle>`,
      );
    return { id, label, colour: colourOf(j), dots };
  });
  const picture = groups.map(({ colour, dots }) => `<g fill="${colour}">${dots.join("")}</g>`).join("");
  const legend = groups
    .map(({ id, label, colour }) => `<span><i style="background:${colour}"></i>${escapeHtml(`${id} ${label}`)}</span>`)
    .join("");
  const note = `${map.length.toLocaleString("en-US")} documents; near each other are those with similar vectors (UMAP). The axes mean nothing.`;
  return `<svg class="map" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="map of the corpus">${picture}</svg><p class="legend">${legend}</p><p class="soft">${note}</p>`;
}

/** From values to pixels. A few groups that UMAP put far away lie at the edge, so that they do not squeeze all others. */
function scale(values: readonly number[], pixels: number): (value: number) => string {
  const sorted = Float64Array.from(values).sort();
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  const [low, high] = [quantile(0.02), quantile(0.98)];
  const slack = 0.08 * (high - low);
  const factor = (pixels - 2 * MARGIN) / (high - low + 2 * slack || 1);
  return (value) => Math.min(pixels - MARGIN, Math.max(MARGIN, MARGIN + (value - low + slack) * factor)).toFixed(1);
}

/** Hues a golden angle apart: neighbours in the list differ, however many there are. */
function colourOf(index: number): string {
  return `hsl(${Math.round((index * 137.508) % 360)} 62% ${[42, 58, 34][index % 3]}%)`;
}
