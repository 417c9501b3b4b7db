import type { PrunedCluster } from "@climb/proto/clustering/v1/clustering_service";
import {
  CheckOutcome,
  type Comparison,
  type Estimate,
  type Search,
  type SearchResult,
} from "@climb/proto/search/v1/search_service";
import { TargetRole } from "@climb/proto/training/v1/target";

/** The answer of a search as lines for a terminal: the verdict, domains and mixture, certainty, checks, warnings. */
export function describeResult(search: Search): string[] {
  const result = search.result as SearchResult;
  return [
    "",
    ...(result.verdict?.sentences ?? []),
    "",
    ...domainLines(result),
    "",
    `objective (bits per byte, lower is better; 90 % intervals from ${result.objective?.runs ?? 0} fresh seeds each)`,
    `  this mixture   ${estimate(result.objective)}   ${result.origin}`,
    ...result.baselines.map((baseline) => {
      const name = [baseline.name, ...baseline.also].join(", ").padEnd(14);
      const breaks = baseline.obeysConstraints ? "" : " (it breaks the constraints)";
      return `  ${name} ${estimate(baseline.objective)}   ${verdict(baseline)}${breaks}`;
    }),
    ...targetLines(search, result),
    ...bindingLines(result),
    ...leftOutLines(result),
    ...(result.earlier?.sentences ?? []).map((sentence) => `  ${sentence}`),
    ...(result.roundsEnded ? [`  ${result.roundsEnded}`] : []),
    ...result.checks
      .filter(({ outcome }) => outcome !== CheckOutcome.CHECK_OUTCOME_PASS)
      .map(({ outcome, name, sentence }) =>
        outcome === CheckOutcome.CHECK_OUTCOME_FAIL ? `  FAIL ${name}: ${sentence}` : `  look ${name}: ${sentence}`,
      ),
    ...warningLines(result),
  ];
}

function domainLines(result: SearchResult): string[] {
  const [proportional, uniform] = ["proportional", "uniform"].map((name) =>
    result.baselines.find((baseline) => baseline.name === name),
  );
  const label = (text: string) => (text.length > 44 ? `${text.slice(0, 43)}…` : text).padEnd(44);
  const share = (value: number | undefined) =>
    (value === undefined ? "–" : `${(100 * value).toFixed(1)} %`).padStart(8);
  const asGood = (id: string) => {
    const range = result.weightRanges.find(({ domainId }) => domainId === id);
    return range ? `${(100 * range.lower).toFixed(1)}–${(100 * range.upper).toFixed(1)} %`.padStart(14) : "";
  };
  const ranges = result.weightRanges.length > 0 ? "as good".padStart(14) : "";
  const width = Math.max(8, ...result.domains.map(({ id }) => id.length + 2));
  const header = `${"domain".padEnd(width)}${"label".padEnd(46)}${"tokens".padStart(10)}${"mixture".padStart(10)}${ranges}${"by tokens".padStart(11)}${"uniform".padStart(9)}${"repeats".padStart(9)}`;
  return [
    header,
    ...result.domains.map(
      (domain, j) =>
        `${domain.id.padEnd(width)}${label(domain.label)}  ${String(domain.tokens).padStart(10)}  ${share(domain.weight)}${asGood(domain.id)}   ${share(
          proportional?.mixture[j],
        )} ${share(uniform?.mixture[j])} ${domain.repetition.toFixed(2).padStart(8)}`,
    ),
  ];
}

function targetLines({ targets }: Search, result: SearchResult): string[] {
  return targets.map(({ name, role }, i) => {
    const against = result.baselines
      .filter(({ isAnswer }) => !isAnswer)
      .map((baseline) => {
        const change = baseline.taskDifferences[i];
        const gap = change ? ` (${change.mean <= 0 ? "−" : "+"}${Math.abs(change.mean).toFixed(4)})` : "";
        return `${baseline.name} ${estimate(baseline.tasks[i])}${gap}`;
      });
    const guard = role === TargetRole.TARGET_ROLE_GUARDRAIL ? ", guardrail" : "";
    const noise = result.taskNoise[i];
    const spread = noise !== undefined && Number.isFinite(noise) ? `, noise ${noise.toPrecision(2)}` : "";
    return `  ${name}${guard}${spread}: ${estimate(result.tasks[i])}   ${against.join("   ")}`;
  });
}

function bindingLines({ binding }: SearchResult): string[] {
  return binding
    .filter(({ price }) => price > 0)
    .map(({ domainId, task, bound, price }) => {
      const at = domainId ? `${domainId} at ${(100 * bound).toFixed(1)} %` : `guardrail ${task} at ${bound.toFixed(4)}`;
      return `  held back by ${at}: a hundredth more would gain ${price.toFixed(5)} bits per byte`;
    });
}

function leftOutLines({ decontamination }: SearchResult): string[] {
  if (!decontamination) return [];
  return decontamination.targets.map(({ target, documents, byDomain }) => {
    const where = decontamination.leftOut
      .map(({ domainId }, j) => ({ domainId, count: Number(byDomain[j]) }))
      .filter(({ count }) => count > 0)
      .map(({ domainId, count }) => `${domainId} ${count}`);
    const places = where.length > 0 ? ` (${where.join(", ")})` : "";
    return `  left out for containing ${target}: ${documents} documents${places}`;
  });
}

/** Warnings but for those that a failed check has said already. */
function warningLines({ warnings, checks }: SearchResult): string[] {
  const said = new Set(checks.map(({ sentence }) => sentence));
  return warnings.filter((warning) => !said.has(warning)).map((warning) => `  ! ${warning}`);
}

function estimate(value: Estimate | undefined): string {
  if (!value) return "–";
  return `${value.mean.toFixed(4)} [${value.lower.toFixed(4)}, ${value.upper.toFixed(4)}]`;
}

function verdict({ difference, probabilityAnswerIsBetter: p, isAnswer }: Comparison): string {
  if (isAnswer) return "this is the answer itself";
  const gap = difference?.mean ?? 0;
  const chance = p > 0.999 ? "> 99.9 %" : `${(100 * p).toFixed(1)} %`;
  return `this mixture is ${Math.abs(gap).toFixed(4)} ${gap <= 0 ? "lower" : "higher"}, better with probability ${chance}`;
}

/** What was left out, by why: poor documents are told from those that nobody has labelled. */
export function describeLeftOut(groups: readonly PrunedCluster[]): string[] {
  const count = (some: readonly PrunedCluster[]) => some.reduce((total, { documents }) => total + Number(documents), 0);
  const [bare, poor] = [groups.filter(({ unlabelled }) => unlabelled), groups.filter(({ unlabelled }) => !unlabelled)];
  return [
    ...(poor.length > 0 ? [`pruned: ${count(poor)} documents in ${poor.length} clusters of low quality`] : []),
    ...(bare.length > 0 ? [`unlabelled: ${count(bare)} documents, which are in no domain`] : []),
  ];
}
