/** Ours with a mixture of its own for the decay, and with a smaller proxy. */
type Variant = "climb-two-phase" | "climb-two-sizes";

/** A strategy that explores as many mixtures as it is given. */
export type Explorer = "climb" | "regmix" | "climb-paper" | "random" | Variant;

/** Share of a run that has a mixture of its own with two phases: as the learning rate falls to a half of its peak. */
export const DECAY_SHARE = 0.3;

/** What is compared, and at which cost. */
export interface Experiment {
  name: "full" | "quick";
  /** Documents of the corpus, spread over its files; 0 for all. */
  maxDocuments: number;
  /** Benchmark files of each target. */
  targets: Record<string, string[]>;
  /** UTF-8 bytes of each target that are evaluated. */
  targetBytes: number;
  strategies: Explorer[];
  /** Mixtures that a search explores; baselines and confirmation come on top, for all alike. */
  budgets: number[];
  searchSeeds: number[];
  vocabulary: number;
  /** What searches train. */
  proxy: Size;
  /** What searches of two sizes train beside it. */
  smaller: { preset: string; width?: number; layers?: number };
  /** What their answers are trained with, with seeds that no search has seen. */
  larger: Size;
  /** Seeds of a search's own confirmation. */
  confirmationSeeds: number;
  freshSeeds: number[];
}

/** A proxy and the tokens of a run. */
export interface Size {
  preset: string;
  tokens: number;
}

const TARGETS = {
  science: ["arc_easy.validation", "arc_challenge.validation", "openbookqa.validation"],
  commonsense: ["piqa.valid", "hellaswag.validation", "copa.validation"],
  code: ["human_eval.llmfoundry"],
  maths: ["gsm8k.test"],
};

/** Further apart than any search has fresh seeds, and far from those of the last comparison. */
const [SEED_STEP, FRESH_SEED] = [1000, 900_001];
const seedsFrom = (first: number, count: number, step = 1) => Array.from({ length: count }, (_, i) => first + i * step);

/** The experiment that the claims are about: hours to a day on two cores. */
export const FULL: Experiment = {
  name: "full",
  maxDocuments: 0,
  targets: TARGETS,
  targetBytes: 100_000,
  strategies: ["climb", "climb-two-phase", "climb-two-sizes", "regmix", "climb-paper", "random"],
  budgets: [16, 32, 64, 112],
  searchSeeds: seedsFrom(1, 3, SEED_STEP),
  vocabulary: 2048,
  proxy: { preset: "tiny", tokens: 409_600 },
  smaller: { preset: "nano" },
  larger: { preset: "small", tokens: 2_000_000 },
  confirmationSeeds: 3,
  freshSeeds: seedsFrom(FRESH_SEED, 5),
};

/** A small one of the same form, that says whether everything works and little else. */
export const QUICK: Experiment = {
  ...FULL,
  name: "quick",
  maxDocuments: 6000,
  targets: { code: TARGETS.code },
  targetBytes: 10_000,
  strategies: ["climb", "climb-two-phase", "climb-two-sizes", "regmix"],
  budgets: [8, 16],
  searchSeeds: seedsFrom(1, 2, SEED_STEP),
  vocabulary: 1024,
  proxy: { preset: "nano", tokens: 30_000 },
  smaller: { preset: "nano", width: 16, layers: 1 },
  larger: { preset: "tiny", tokens: 40_000 },
  confirmationSeeds: 2,
  freshSeeds: seedsFrom(FRESH_SEED, 1),
};

/** The groups of an experiment by name: each target alone, and all of them together where there are several. */
export function groupsOf({ targets }: Pick<Experiment, "targets">): Record<string, string[]> {
  const names = Object.keys(targets);
  const alone = Object.fromEntries(names.map((name) => [name, [name]]));
  return names.length > 1 ? { ...alone, sum: names } : alone;
}

/** The group that says most: all targets together, or the only one. */
export function wholeGroup(experiment: Pick<Experiment, "targets">): string {
  return Object.keys(groupsOf(experiment)).at(-1) ?? "";
}

const OURS = [3, 2, 1];
const SHARES: Record<Explorer, number[]> = {
  climb: OURS,
  "climb-two-phase": OURS,
  "climb-two-sizes": OURS,
  "climb-paper": [4, 2, 1],
  regmix: [1],
  random: [1],
};

/**
 * How a strategy spends so many mixtures: ours 3 : 2 : 1 as its default rounds are, the paper's 4 : 2 : 1 (arXiv
 * 2504.13161, section 4.1), the others at once.
 */
export function roundsOf(strategy: Explorer, mixtures: number): number[] {
  const shares = SHARES[strategy];
  const total = shares.reduce((sum, share) => sum + share, 0);
  const later = shares.slice(1).map((share) => Math.max(1, Math.floor((mixtures * share) / total)));
  return [mixtures - later.reduce((sum, count) => sum + count, 0), ...later];
}
