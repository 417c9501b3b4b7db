import type { Decontamination } from "@climb/proto/training/v1/training_service";
import { Table } from "../figures/table.js";
import { bits, count, digits, percent } from "../format.js";
import type { Wire } from "../wire.js";
import type { SearchData } from "./data.js";

const KINDS = ["", "repetition cap of", "upper bound of", "lower bound of", "guardrail"];

/** Constraints that hold the answer back with their prices, and what would be best without any. */
export function Constraints({ data: { search, domains } }: { data: SearchData }) {
  const { result } = search;
  if (!result) return null;
  const names = new Map(domains.map(({ id, label }) => [id, `${id} ${label}`]));
  const { binding, unconstrained } = result;
  const free = domains
    .map(({ id }, j) => ({ id, weight: unconstrained?.mixture[j] ?? 0 }))
    .filter(({ weight }) => weight >= 0.01)
    .sort((a, b) => b.weight - a.weight)
    .map(({ id, weight }) => `${id} ${percent(weight)}`)
    .join(", ");
  return (
    <section class="card" aria-labelledby="constraints">
      <h3 id="constraints">Constraints</h3>
      {binding.length === 0 ? (
        <p>No constraint holds the answer back.</p>
      ) : (
        <Table
          label="Constraints that hold the answer back"
          headers={["held by", "at", "a hundredth more room would gain, bits per byte"]}
          rows={binding.map(({ kind, domainId, task, bound, price }) => [
            `${KINDS[kind]} ${domainId ? (names.get(domainId) ?? domainId) : task}`,
            { node: domainId ? percent(bound) : bits(bound), number: true },
            { node: digits(price), number: true },
          ])}
        />
      )}
      {unconstrained && free && (
        <p class="soft">
          Without any constraint the last predictor would take {free}, and expects{" "}
          {bits(unconstrained.prediction?.objective?.value)} bits per byte there.
        </p>
      )}
    </section>
  );
}

/** How much of each target occurs in the corpus, and what was left out for it. */
export function Overlaps({ data: { search } }: { data: SearchData }) {
  const overlaps = (search.result?.overlaps ?? []).filter(({ ngrams }) => ngrams > 0);
  const leftOut = search.result?.decontamination;
  if (overlaps.length === 0) return null;
  return (
    <section class="card" aria-labelledby="overlaps">
      <h3 id="overlaps">Targets that occur in the corpus</h3>
      <p>
        Shares of each target's runs of 13 tokens that the corpus has too: a high share means that the answer is
        flattered.
      </p>
      <Table
        label="Targets that occur in the corpus"
        headers={["target", "anywhere", "where most"]}
        rows={overlaps.map(({ target, ngrams, found, domains }) => [
          target,
          { node: percent(found / ngrams), number: true },
          domains
            .filter((domain) => domain.found > 0)
            .sort((a, b) => b.found - a.found)
            .slice(0, 4)
            .map((domain) => `${domain.domainId} ${percent(domain.found / ngrams)}`)
            .join(", ") || "–",
        ])}
      />
      {leftOut && <LeftOut decontamination={leftOut} />}
    </section>
  );
}

/** Documents that contain a target and were left out. */
function LeftOut({ decontamination }: { decontamination: Wire<Decontamination> }) {
  const { leftOut, targets } = decontamination;
  const total = (of: "documents" | "tokens") => leftOut.reduce((sum, domain) => sum + domain[of], 0);
  return (
    <>
      <p>
        {count(total("documents"))} documents ({count(total("tokens"))} tokens) that have 13 tokens in common with a
        target were left out; the shares above are of what is left.
      </p>
      <Table
        label="Documents that were left out"
        headers={["target", "documents left out", "by domain"]}
        rows={targets.map(({ target, documents, byDomain }) => [
          target,
          { node: count(documents), number: true },
          leftOut
            .map(({ domainId }, j) => ({ domainId, documents: byDomain[j] ?? 0 }))
            .filter((domain) => domain.documents > 0)
            .sort((a, b) => b.documents - a.documents)
            .map((domain) => `${domain.domainId} ${count(domain.documents)}`)
            .join(", ") || "–",
        ])}
      />
    </>
  );
}
