import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Merge } from "@climb/proto/training/v1/training_service";
import { componentMixtures, exploreSeed, isMerged, type PlannedRun, type SearchDomain } from "../core/index.js";
import type { StepContext } from "./context.js";
import { partFailed } from "./until-finished.js";

/** The components: every domain that can be trained on, alone. */
export function componentRound({ state }: StepContext): Omit<PlannedRun, "runId">[] {
  const seed = exploreSeed(state.plan);
  return componentMixtures(state.domains as SearchDomain[], state.minimumDomainTokens).map(({ id, mixture }) => ({
    role: "component" as const,
    origin: `component ${id}`,
    mixture,
    seed,
  }));
}

/**
 * What makes a planned run an average of components; undefined for runs that are trained.
 * @throws ServiceError wrongState if a domain that it needs has no component
 */
export async function mergingOf(
  context: StepContext,
): Promise<(run: Pick<PlannedRun, "role" | "seed" | "mixture">) => Merge | undefined> {
  const { state } = context;
  const { plan } = state;
  if (plan.strategy !== "merge") return () => undefined;
  const components = await componentsOf(context);
  return (run) => {
    if (!isMerged(plan, run)) return undefined;
    const needed = (state.domains as SearchDomain[]).filter((_, j) => (run.mixture[j] ?? 0) > 0);
    return {
      components: needed.map(({ id }) => {
        const weights = components.get(id);
        if (weights) return weights;
        const message = "its component was not trained, so that it cannot be merged";
        throw partFailed(`domain ${id}`, { reason: "", message, metadata: {} });
      }),
    };
  };
}

/** The weights of every component that was trained, by domain. */
async function componentsOf({ peers, state, making }: StepContext): Promise<Map<string, Artifact>> {
  const found = new Map<string, Artifact>();
  for (const { runId, role, mixture, outcome } of state.runs) {
    if (role !== "component" || outcome?.state !== "succeeded") continue;
    const { run } = await peers.training.getRun({ id: runId }, { signal: making.signal });
    const domain = (state.domains as SearchDomain[])[mixture.indexOf(1)];
    if (domain && run?.weights) found.set(domain.id, run.weights);
  }
  return found;
}
