import { useState } from "preact/hooks";
import { count } from "../format.js";
import { CorpusMap } from "../search/corpus-map.js";
import { DomainCards } from "../search/domain-cards.js";
import { call } from "./api.js";
import { Cut } from "./cut.js";
import { useAsked } from "./live.js";
import { Fault, State } from "./parts.js";
import { Rename } from "./rename.js";
import { readManifest, readMap } from "./stored.js";
import { useTitle } from "./title.js";

/** What a corpus is about: its map, a card for each domain, and the tree that they were cut from. */
export function DomainSetView({ id }: { id: string }) {
  const [renames, setRenames] = useState(0);
  const { answer: set, failure } = useAsked(
    async () => (await call("clustering", "getDomainSet", { id })).domainSet,
    [id, renames],
  );
  const manifest = useAsked(async () => set?.manifest && readManifest(set.manifest.uri), [set?.manifest?.uri]);
  const mapAt = manifest.answer?.map;
  const map = useAsked(async () => (mapAt ? readMap(mapAt) : undefined), [mapAt]);
  const [order, setOrder] = useState("documents");
  useTitle("Domains");
  if (!set) return failure ? <Fault message={failure} /> : <p role="status">loading …</p>;
  const domains = set.domains;
  const sorted = [...domains].sort((a, b) => (order === "quality" ? b.quality - a.quality : b.documents - a.documents));
  return (
    <>
      <header class="heading">
        <p class="path">
          <a href="/domains">Domains</a> / <code>{id}</code>
        </p>
        <h1>{set.metadata?.displayName || "Domains"}</h1>
        <p>
          <State status={set.status} /> {count(domains.length)} domains,{" "}
          {count(domains.reduce((sum, { documents }) => sum + documents, 0))} documents; {count(set.prunedDocuments)}{" "}
          were pruned{set.duplicateDocuments > 0 && `, ${count(set.duplicateDocuments)} were near-duplicates`}.
        </p>
      </header>
      <Fault message={set.status?.failure?.message ?? manifest.failure ?? map.failure} />
      <div class="cards">
        {map.answer && <CorpusMap map={map.answer} domains={domains} />}
        {manifest.answer && <Cut id={id} domains={domains.map((domain) => domain.id)} stored={manifest.answer} />}
      </div>
      <div class="tools">
        <label>
          Order
          <select value={order} onChange={(event) => setOrder(event.currentTarget.value)}>
            <option value="documents">largest first</option>
            <option value="quality">best first</option>
          </select>
        </label>
      </div>
      <DomainCards
        cards={sorted.map((domain) => ({
          domain,
          actions: <Rename set={id} domain={domain} renamed={() => setRenames(renames + 1)} />,
        }))}
      />
    </>
  );
}
