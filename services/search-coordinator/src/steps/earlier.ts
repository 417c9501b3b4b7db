import { readJson } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { SearchEvent } from "@climb/proto/search/v1/search_events";
import { EarlierEvidence, type SearchRun } from "@climb/proto/search/v1/search_service";
import type { Target } from "@climb/proto/training/v1/target";
import { ServiceError } from "@climb/runtime";
import {
  countable,
  type DomainOrigin,
  domainOrigins,
  type EarlierRun,
  type Evidence,
  exploreSeed,
  goneDomains,
  isFeasible,
  keptRatios,
  type SearchDomain,
  type SharedTokens,
  trialOf,
} from "../core/index.js";
import { planFromSpec } from "../rpc/convert.js";
import { domainToProto } from "../rpc/convert-constraints.js";
import { originToProto } from "../rpc/convert-evidence.js";
import { viewOf } from "../rpc/view.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { readHistory } from "./history.js";
import { searchConstraints } from "./propose.js";
import { partFailed } from "./until-finished.js";

/** What is known of the earlier search. */
interface Earlier {
  events: readonly SearchEvent[];
  domainSetId: string;
  domains: SearchDomain[];
  /** Its answer, by its domains. */
  answer: number[];
  runs: EarlierRun[];
}

/**
 * Looks which domains are those of an earlier search, which of its runs can count here, and what its answer says of domains
 * that stayed.
 * @throws ServiceError wrongState RESOURCE_UNKNOWN if the earlier search is gone
 */
export async function countEarlier(context: StepContext): Promise<EventBody> {
  const { state } = context;
  const { plan, targets, minimumDomainTokens } = state;
  const domains = state.domains as SearchDomain[];
  const earlier = await readEarlier(context);
  const shared = await sharedTokens(context, earlier);
  const origins = domainOrigins(shared);
  const { rows, leftOut } = countable(earlier.runs, shared, { targets, domains, minimumDomainTokens });
  const trial = trialOf(rows, targets, (mixture) => isFeasible(mixture, plan, domains, minimumDomainTokens));
  const kept = plan.earlier?.freeRatios ? NOTHING_KEPT : await feasiblyKept(context, earlier.answer, origins);
  const evidence = EarlierEvidence.fromPartial({
    searchId: plan.earlier?.searchId,
    domainSetId: earlier.domainSetId,
    runs: earlier.runs.length,
    runsCounted: rows.length,
    leftOut,
    domains: origins.map((origin, j) => originToProto(origin, domains[j]?.id ?? "", earlier.domains)),
    gone: goneDomains(shared).map((o) => earlier.domains[o]?.id ?? ""),
    kept: [...kept.keptRatios.flatMap(({ domainIds }) => domainIds), ...kept.keptAtZero],
  });
  return { $case: "earlierCounted", value: { evidence, rows, trialRunId: trial?.runId ?? "", ...kept } };
}

const NOTHING_KEPT: Pick<Evidence, "keptRatios" | "keptAtZero"> = { keptRatios: [], keptAtZero: [] };

async function readEarlier({ platform, state, history }: StepContext): Promise<Earlier> {
  const id = state.plan.earlier?.searchId ?? "";
  const events = await readHistory(platform, id);
  if (events.length === 0) {
    throw partFailed("earlier", { reason: "RESOURCE_UNKNOWN", message: `there is no search ${id}`, metadata: { id } });
  }
  const { search } = viewOf(events);
  const labels = lastEvent(events, "domainsFound").domains;
  const domains = lastEvent(events, "tokensReady").domains.map(({ domainId, tokens }, j) => ({
    id: domainId,
    label: labels[j]?.label ?? domainId,
    tokens: Number(tokens),
  }));
  return {
    events,
    domainSetId: search.domainSetId,
    domains,
    answer: (search.result?.domains ?? []).map(({ weight }) => weight),
    runs: fittedRuns(events, lastEvent(history, "created").targets),
  };
}

