import { JobState } from "@climb/proto/common/v1/job";
import { RunRole, type Search, type SearchResult, type SearchRun } from "@climb/proto/search/v1/search_service";
import { contentId } from "@climb/runtime";
import { CommandError } from "../errors.js";

/** A run as experiment trackers know them: one set of parameters, and values that were reached with it. */
export interface TrackedRun {
  /** 32 hexadecimal digits, its own in every search. */
  id: string;
  name: string;
  /** "answer", or the run's role in the search. */
  kind: string;
  params: Record<string, string>;
  metrics: Record<string, number>;
  /** Sentences for people; empty for most. */
  note: string;
  failed: boolean;
  startMs: number;
  endMs: number;
}

const ROLES: Partial<Record<RunRole, string>> = {
  [RunRole.RUN_ROLE_EXPLORE]: "explore",
  [RunRole.RUN_ROLE_BASELINE]: "baseline",
  [RunRole.RUN_ROLE_CONFIRM]: "confirm",
  [RunRole.RUN_ROLE_REPLICATE]: "replicate",
  [RunRole.RUN_ROLE_COMPONENT]: "component",
  [RunRole.RUN_ROLE_SMALLER]: "smaller",
};

/**
 * The answer of a finished search, then its proxy runs in the order they were planned, each once.
 * @throws CommandError if the search has no answer yet
 */
export function trackedRuns(search: Search, runs: readonly SearchRun[]): TrackedRun[] {
  const { id, result, status } = search;
  if (!result) throw new CommandError(`search ${id} has no answer yet; expected one that is finished`);
  const startMs = status?.createTime?.getTime() ?? 0;
  const domains = result.domains.map((domain) => domain.id);
  const seen = new Set<string>();
  const proxies = runs.flatMap((run): TrackedRun[] => {
    if (seen.has(run.runId)) return [];
    seen.add(run.runId);
    const kind = ROLES[run.role] ?? "explore";
    const succeeded = run.state === JobState.JOB_STATE_SUCCEEDED;
    const { round, origin, seed, tokens, seconds } = run;
    const { smallerProxies = [], proxy: own } = search.spec ?? {};
    const proxy = run.smallerProxy > 0 ? smallerProxies[run.smallerProxy - 1]?.proxy : own;
    const told = { kind, round, origin, seed, proxy: proxy?.preset ?? "", tokens };
    return [
      {
        id: contentId("tracked run", id, run.runId),
        name: `${kind} ${round}: ${origin}, seed ${seed}`,
        kind,
        params: { ...asText(told), ...weights(domains, run.mixture) },
        metrics: { seconds, ...(succeeded && { objective: run.objective, ...bitsPerByte(run) }) },
        note: run.failure,
        failed: !succeeded,
        startMs,
        endMs: startMs + Math.round(1000 * seconds),
      },
    ];
  });
  return [answerRun(search, result, startMs), ...proxies];
}

function answerRun({ id, spec, targets, status }: Search, result: SearchResult, startMs: number): TrackedRun {
  const { objective, origin, domains, baselines, noise } = result;
  const gains = baselines
    .filter(({ isAnswer }) => !isAnswer)
    .map(({ name, difference }) => [`gain over ${name}`, -(difference?.mean ?? 0)]);
  const told = { kind: "answer", origin, seed: spec?.seed ?? 0, proxy: spec?.proxy?.preset ?? "", search: id };
  return {
    id: contentId("tracked run", id, "answer"),
    name: `answer: ${origin}`,
    kind: "answer",
    params: {
      ...asText(told),
      ...weights(
        domains.map((domain) => domain.id),
        domains.map(({ weight }) => weight),
      ),
    },
    metrics: {
      objective: objective?.mean ?? Number.NaN,
      "objective lower": objective?.lower ?? Number.NaN,
      "objective upper": objective?.upper ?? Number.NaN,
      noise,
      ...Object.fromEntries(gains),
      ...Object.fromEntries(targets.map(({ name }, t) => [`bpb/${name}`, result.tasks[t]?.mean ?? Number.NaN])),
    },
    note: [...(result.verdict?.sentences ?? []), ...result.warnings].join("\n"),
    failed: false,
    startMs,
    endMs: Math.max(startMs, status?.endTime?.getTime() ?? 0),
  };
}

function asText(values: Record<string, string | number | bigint>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function weights(domains: readonly string[], mixture: readonly number[]): Record<string, string> {
  return Object.fromEntries(domains.map((id, j) => [`weight/${id}`, String(mixture[j] ?? 0)]));
}

function bitsPerByte({ tasks }: SearchRun): Record<string, number> {
  return Object.fromEntries(tasks.map(({ target, bitsPerByte: value }) => [`bpb/${target}`, value]));
}
