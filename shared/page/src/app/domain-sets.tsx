import { Table } from "../figures/table.js";
import { count, moment } from "../format.js";
import { domainSets } from "./every.js";
import { useAsked } from "./live.js";
import { Fault, State } from "./parts.js";
import { useTitle } from "./title.js";

/** The domain sets that there are. */
export function DomainSets() {
  useTitle("Domains");
  const { answer, failure } = useAsked(domainSets, [], 5000);
  return (
    <>
      <h1>Domains</h1>
      <Fault message={failure} />
      {!answer && !failure && <p role="status">loading …</p>}
      {answer?.length === 0 && (
        <p class="card">
          No domains yet. A search finds them, and so does <code>climb domains find PATH</code>.
        </p>
      )}
      {answer && answer.length > 0 && (
        <Table
          label="Domain sets"
          headers={["domain set", "state", "domains", "documents", "pruned", "created"]}
          rows={answer.map((set) => [
            { node: <a href={`/domains/${set.id}`}>{set.metadata?.displayName || set.id.slice(0, 12)}</a> },
            { node: <State status={set.status} /> },
            set.domains.length,
            { node: count(set.domains.reduce((sum, { documents }) => sum + documents, 0)), number: true },
            { node: count(set.prunedDocuments), number: true },
            moment(set.status?.createTime),
          ])}
        />
      )}
    </>
  );
}
