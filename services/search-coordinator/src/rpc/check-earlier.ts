import { readJson } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Fault } from "@climb/proto/common/v1/job";
import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import { ProxySpec, TokenManifest } from "@climb/proto/training/v1/training_service";
import { fieldFault } from "@climb/resources";
import type { SearchContext } from "../steps/context.js";
import { otherSearch } from "./other-search.js";

/**
 * Refuses to go on from a search over other domains that is not finished, or whose runs are not of the same kind: their
 * results would be measured by another instrument.
 * @param spec with its defaults filled in
 */
export async function checkEarlier(
  { platform, peers }: Pick<SearchContext, "platform" | "peers">,
  spec: SearchSpec,
  faults: Fault[],
  signal: AbortSignal,
): Promise<void> {
  const { earlier } = spec;
  if (!earlier) return;
  const id = earlier.searchId;
  if (spec.reuseSearchId)
    faults.push(
      fieldFault("spec.earlier", "reuse_search_id too", "one of them: reuse_search_id is for the same domains"),
    );
  const search = await otherSearch(peers, id, "spec.earlier.search_id", faults, signal);
  if (!search) return;
  const before = search.spec;
  if (!search.result || !before) {
    const message = `search ${id} has no answer yet; expected one that is finished`;
    faults.push({ field: "spec.earlier.search_id", message, reason: "STATE_FORBIDS" });
    return;
  }
  const same = (field: string, found: string, expected: string) => {
    if (found !== expected) faults.push(fieldFault(`spec.${field}`, found, `${expected}, as in search ${id}`));
  };
  const proxyOf = ({ proxy }: SearchSpec) => JSON.stringify(ProxySpec.toJSON(ProxySpec.fromPartial(proxy ?? {})));
  const names = ({ targets }: SearchSpec) => targets.map(({ name }) => name).join(", ");
  const repetition = ({ matchRepetition, constraints }: SearchSpec) =>
    matchRepetition ? `that of ${constraints?.targetTokens ?? 0n} target tokens` : "false";
  same("proxy", proxyOf(spec), proxyOf(before));
  same("decay_share", String(spec.decayShare), String(before.decayShare));
  same("budget.tokens_per_run", String(spec.budget?.tokensPerRun), String(before.budget?.tokensPerRun));
  same("trainer", spec.trainer || "Climb's own", before.trainer || "Climb's own");
  same("seed", String(spec.seed), String(before.seed));
  same("match_repetition", repetition(spec), repetition(before));
  same("decontaminate", String(spec.decontaminate), String(before.decontaminate));
  if (spec.decontaminate && before.decontaminate) same("targets", names(spec), names(before));
  if (!spec.tokenizer) {
    if (!before.tokenizer) same("vocabulary", String(spec.vocabulary), String(before.vocabulary));
    return;
  }
  const { tokenSet } = await peers.training.getTokenSet({ id: search.tokenSetId }, { signal });
  const { tokenizer } = TokenManifest.fromJSON(await readJson(platform.artifacts, tokenSet?.manifest as Artifact));
  if (spec.tokenizer.file?.sha256 !== tokenizer?.sha256)
    faults.push(fieldFault("spec.tokenizer", spec.tokenizer.path, `the tokenizer of search ${id}, or none to use it`));
}
