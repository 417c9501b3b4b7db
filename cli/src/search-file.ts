import { readFileSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { Combination, Priority, SearchSpec } from "@climb/proto/search/v1/search_service";
import { Scoring, TargetKind, TargetRole } from "@climb/proto/training/v1/target";
import { Activation, Schedule } from "@climb/proto/training/v1/training_service";
import { whyUnreadable } from "@climb/runtime";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { CORPUS_FORMATS } from "./corpus-options.js";
import { CommandError } from "./errors.js";
import { innerIssues } from "./inner-issues.js";
import { readKnownResults } from "./results-file.js";
import { domainsOf, tiersOf } from "./search-domains.js";
import { modelOf } from "./search-embedding.js";
import { corpus, proxy, proxyBase, type SearchFile, searchFile, tokenizer } from "./search-schema.js";
import { STRATEGIES } from "./strategies.js";

/**
 * Reads and checks a SEARCH.yaml.
 * @throws CommandError with every fault, each with its line and field
 */
export function readSearchFile(path: string): SearchSpec {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const why = error instanceof TypeError ? "is no UTF-8" : whyUnreadable(error);
    throw new CommandError(`${path}: ${why}; expected a YAML file that describes a search`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new CommandError(
      document.errors
        .map(({ code, message, pos }) => {
          const said = code === "MULTIPLE_DOCS" ? "a second document begins here; expected one" : message;
          return `${path}:${lines.linePos(pos[0]).line}: ${said}`;
        })
        .join("\n"),
    );
  }
  const parsed = searchFile.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap(innerIssues).map(({ at, message }) => {
      const node = document.getIn(at, true) ?? document.getIn(at.slice(0, -1), true);
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      const line = range ? lines.linePos(range[0]).line : 1;
      return { line, said: `${path}:${line}: ${fieldPath(at) || "the file"}: ${message}` };
    });
    faults.sort((a, b) => a.line - b.line);
    throw new CommandError(faults.map(({ said }) => said).join("\n"));
  }
  return specOf(parsed.data, dirname(resolve(path)));
}

/** As the contract writes it: targets[0].paths. */
function fieldPath(at: readonly PropertyKey[]): string {
  return at.reduce<string>((path, key) => {
    if (typeof key === "number") return `${path}[${key}]`;
    return path === "" ? String(key) : `${path}.${String(key)}`;
  }, "");
}

const KINDS = {
  auto: TargetKind.TARGET_KIND_UNSPECIFIED,
  text: TargetKind.TARGET_KIND_TEXT,
  "multiple-choice": TargetKind.TARGET_KIND_MULTIPLE_CHOICE,
  "question-answer": TargetKind.TARGET_KIND_QUESTION_ANSWER,
};

/** The schedules by the names that SEARCH.yaml has for them. */
export const SCHEDULES = {
  cosine: Schedule.SCHEDULE_COSINE,
  wsd: Schedule.SCHEDULE_WSD,
  constant: Schedule.SCHEDULE_CONSTANT,
  decay: Schedule.SCHEDULE_DECAY,
};

const ACTIVATIONS = {
  "squared-relu": Activation.ACTIVATION_SQUARED_RELU,
  swiglu: Activation.ACTIVATION_SWIGLU,
};

/** Priorities by the names that SEARCH.yaml has for them. */
const PRIORITIES = {
  low: Priority.PRIORITY_LOW,
  normal: Priority.PRIORITY_NORMAL,
  high: Priority.PRIORITY_HIGH,
};

