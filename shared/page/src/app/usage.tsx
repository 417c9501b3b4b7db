import { Table } from "../figures/table.js";
import { count, duration, short } from "../format.js";
import { call } from "./api.js";
import { useAsked } from "./live.js";
import { Fault } from "./parts.js";

/** What each project has used in 30 days, what it has waiting, and how much it may have. */
export function Usage() {
  const { answer, failure } = useAsked(() => call("store", "getUsage", {}), [], 10_000);
  const of = (limit: number | undefined, write: (value: number) => string) => (limit ? ` of ${write(limit)}` : "");
  return (
    <section class="card wide" aria-labelledby="usage">
      <h2 id="usage">Use by project</h2>
      <p class="soft">What was used in the last 30 days, and what is stored now.</p>
      <Fault message={failure} />
      {answer?.projects.length === 0 && <p>Nothing was used yet.</p>}
      {answer && answer.projects.length > 0 && (
        <Table
          label="Use by project"
          headers={[
            "project",
            "searches at work",
            "runs waiting",
            "time of work",
            "tokens in 30 days",
            "tokens in 24 hours",
            "stored",
          ]}
          rows={answer.projects.map(({ project, cost, quota, searches, runs, tokensOfDay, storedBytes }) => [
            project || "–",
            { node: `${count(searches)}${of(quota?.searches, count)}`, number: true },
            { node: `${count(runs)}${of(quota?.runs, count)}`, number: true },
            { node: duration(cost?.seconds), number: true },
            { node: short(cost?.tokens), number: true },
            { node: `${short(tokensOfDay)}${of(quota?.tokensADay, short)}`, number: true },
            { node: `${short(storedBytes)}B${of(quota?.bytes, (value) => `${short(value)}B`)}`, number: true },
          ])}
        />
      )}
    </section>
  );
}
