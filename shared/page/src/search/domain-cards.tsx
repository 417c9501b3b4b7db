import type { Domain } from "@climb/proto/clustering/v1/clustering_service";
import type { ComponentChildren } from "preact";
import { inColourOf } from "../colour.js";
import { count, digits, percent, short } from "../format.js";
import type { Wire } from "../wire.js";

/** What a card says beside the domain itself. */
export interface CardOf {
  domain: Wire<Domain>;
  /** Its weight in an answer, if there is one. */
  weight?: number | undefined;
  share?: number | undefined;
  /** What can be done about it, where the page is live. */
  actions?: ComponentChildren;
}

/** A card for each domain: what it is about, how large and how good it is, and what it looks like. */
export function DomainCards({ cards }: { cards: readonly CardOf[] }) {
  return (
    <ul class="domains">
      {cards.map((card) => (
        <li key={card.domain.id} class="card">
          <DomainCard {...card} />
        </li>
      ))}
    </ul>
  );
}

function DomainCard({ domain, weight, share, actions }: CardOf) {
  const colour = inColourOf(domain.id);
  return (
    <article aria-label={`${domain.id} ${domain.label}`}>
      <h3 class="domain-title">
        <i class={`swatch ${colour.class}`} style={colour.style} />
        <span>
          <small>{domain.id}</small> {domain.label}
        </span>
      </h3>
      {actions}
      {weight !== undefined && (
        <p>
          <b>{percent(weight)}</b> of the mixture, {percent(share)} of the tokens
        </p>
      )}
      <p class="soft">
        {count(domain.documents)} documents · {short(domain.textBytes)}B · quality {digits(domain.quality)} of 5
      </p>
      <p>{domain.terms.slice(0, 12).join(", ")}</p>
      {Object.keys(domain.forms).length > 0 && <p class="soft">{formsOf(domain.forms)}</p>}
      {domain.examples.slice(0, 2).map(({ documentId, snippet }) => (
        <blockquote key={documentId}>{snippet}</blockquote>
      ))}
      {domain.borderline.length > 0 && (
        <details>
          <summary>Borderline documents</summary>
          {domain.borderline.slice(0, 3).map(({ document, otherDomainId }) => (
            <blockquote key={document?.documentId}>
              <small>could be in {otherDomainId}:</small> {document?.snippet}
            </blockquote>
          ))}
        </details>
      )}
    </article>
  );
}

/** Forms of fewer documents are not worth a line. */
const LEAST_SHARE = 0.05;

/** "72.0 % Markdown documentation, 11.0 % changelogs": what is no running text. */
function formsOf(forms: Readonly<Record<string, number>>): string {
  const shown = Object.entries(forms)
    .filter(([, share]) => share >= LEAST_SHARE)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, 4);
  return shown.map(([form, share]) => `${percent(share)} ${form}`).join(", ");
}
