import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import type { Plan } from "../core/index.js";

/** What does not go with a mixture of its own for the decay; nothing for searches of one mixture. */
export function checkParts(
  { decayShare, constraints, earlier, trainer, input }: SearchSpec,
  { strategy }: Pick<Plan, "strategy">,
  fault: (field: string, found: string | number, expected: string) => void,
): void {
  if (constraints && constraints.parts.length > 0)
    fault("constraints.parts", `${constraints.parts.length} parts`, "none: decay_share says what they are");
  if (decayShare === 0) return;
  if (strategy === "merge" || strategy === "doremi" || strategy === "gradient")
    fault("decay_share", `strategy ${strategy}`, "a strategy that explores mixtures or a fixed one, zero-run too");
  if (trainer) fault("decay_share", `trainer ${trainer}`, "Climb's own trainer, which changes the mixture as it goes");
  if (earlier) fault("decay_share", `earlier search ${earlier.searchId}`, "no search over other domains to go on from");
  if (input?.$case === "corpus" && input.value.tiers > 0)
    fault("decay_share", `${input.value.tiers} tiers`, "domains without tiers of quality");
  if (constraints && constraints.fixedGroups.length > 0)
    fault("decay_share", `${constraints.fixedGroups.length} fixed groups`, "no fixed groups");
}
