import { Figure } from "../figures/figure.js";
import { digits } from "../format.js";
import type { SearchData } from "./data.js";

/** Which domain helps which target, as the last predictor sees it at the answer. */
export function Influence({ data: { search, domains } }: { data: SearchData }) {
  const effects = search.result?.effects ?? [];
  if (effects.length === 0) return null;
  const names = new Map(domains.map(({ id, label }) => [id, label]));
  const targets = search.targets.map(({ name }) => name);
  const greatest = Math.max(1e-12, ...effects.flatMap(({ tasks }) => tasks.map(Math.abs)));
  const cells = effects.flatMap(({ domainId, tasks }) =>
    targets.map((target, i) => ({ domainId, target, value: tasks[i] ?? 0 })),
  );
  const best = cells.reduce((a, b) => (b.value < a.value ? b : a));
  const sentence = `What a hundredth more weight would change, in millibits per byte, as the predictor sees it at the answer. Most is to be had of ${names.get(best.domainId) || best.domainId} for ${best.target} (${millibits(best.value)}).`;
  return (
    <Figure
      title="Which domain helps which target"
      sentence={sentence}
      data={{
        headers: ["domain", "name", ...targets],
        rows: effects.map(({ domainId, tasks }) => [domainId, names.get(domainId) ?? "", ...tasks.map(millibits)]),
      }}
    >
      <div class="scroll">
        <table class="heat" aria-hidden="true">
          <thead>
            <tr>
              <td />
              {targets.map((target) => (
                <th key={target}>{target}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {effects.map(({ domainId, tasks }) => (
              <tr key={domainId}>
                <th title={names.get(domainId)}>
                  <b>{domainId}</b> {names.get(domainId)}
                </th>
                {tasks.map((value, i) => (
                  <td
                    key={targets[i]}
                    class={value < 0 ? "number helps" : "number hurts"}
                    style={{ "--strength": (Math.abs(value) / greatest).toFixed(3) }}
                  >
                    {millibits(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Figure>
  );
}

function millibits(value: number): string {
  const text = digits(1000 * value);
  return value > 0 ? `+${text}` : text;
}
