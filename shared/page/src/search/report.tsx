import type { CorpusMap as CorpusMapMessage, DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import { Table } from "../figures/table.js";
import { count, digits } from "../format.js";
import type { Wire } from "../wire.js";
import { CorpusMap } from "./corpus-map.js";
import { domainsOf, nameOf, type SearchData } from "./data.js";
import { DomainCards } from "./domain-cards.js";
import { SearchFigures } from "./figures.js";

/** What a report is made of. */
export interface ReportData {
  search: SearchData["search"];
  runs: SearchData["runs"];
  manifest: Pick<Wire<DomainManifest>, "domains" | "pruned">;
  map: Wire<CorpusMapMessage>;
}

/** The views of a finished search as one document. */
export function Report({ search, runs, manifest, map }: ReportData) {
  const domains = domainsOf(search, manifest, undefined);
  const weights = new Map(search.result?.domains.map(({ id, weight }) => [id, weight]));
  const shares = new Map(domains.map(({ id, share }) => [id, share]));
  const cards = manifest.domains.map((domain) => ({
    domain,
    weight: weights.get(domain.id),
    share: shares.get(domain.id),
  }));
  return (
    <main class="report">
      <header>
        <h1>{nameOf(search)}</h1>
        <p class="soft">
          Report of search <code>{search.id}</code>
        </p>
      </header>
      <SearchFigures data={{ search, runs, domains }} />
      <h2>Domains</h2>
      <div class="cards">
        <CorpusMap map={map} domains={manifest.domains} />
      </div>
      <DomainCards cards={cards.sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0))} />
      {manifest.pruned.length > 0 && (
        <section class="card" aria-labelledby="pruned">
          <h3 id="pruned">Pruned before the search</h3>
          <Table
            label="Pruned before the search"
            headers={["documents", "quality", "terms", "why"]}
            rows={manifest.pruned.map(({ documents, quality, terms, reason }) => [
              count(documents),
              { node: digits(quality), number: true },
              terms.slice(0, 8).join(", "),
              reason,
            ])}
          />
        </section>
      )}
    </main>
  );
}