/** The request that a checked file stands for; relative paths start at `base`. */
export function specOf(file: SearchFile, base: string): SearchSpec {
  const absolute = (given: string | string[]) =>
    [given].flat().map((path) => (isAbsolute(path) || path.includes("://") ? path : resolve(base, path)));
  const source =
    typeof file.corpus === "string" || Array.isArray(file.corpus) ? corpus.parse({ paths: file.corpus }) : file.corpus;
  const model = file.embedding;
  const { base: checkpoint, ...proxySpec } =
    typeof file.proxy === "string" ? proxy.parse({ preset: file.proxy }) : file.proxy;
  const baseSpec = typeof checkpoint === "string" ? proxyBase.parse({ path: checkpoint }) : checkpoint;
  const tokenizerSpec = typeof file.tokenizer === "string" ? tokenizer.parse({ path: file.tokenizer }) : file.tokenizer;
  return SearchSpec.fromPartial({
    name: file.name,
    input: source
      ? {
          $case: "corpus",
          value: {
            source: {
              paths: absolute(source.paths),
              format: CORPUS_FORMATS[source.format],
              textField: source.textField,
              idField: source.idField,
              maxBadShare: source.maxBadShare,
              skipBrokenFiles: source.skipBrokenFiles,
              carry: source.carry,
              maxDocuments: BigInt(source.maxDocuments ?? 0),
            },
            model: model && modelOf(model, (path) => absolute(path)[0] ?? path),
            domains: file.domains && domainsOf(file.domains, (path) => absolute(path)[0] ?? path),
            ...tiersOf(file.domains),
          },
        }
      : { $case: "domainSetId", value: file.domainSet ?? "" },
    targets: file.targets.map((target) => ({
      ...target,
      paths: absolute(target.paths),
      kind: KINDS[target.kind],
      maxBytes: BigInt(target.maxBytes ?? 0),
      scoring: target.scoring === "answer" ? Scoring.SCORING_ANSWER : Scoring.SCORING_FULL,
      role: target.role === "guardrail" ? TargetRole.TARGET_ROLE_GUARDRAIL : TargetRole.TARGET_ROLE_OBJECTIVE,
    })),
    proxy: proxyOf(proxySpec),
    decayShare: file.decayShare,
    smallerProxies: file.smallerProxies?.map((smaller) => ({
      proxy: proxyOf(typeof smaller === "string" ? proxy.parse({ preset: smaller }) : smaller),
    })),
    base: baseSpec && { ...baseSpec, path: absolute(baseSpec.path)[0] },
    trainer: file.trainer,
    tokenizer: tokenizerSpec && { ...tokenizerSpec, path: absolute(tokenizerSpec.path)[0] },
    vocabulary: file.vocabulary,
    budget: file.budget && budgetOf(file.budget),
    constraints: file.constraints && {
      ...file.constraints,
      targetTokens: BigInt(file.constraints.targetTokens ?? 0),
      bounds: file.constraints.bounds?.map(({ domain, ...bound }) => ({ domainId: domain, ...bound })),
      fixedGroups: file.constraints.fixedGroups?.map((group) => ({
        domainIds: Object.keys(group),
        ratios: Object.values(group),
      })),
    },
    strategy: STRATEGIES[withoutRounds(file) ? "zero-run" : file.strategy],
    combination:
      file.combination === "worst-case" ? Combination.COMBINATION_WORST_CASE : Combination.COMBINATION_WEIGHTED_MEAN,
    baselines: file.baselines?.map(({ name, weights }) => ({ name, mixture: weights })),
    decontaminate: file.decontaminate,
    earlier: file.from === undefined ? undefined : earlierOf(file.from),
    priority: PRIORITIES[file.priority],
    seed: file.seed,
    dataset: datasetOptions(file.dataset),
    matchRepetition: file.matchRepetition,
    knownResults: file.warmStart && knownResults(absolute(file.warmStart.mixtures), absolute(file.warmStart.results)),
  });
}

function proxyOf({ schedule, activation, ...model }: Omit<z.infer<typeof proxy>, "base">) {
  return {
    ...model,
    schedule: schedule && SCHEDULES[schedule],
    activation: activation && ACTIVATIONS[activation],
  };
}

function earlierOf(from: NonNullable<SearchFile["from"]>) {
  const { search: searchId, freeRatios } = typeof from === "string" ? { search: from, freeRatios: false } : from;
  return { searchId, freeRatios };
}

/** Whether ours is asked to answer without any round. */
function withoutRounds({ strategy, budget }: SearchFile): boolean {
  return strategy === "climb" && Array.isArray(budget?.rounds) && budget.rounds.length === 0;
}

function budgetOf({
  money,
  pricePerHour,
  tokens,
  seconds,
  runs,
  bytes,
  rounds,
  ...budget
}: NonNullable<SearchFile["budget"]>) {
  const bought = money !== undefined && pricePerHour !== undefined ? (3600 * money) / pricePerHour : undefined;
  const limits = [seconds, bought].filter((limit) => limit !== undefined);
  return {
    ...budget,
    rounds: rounds === "auto" ? [] : rounds,
    autoRounds: rounds === "auto",
    tokensPerRun: BigInt(budget.tokensPerRun ?? 0),
    maxRuns: runs,
    maxTokens: BigInt(tokens ?? 0),
    maxSeconds: limits.length > 0 ? Math.min(...limits) : 0,
    maxBytes: BigInt(bytes ?? 0),
  };
}

function knownResults([mixtures = ""]: string[], [results = ""]: string[]) {
  const { domains, tasks, rows } = readKnownResults(mixtures, results);
  return rows.map(({ id, mixture, values }) => ({
    id,
    mixture: Object.fromEntries(domains.map((domain, j) => [domain, mixture[j] as number])),
    values: Object.fromEntries(tasks.map((task, t) => [task, values[t] as number])),
  }));
}

function datasetOptions(given: SearchFile["dataset"]) {
  if (given === false) return undefined;
  const { tokens = 0, shardBytes = 0, byDomain = false } = given === true ? {} : given;
  return { tokens: BigInt(tokens), shardBytes: BigInt(shardBytes), byDomain };
}
