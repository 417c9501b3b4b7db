import { readJson } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Fault } from "@climb/proto/common/v1/job";
import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import { fieldFault } from "@climb/resources";
import { ServiceError } from "@climb/runtime";
import { type Plan, searchedWeights } from "../core/index.js";
import type { SearchContext } from "../steps/context.js";
import { constraintsToProto, domainToProto } from "./convert-constraints.js";

/** No cap: what repetition allows is known once the tokens are counted, and checked then. */
const UNLIMITED = 1e12;

/**
 * What can be known of bounds, groups and baselines before the tokens are counted. Those of a corpus must wait for its
 * domains; of a finished domain set they are refused here if they name strangers or no mixture meets them.
 * @returns the number of domains; 0 if they are yet to be found
 */
export async function checkDomains(
  { platform, peers }: Pick<SearchContext, "platform" | "peers">,
  { input, baselines }: SearchSpec,
  plan: Plan,
  faults: Fault[],
  signal: AbortSignal,
): Promise<number> {
  if (input?.$case !== "domainSetId") {
    if (baselines.length > 0) {
      const expected = "a domain set with them: the domains of a corpus have no ids yet; climb domains finds them";
      faults.push(fieldFault("spec.baselines", "mixtures", expected));
    }
    return 0;
  }
  const manifest = await peers.clustering.getDomainSet({ id: input.value }, { signal }).then(
    ({ domainSet }) => domainSet?.manifest,
    // That there is no such set is told with the input.
    () => undefined,
  );
  if (!manifest) return 0;
  const { domains, corpus } = DomainManifest.fromJSON(await readJson(platform.artifacts, manifest));
  if (corpus?.withoutText) {
    faults.push(fieldFault("spec.domain_set_id", "documents without text", "documents with text to train proxies on"));
  }
  if (plan.decayShare && domains.some(({ tier }) => tier > 0))
    faults.push(fieldFault("spec.decay_share", "a domain set with tiers of quality", "one without"));
  const ids = new Set(domains.map(({ id }) => id));
  const expected = `ids of the domain set: ${[...ids].join(", ")}`;
  for (const [i, { mixture }] of baselines.entries()) {
    const stranger = Object.keys(mixture).find((id) => !ids.has(id));
    if (stranger !== undefined) faults.push(fieldFault(`spec.baselines[${i}].mixture`, stranger, expected));
  }
  const unknown = plan.bounds.findIndex(({ domainId }) => !ids.has(domainId));
  if (unknown >= 0) {
    const field = `spec.constraints.bounds[${unknown}].domain_id`;
    faults.push(fieldFault(field, plan.bounds[unknown]?.domainId ?? "", expected));
    return domains.length;
  }
  // That is told with the plan.
  if (plan.bounds.reduce((least, { lower }) => least + lower, 0) > 1) return domains.length;
  const equal = searchedWeights(
    plan,
    domains.map(({ id, label }) => ({ id, label, tokens: 1 })),
  );
  const unlimited = constraintsToProto({ ...plan, maxRepetition: UNLIMITED }, equal, 0, domains.length);
  try {
    const asked = { domains: equal.map(domainToProto), constraints: unlimited, mixtures: [] };
    await peers.predictor.project(asked, { signal });
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind !== "invalid") throw error;
    faults.push({ field: "spec.constraints", message: error.message, reason: error.reason });
  }
  return domains.length;
}
