import { CommandError, EXIT } from "@climb/cli/errors";
import { STRATEGIES } from "@climb/cli/strategies";
import { JobState } from "@climb/proto/common/v1/job";
import { RunRole, type Search, SearchServiceDefinition, SearchSpec } from "@climb/proto/search/v1/search_service";
import type { TargetSource } from "@climb/proto/training/v1/target";
import { type Client, createClient } from "@climb/runtime";
import { DECAY_SHARE, type Experiment, type Explorer, groupsOf, roundsOf } from "./experiment.js";
import type { Answer } from "./figures.js";

type SearchClient = Client<typeof SearchServiceDefinition>;

/** What explores nothing. Its answer hardly depends on the search seed, and no spread between seeds may be read off it. */
type Fixed = "zero-run" | "gradient" | "proportional" | "uniform";
const FIXED: Fixed[] = ["zero-run", "gradient", "proportional", "uniform"];

/** A search of the experiment. */
interface Wanted {
  group: string;
  strategy: Explorer | Fixed;
  budget: number;
  seed: number;
}

/** Every search of an experiment; what explores nothing is asked for once. */
function wantedSearches({ strategies, budgets, searchSeeds, ...experiment }: Experiment): Wanted[] {
  const [first = 1] = searchSeeds;
  return Object.keys(groupsOf(experiment)).flatMap((group) => [
    ...FIXED.map((strategy) => ({ group, strategy, budget: 0, seed: first })),
    ...searchSeeds.flatMap((seed) =>
      strategies.flatMap((strategy) => budgets.map((budget) => ({ group, strategy, budget, seed }))),
    ),
  ]);
}

function specOf(
  { group, strategy, budget, seed }: Wanted,
  experiment: Experiment,
  domainSetId: string,
  sources: TargetSource[],
): SearchSpec {
  const { proxy, vocabulary, confirmationSeeds } = experiment;
  const names = groupsOf(experiment)[group] ?? [];
  return SearchSpec.fromPartial({
    name: `${experiment.name} experiment: ${group}, ${strategy}, ${budget} mixtures, seed ${seed}`,
    input: { $case: "domainSetId", value: domainSetId },
    targets: sources.filter(({ name }) => names.includes(name)),
    proxy: { preset: proxy.preset },
    vocabulary,
    budget: {
      rounds: budget > 0 ? roundsOf(strategy as Explorer, budget) : [],
      tokensPerRun: BigInt(proxy.tokens),
      confirmationSeeds,
    },
    ...askedFor(strategy, experiment),
    seed,
  });
}

/** What a strategy, or a variant of ours, asks for. */
function askedFor(strategy: Wanted["strategy"], { smaller }: Experiment): Parameters<typeof SearchSpec.fromPartial>[0] {
  if (strategy === "climb-two-phase") return { strategy: STRATEGIES.climb, decayShare: DECAY_SHARE };
  if (strategy === "climb-two-sizes") return { strategy: STRATEGIES.climb, smallerProxies: [{ proxy: smaller }] };
  return { strategy: STRATEGIES[strategy] };
}

/**
 * Makes every search of an experiment, or finds it made; the answers come in the order of the searches.
 * @throws CommandError with the reason of the first search that fails
 */
export async function makeSearches(
  address: string,
  experiment: Experiment,
  domainSetId: string,
  sources: TargetSource[],
  onDone: (done: number, total: number) => void,
): Promise<{ answers: Answer[]; tokenSetId: string }> {
  const client = createClient(SearchServiceDefinition, address);
  try {
    const begun: (Wanted & { id: string })[] = [];
    for (const wanted of wantedSearches(experiment)) {
      const spec = specOf(wanted, experiment, domainSetId, sources);
      const { search } = await client.createSearch({ requestId: "", spec }, { timeoutMs: 120_000 });
      begun.push({ ...wanted, id: search?.id ?? "" });
    }
    const answers: Answer[] = [];
    let tokenSetId = "";
    for (const { id, ...wanted } of begun) {
      const search = await finished(client, id);
      tokenSetId = search.tokenSetId;
      answers.push({ ...wanted, ...(await answerOf(client, search)) });
      onDone(answers.length, begun.length);
    }
    return { answers, tokenSetId };
  } finally {
    client.close();
  }
}

async function finished(client: SearchClient, id: string): Promise<Search> {
  let last: Search | undefined;
  for await (const { search } of client.watchSearch({ id, afterSequence: 0n })) last = search;
  if (last?.status?.state === JobState.JOB_STATE_SUCCEEDED) return last;
  throw new CommandError(`search ${id} did not finish: ${last?.status?.failure?.message}`, EXIT.failed);
}

async function answerOf(client: SearchClient, { id, spec, result }: Search) {
  const { runs } = await client.listSearchRuns({ searchId: id, pageSize: 1000, pageToken: "" });
  const tokens = Number(result?.runTokens ?? 0n);
  const ofItsSize = runs.filter(({ smallerProxy }) => smallerProxy === 0);
  return {
    searchId: id,
    mixture: (result?.domains ?? []).map(({ weight }) => weight),
    runs: Math.round(tokens / Number(spec?.budget?.tokensPerRun ?? 1n)),
    tokens,
    seconds: result?.runSeconds ?? 0,
    predicted: ofItsSize.flatMap(({ predicted, state, objective: measured, role }) =>
      predicted && state === JobState.JOB_STATE_SUCCEEDED
        ? [{ lower: predicted.lower, upper: predicted.upper, measured, isFresh: role === RunRole.RUN_ROLE_CONFIRM }]
        : [],
    ),
  };
}
