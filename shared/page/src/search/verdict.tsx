import type { HealthCheck } from "@climb/proto/search/v1/search_service";
import { bits, digits, interval } from "../format.js";
import type { Wire } from "../wire.js";
import { OUTCOMES } from "../words.js";
import type { SearchData } from "./data.js";

/** The first thing to read: what not to trust, then what was gained and which targets paid for it. */
export function Verdict({ data: { search } }: { data: SearchData }) {
  const { result } = search;
  const checks = result?.checks ?? [];
  const failed = checks.filter(({ outcome }) => outcome === 3);
  const said = new Set(failed.map(({ sentence }) => sentence));
  const warnings = [...search.warnings, ...(result?.warnings ?? [])].filter(
    (line, i, all) => !said.has(line) && all.indexOf(line) === i,
  );
  const [lead, ...rest] = result?.verdict?.sentences ?? [];
  return (
    <section class="card wide verdict" aria-labelledby="verdict">
      <h2 id="verdict">{result ? "Verdict" : "So far"}</h2>
      {(failed.length > 0 || warnings.length > 0) && (
        <div class="doubt">
          <h3>What not to trust</h3>
          <ul>
            {failed.map(({ name, sentence }) => (
              <li key={name}>{sentence}</li>
            ))}
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </div>
      )}
      {lead && <p class="lead">{lead}</p>}
      {rest.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {result && (
        <p class="soft">
          The answer reaches {interval(result.objective, bits)} bits per byte ({result.origin}). Brackets are 90 %
          intervals from {result.objective?.runs ?? 0} fresh seeds; the spread between seeds is {digits(result.noise)}.
          Lower is better.
          {result.roundsEnded && ` ${result.roundsEnded}`}
        </p>
      )}
      {result?.earlier?.sentences.map((line) => (
        <p class="soft" key={line}>
          {line}
        </p>
      ))}
      {checks.length > 0 && <Checks checks={checks} />}
    </section>
  );
}

/** Whether the search was sound; what needs a look comes first. */
function Checks({ checks }: { checks: readonly Wire<HealthCheck>[] }) {
  const sorted = [...checks].sort((a, b) => b.outcome - a.outcome);
  return (
    <>
      <h3>Health checks</h3>
      <ul class="checks">
        {sorted.map(({ name, outcome, sentence }) => (
          <li key={name} class={OUTCOMES[outcome]}>
            <b>{OUTCOMES[outcome]}</b>
            <span>
              <code>{name}</code> {sentence}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
