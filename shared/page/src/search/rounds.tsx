import { inColourOf } from "../colour.js";
import { Figure } from "../figures/figure.js";
import { percent } from "../format.js";
import type { SearchData } from "./data.js";

/** Mean weights of each round between the token shares and the answer: how the search moved. */
export function Rounds({ data: { search, runs, domains } }: { data: SearchData }) {
  const explored = runs.filter(({ role, mixture }) => role === 1 && mixture.length === domains.length);
  if (explored.length === 0) return null;
  const rounds = [...new Set(explored.map(({ round }) => round))];
  const steps = [
    { name: "token share", weights: domains.map(({ share }) => share) },
    ...rounds.map((round) => {
      const tried = explored.filter((run) => run.round === round);
      return {
        name: `round ${round} (${tried.length})`,
        weights: domains.map((_, j) => tried.reduce((sum, { mixture }) => sum + (mixture[j] ?? 0), 0) / tried.length),
      };
    }),
    ...(search.result ? [{ name: "answer", weights: search.result.domains.map(({ weight }) => weight) }] : []),
  ].filter(({ weights }) => weights.some((weight) => weight > 0));
  const sentence = `Mean weights of the mixtures that were tried, from the token shares through ${rounds.length} ${rounds.length === 1 ? "round" : "rounds"}${search.result ? " to the answer" : ""}; in brackets the number of mixtures.`;
  return (
    <Figure
      wide
      title="Rounds"
      sentence={sentence}
      data={{
        headers: ["domain", "name", ...steps.map(({ name }) => name)],
        rows: domains.map(({ id, label }, j) => [id, label, ...steps.map(({ weights }) => percent(weights[j]))]),
      }}
    >
      <div class="rounds" role="img" aria-label={sentence}>
        {steps.map(({ name, weights }) => (
          <div key={name} class="round">
            <span class="name">{name}</span>
            <span class="stack">
              {domains.map(({ id, label }, j) => {
                const weight = weights[j] ?? 0;
                const colour = inColourOf(id);
                return (
                  <i
                    key={id}
                    class={colour.class}
                    style={{ ...colour.style, "--part": weight.toFixed(5) }}
                    title={`${id} ${label}: ${percent(weight)}`}
                  >
                    {weight >= 0.06 && <span>{id}</span>}
                  </i>
                );
              })}
            </span>
          </div>
        ))}
      </div>
    </Figure>
  );
}
