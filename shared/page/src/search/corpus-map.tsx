import type { CorpusMap as CorpusMapMessage } from "@climb/proto/clustering/v1/clustering_service";
import { inColourOf } from "../colour.js";
import { Figure } from "../figures/figure.js";
import { count, percent } from "../format.js";
import type { Wire } from "../wire.js";

const [WIDTH, HEIGHT, MARGIN] = [720, 460, 12];

export interface MapProps {
  map: Wire<CorpusMapMessage>;
  domains: readonly { id: string; label: string; documents: number }[];
}

/** A sample of the corpus as a picture: a dot is a document, its colour the domain. */
export function CorpusMap({ map: { points }, domains }: MapProps) {
  if (points.length === 0) return null;
  const across = scaleOf(
    points.map(({ x }) => x),
    WIDTH,
  );
  const down = scaleOf(
    points.map(({ y }) => y),
    HEIGHT,
  );
  const total = domains.reduce((sum, { documents }) => sum + documents, 0);
  const sentence = `${count(points.length)} documents; near each other are those with similar vectors (UMAP). The axes mean nothing.`;
  return (
    <Figure
      wide
      title="Map of the corpus"
      sentence={sentence}
      data={{
        headers: ["domain", "name", "documents", "share", "on the map"],
        rows: domains.map(({ id, label, documents }) => [
          id,
          label,
          count(documents),
          percent(documents / total),
          count(points.filter(({ domainId }) => domainId === id).length),
        ]),
      }}
    >
      <svg class="map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={sentence}>
        {domains.map(({ id }) => {
          const colour = inColourOf(id);
          return (
            <g key={id} class={colour.class} style={colour.style}>
              {points
                .filter(({ domainId }) => domainId === id)
                .map(({ documentId, title, x, y }) => (
                  <circle key={documentId} cx={across(x)} cy={down(y)} r="3.2">
                    <title>{`${id} · ${title}`}</title>
                  </circle>
                ))}
            </g>
          );
        })}
      </svg>
      <ul class="legend">
        {domains.map(({ id, label }) => {
          const colour = inColourOf(id);
          return (
            <li key={id}>
              <i class={`swatch ${colour.class}`} style={colour.style} />
              {id} {label}
            </li>
          );
        })}
      </ul>
    </Figure>
  );
}

/** From values to pixels. A few groups that UMAP put far away lie at the edge, so that they do not squeeze all others. */
function scaleOf(values: readonly number[], pixels: number): (value: number) => string {
  const sorted = Float64Array.from(values).sort();
  const quantile = (part: number) => sorted[Math.round(part * (sorted.length - 1))] as number;
  const [low, high] = [quantile(0.02), quantile(0.98)];
  const slack = 0.08 * (high - low);
  const factor = (pixels - 2 * MARGIN) / (high - low + 2 * slack || 1);
  return (value) => Math.min(pixels - MARGIN, Math.max(MARGIN, MARGIN + (value - low + slack) * factor)).toFixed(1);
}