/** The runs that an earlier search fitted its predictors to, with what they reached on targets that are the same here. */
function fittedRuns(events: readonly SearchEvent[], targets: readonly Target[]): EarlierRun[] {
  const { search, runs } = viewOf(events);
  const seed = search.spec ? exploreSeed(planFromSpec(search.spec)) : Number.NaN;
  // A run whose mixture changed as it went is none of the mixture where it began.
  const isOne = (run: SearchRun) =>
    run.seed === seed && run.tasks.length > 0 && run.groupWeights.length === 0 && run.smallerProxy === 0;
  const known = new Map<string, EarlierRun>();
  for (const run of runs) {
    if (!isOne(run) || known.has(run.runId)) continue;
    const values: Record<string, number> = {};
    for (const { name, items, scoring } of targets) {
      const same = run.tasks.find((task) => task.targetSha256 === items?.sha256 && task.scoring === scoring);
      if (same) values[name] = same.bitsPerByte;
    }
    known.set(run.runId, { runId: run.runId, mixture: run.mixture, values });
  }
  const counted = events.find(({ event }) => event?.$case === "earlierCounted")?.event;
  const inherited = counted?.$case === "earlierCounted" && search.result?.earlier?.holds ? counted.value.rows : [];
  for (const { runId, mixture, values } of inherited) {
    const same = targets.flatMap(({ name, items, scoring }) => {
      const was = search.targets.find((one) => one.items?.sha256 === items?.sha256 && one.scoring === scoring);
      const value = was && values[was.name];
      return value === undefined ? [] : [[name, value] as const];
    });
    known.set(runId, { runId, mixture, values: Object.fromEntries(same) });
  }
  return [...known.values()];
}

async function sharedTokens(context: StepContext, earlier: Earlier): Promise<SharedTokens> {
  const { pool, state, history, making } = context;
  making.report({ stage: "comparing the domains with earlier ones", done: 0, total: 0, unit: "documents" });
  const [before, now] = [await trainedDomains(context, earlier.events), await trainedDomains(context, history)];
  const bytes = await pool.run(
    "countSharedText",
    {
      earlier: before.shards,
      earlierDomains: before.textBytes.length,
      earlierDocuments: before.documents,
      present: now.shards,
      presentDomains: now.textBytes.length,
    },
    { signal: making.signal },
  );
  // Tokens of a text are not counted one by one: each domain's text has as many for a byte as all of it.
  const rate = (tokens: number, all: number | undefined) => (all ? tokens / all : 0);
  const present = (state.domains as SearchDomain[]).map(({ tokens }, n) => rate(tokens, now.textBytes[n]));
  const gone = earlier.domains.map(({ tokens }, o) => rate(tokens, before.textBytes[o]));
  return bytes.map((row, o) => row.map((count, n) => count * (present[n] ?? gone[o] ?? 0)));
}

/** The documents that a search trains on, on this machine: those of its domains, without any that contain targets. */
async function trainedDomains({ platform: { artifacts } }: StepContext, events: readonly SearchEvent[]) {
  const { decontamination } = lastEvent(events, "tokensReady");
  const stored = decontamination?.domains ?? lastEvent(events, "domainsFound").manifest;
  const { corpus, domains, assignments } = DomainManifest.fromJSON(await readJson(artifacts, stored as Artifact));
  const shards = (corpus?.shards ?? []).map(async ({ artifact }, i) => ({
    documentsPath: await artifacts.localPath(artifact as Artifact),
    assignmentsPath: await artifacts.localPath(assignments[i] as Artifact),
  }));
  return {
    shards: await Promise.all(shards),
    documents: Number(corpus?.documents ?? 0n),
    textBytes: domains.map(({ textBytes }) => Number(textBytes)),
  };
}

/** What is kept of the earlier answer; nothing where no mixture could keep it and the constraints. */
async function feasiblyKept(
  { peers, state, making }: StepContext,
  answer: readonly number[],
  origins: readonly DomainOrigin[],
): Promise<Pick<Evidence, "keptRatios" | "keptAtZero">> {
  const { plan, minimumDomainTokens } = state;
  const domains = state.domains as SearchDomain[];
  const own = new Set([
    ...plan.bounds.map(({ domainId }) => domainId),
    ...plan.fixedGroups.flatMap(({ domainIds }) => domainIds),
  ]);
  const kept = keptRatios(answer, origins, domains, own, minimumDomainTokens);
  const wanted = searchConstraints({ ...state, evidence: { rows: [], trialRunId: "", ...kept } });
  try {
    const tokens = domains.map(domainToProto);
    await peers.predictor.project({ domains: tokens, constraints: wanted, mixtures: [] }, { signal: making.signal });
    return kept;
  } catch (error) {
    if (error instanceof ServiceError && error.reason === "CONSTRAINTS_INFEASIBLE") return NOTHING_KEPT;
    throw error;
  }
}
