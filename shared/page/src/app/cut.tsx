import { useState } from "preact/hooks";
import { inColourOf } from "../colour.js";
import { digits } from "../format.js";
import { call } from "./api.js";
import { go } from "./location.js";
import { Action } from "./parts.js";
import type { StoredSet } from "./stored.js";
import { branches } from "./tree.js";

/** The merge tree: which clusters would be one domain if it were cut elsewhere, and a button that cuts it there. */
export function Cut({ id, domains, stored }: { id: string; domains: readonly string[]; stored: StoredSet }) {
  const { merges, clusterDomains } = stored;
  const surviving = clusterDomains.filter((domain) => domain >= 0);
  const [wanted, setWanted] = useState(domains.length);
  if (merges.length === 0 || surviving.length !== merges.length + 1) return null;
  const cut = branches(merges, surviving.length, wanted);
  const next = merges[surviving.length - wanted];
  const make = async () => {
    const { domainSet } = await call("clustering", "cutDomainSet", { id, domains: wanted });
    go(`/domains/${domainSet?.id}`);
  };
  return (
    <section class="card wide" aria-labelledby="tree">
      <h3 id="tree">Another cut</h3>
      <p>
        The {surviving.length} clusters that survived can be merged into any smaller number of domains. A block is a
        domain; its colours are those of the domains that there are now.
      </p>
      <label class="cut">
        Domains
        <input
          type="range"
          min="1"
          max={surviving.length}
          value={wanted}
          onInput={(event) => setWanted(Number(event.currentTarget.value))}
        />
        <output>{wanted}</output>
      </label>
      <ul class="branches" aria-label={`The clusters in ${wanted} domains`}>
        {cut.map((leaves) => (
          <li key={leaves[0]} title={`${leaves.length} clusters`}>
            {leaves.map((leaf) => {
              const domain = domains[surviving[leaf] ?? 0] ?? "";
              const colour = inColourOf(domain);
              return (
                <i key={leaf} class={`swatch ${colour.class}`} style={colour.style} title={`a cluster of ${domain}`} />
              );
            })}
            <span class="unseen">{leaves.length} clusters</span>
          </li>
        ))}
      </ul>
      {next && <p class="soft">The next merge joins two that are {digits(next.distance)} apart (Ward).</p>}
      {wanted !== domains.length && <Action act={make}>Cut at {wanted}</Action>}
    </section>
  );
}
