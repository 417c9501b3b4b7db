import type { ConstraintKind } from "@climb/proto/predictor/v1/predictor_service";
import { inColourOf } from "../colour.js";
import { Figure } from "../figures/figure.js";
import { count, digits, percent } from "../format.js";
import { comparable, type DomainInfo, type SearchData } from "./data.js";

const KINDS: Record<ConstraintKind, string> = {
  0: "",
  1: "repetition cap",
  2: "upper bound",
  3: "lower bound",
  4: "guardrail",
};

interface Row extends DomainInfo {
  weight: number;
  repetition: number | undefined;
  range: { lower: number; upper: number } | undefined;
  held: string;
}

/** The answer's weights, or those of the best mixture so far, against the token shares. */
export function Weights({ data }: { data: SearchData }) {
  const { search, domains } = data;
  const mixture = search.result?.domains.map(({ weight }) => weight) ?? bestMixture(data);
  if (!mixture || domains.length === 0) return null;
  const rows = domains
    .map((domain, j): Row => {
      const held = search.result?.binding.find(({ domainId }) => domainId === domain.id);
      return {
        ...domain,
        weight: mixture[j] ?? 0,
        repetition: search.result?.domains[j]?.repetition,
        range: search.result?.weightRanges.find(({ domainId }) => domainId === domain.id),
        held: held ? KINDS[held.kind] : "",
      };
    })
    .sort((a, b) => b.weight - a.weight);
  const widest = Math.max(...rows.map(({ weight, share, range }) => Math.max(weight, share, range?.upper ?? 0)), 1e-9);
  const what = search.result ? "The answer" : "The best measured mixture so far";
  const [most] = rows;
  const more = [...rows].sort((a, b) => b.weight - b.share - (a.weight - a.share))[0];
  const sentence = `${what} gives most to ${most?.label || most?.id} (${percent(most?.weight)}), and raises ${more?.label || more?.id} most above its share of the tokens (${percent(more?.share)} to ${percent(more?.weight)}).`;
  return (
    <Figure
      wide
      title={search.result ? "Weights" : "Weights of the best so far"}
      sentence={sentence}
      data={{
        headers: [
          "domain",
          "name",
          "weight",
          "share of tokens",
          "as good within the noise",
          "repeated",
          "held by",
          "tokens",
        ],
        rows: rows.map(({ id, label, weight, share, range, repetition, held, tokens }) => [
          id,
          label,
          percent(weight),
          percent(share),
          range ? `${percent(range.lower)} to ${percent(range.upper)}` : "–",
          repetition === undefined ? "–" : `${digits(repetition)} times`,
          held || "–",
          count(tokens),
        ]),
      }}
    >
      <ul class="weights" aria-hidden="true">
        {rows.map((row) => (
          <WeightRow key={row.id} row={row} widest={widest} />
        ))}
      </ul>
      <ul class="legend" aria-hidden="true">
        <li>
          <i class="bar-key" />
          weight
        </li>
        <li>
          <i class="share-key" />
          share of the tokens (proportional)
        </li>
        {search.result && (
          <li>
            <i class="range-key" />
            as good within the noise
          </li>
        )}
      </ul>
    </Figure>
  );
}

function WeightRow({ row, widest }: { row: Row; widest: number }) {
  const { id, label, weight, share, range, held } = row;
  const at = (value: number) => `${((100 * value) / widest).toFixed(2)}%`;
  const colour = inColourOf(id);
  return (
    <li>
      <span class="name" title={label}>
        <b>{id}</b> {label}
      </span>
      <span class={`track ${colour.class}`} style={{ ...colour.style, "--to": at(weight), "--share": at(share) }}>
        <i class="bar" />
        {range && <i class="range" style={{ "--from": at(range.lower), "--until": at(range.upper) }} />}
        <i class="share" />
      </span>
      <span class="value">
        {percent(weight)}
        {held && <small title={`held by its ${held}`}> {held}</small>}
      </span>
    </li>
  );
}

function bestMixture(data: SearchData): readonly number[] | undefined {
  const known = comparable(data);
  if (known.length === 0) return undefined;
  return known.reduce((best, run) => (run.objective < best.objective ? run : best)).mixture;
}
