import type { ClusteringServiceDefinition, Domain } from "@climb/proto/clustering/v1/clustering_service";
import { fieldInvalid, type Handlers } from "@climb/runtime";
import type { ClusteringStores } from "../steps/context.js";
import { expectFinished } from "../steps/sets.js";

/**
 * The call that gives a domain the title that people know it by. The stored manifest, whose digest names what was made of
 * it, stays as it is.
 */
export function renameCall({ sets }: Pick<ClusteringStores, "sets">) {
  return {
    async updateDomain({ id, domainId, title }) {
      const domainSet = await sets.update(id, (before) => {
        const { domains } = expectFinished(before);
        const index = domains.findIndex((domain) => domain.id === domainId);
        if (index < 0) throw fieldInvalid("domain_id", domainId, domains.map((domain) => domain.id).join(", "));
        const renamed = withTitle(domains[index] as Domain, title.trim());
        return renamed === domains[index] ? before : { ...before, domains: domains.with(index, renamed) };
      });
      return { domainSet };
    },
  } satisfies Handlers<typeof ClusteringServiceDefinition>;
}

/** The same object if it is called so already. */
function withTitle(domain: Domain, title: string): Domain {
  const made = domain.madeLabel || domain.label;
  const label = title || made;
  if (label === domain.label) return domain;
  return { ...domain, label, madeLabel: label === made ? "" : made };
}
