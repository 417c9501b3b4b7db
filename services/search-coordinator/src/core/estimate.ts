import { explores, followingRuns, type Plan, type PlanFault, seeks } from "./plan.js";
import {
  affordableRuns,
  confirmationRuns,
  enoughMixtures,
  FEWEST_MIXTURES,
  firstRoundExtras,
  type RunCost,
} from "./rounds.js";

/**
 * Proxy runs that a plan makes at most, baselines, replicates and confirmation included; a few more where a baseline breaks
 * the constraints, and fewer where rounds are skipped. Undefined where nothing that is known yet bounds them.
 * @param domains how many there are; 0 while they are not known
 * @param each what a run takes, as far as that is known
 */
export function plannedRuns(plan: Plan, domains = 0, each: RunCost = {}): number | undefined {
  const baselines = 2 + plan.baselines.length;
  // Without rounds: every baseline and, where one is sought, its mixture, with every fresh seed.
  if (!explores(plan)) return followingRuns(plan) + ((seeks(plan) ? 1 : 0) + baselines) * plan.confirmationSeeds;
  // Averages of components are no runs that train.
  if (plan.strategy === "merge")
    return domains > 0 ? domains + (plan.confirmedMixtures + baselines) * plan.confirmationSeeds : undefined;
  const others = firstRoundExtras(plan, baselines) + confirmationRuns(plan, baselines);
  const within = (limit: number, cost: number | undefined) =>
    limit > 0 && cost ? Math.floor(limit / cost) : Number.POSITIVE_INFINITY;
  const affordable = Math.min(
    affordableRuns(plan),
    within(plan.maxSeconds, each.seconds),
    within(plan.maxBytes, each.bytes),
  );
  const room = Math.max(0, affordable - others);
  const wished = plan.openEnded
    ? plan.autoRounds && domains > 0
      ? enoughMixtures(domains)
      : Number.POSITIVE_INFINITY
    : plan.rounds.reduce((total, count) => total + count, 0);
  const explored = Math.min(room, wished);
  return Number.isFinite(explored) ? explored + others : undefined;
}

/** Faults of a plan's limits, each with the field it is about; empty if there is none. */
export function limitFaults(plan: Plan): PlanFault[] {
  const faults: PlanFault[] = [];
  if (plan.autoRounds && !(plan.openEnded && plan.strategy === "climb")) {
    const found = plan.strategy === "climb" ? `rounds of ${plan.rounds.join(", ")}` : `strategy ${plan.strategy}`;
    faults.push({ field: "budget.auto_rounds", found, expected: "strategy climb, and no rounds of your own" });
  }
  if (!explores(plan) || plan.strategy === "merge") return faults;
  const baselines = 2 + plan.baselines.length;
  const fewest = FEWEST_MIXTURES + firstRoundExtras(plan, baselines) + confirmationRuns(plan, baselines);
  if (affordableRuns(plan) >= fewest) return faults;
  const why = `enough for ${fewest} runs: ${FEWEST_MIXTURES} mixtures, the baselines and the confirmation`;
  if (plan.maxRuns > 0 && plan.maxRuns < fewest)
    faults.push({ field: "budget.max_runs", found: String(plan.maxRuns), expected: why });
  if (plan.maxTokens > 0 && plan.maxTokens < fewest * plan.tokensPerRun) {
    const expected = `at least ${fewest * plan.tokensPerRun}, ${why}`;
    faults.push({ field: "budget.max_tokens", found: String(plan.maxTokens), expected });
  }
  return faults;
}

/** Bytes of text for a token of a learnt vocabulary, by its entries. */
const TEXT_BYTES_PER_TOKEN: readonly [vocabulary: number, bytes: number][] = [
  [512, 1.8],
  [1024, 2.2],
  [2048, 2.5],
  [8192, 3.1],
  [16_384, 3.4],
];

/**
 * About how many bytes of text a token of a vocabulary stands for, where none was made yet: by the logarithm of the
 * vocabulary between those measured on 224 kB of prose, code and markup that the tokenizer had not seen.
 */
export function textBytesPerToken(vocabulary: number): number {
  const at = Math.log(Math.max(1, vocabulary));
  const above = TEXT_BYTES_PER_TOKEN.findIndex(([entries]) => entries >= vocabulary);
  const [first, last] = [TEXT_BYTES_PER_TOKEN[0], TEXT_BYTES_PER_TOKEN.at(-1)] as [[number, number], [number, number]];
  if (above === 0) return first[1];
  if (above < 0) return last[1];
  const [[low, from], [high, to]] = TEXT_BYTES_PER_TOKEN.slice(above - 1, above + 1) as [
    [number, number],
    [number, number],
  ];
  return from + ((to - from) * (at - Math.log(low))) / (Math.log(high) - Math.log(low));
}
