import type { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Comparison, Estimate, Search, SearchResult } from "@climb/proto/search/v1/search_service";

/** The answer of a search as lines for a terminal: domains, mixture beside the baselines, certainty, warnings. */
export function describeResult(search: Search): string[] {
  const result = search.result as SearchResult;
  const [proportional, uniform] = ["proportional", "uniform"].map((name) =>
    result.baselines.find((baseline) => baseline.name === name),
  );
  const label = (text: string) => (text.length > 44 ? `${text.slice(0, 43)}…` : text).padEnd(44);
  const share = (value: number | undefined) =>
    (value === undefined ? "–" : `${(100 * value).toFixed(1)} %`).padStart(8);
  const lines = [
    "",
    `${"domain".padEnd(8)}${"label".padEnd(46)}${"tokens".padStart(10)}${"mixture".padStart(10)}${"by tokens".padStart(11)}${"uniform".padStart(9)}${"repeats".padStart(9)}`,
  ];
  result.domains.forEach((domain, j) => {
    lines.push(
      `${domain.id.padEnd(8)}${label(domain.label)}  ${String(domain.tokens).padStart(10)}  ${share(domain.weight)}   ${share(
        proportional?.mixture[j],
      )} ${share(uniform?.mixture[j])} ${domain.repetition.toFixed(2).padStart(8)}`,
    );
  });
  lines.push(
    "",
    `objective (bits per byte, lower is better; 90 % intervals from ${result.objective?.runs ?? 0} fresh seeds each)`,
    `  this mixture   ${estimate(result.objective)}   ${result.origin}`,
    ...result.baselines.map(
      (baseline) => `  ${baseline.name.padEnd(14)} ${estimate(baseline.objective)}   ${verdict(baseline)}`,
    ),
  );
  search.targets.forEach(({ name }, i) => {
    const against = result.baselines.map((baseline) => `${baseline.name} ${estimate(baseline.tasks[i])}`).join("   ");
    lines.push(`  ${name}: ${estimate(result.tasks[i])}   ${against}`);
  });
  for (const warning of result.warnings) lines.push(`  ! ${warning}`);
  return lines;
}

function estimate(value: Estimate | undefined): string {
  if (!value) return "–";
  return `${value.mean.toFixed(4)} [${value.lower.toFixed(4)}, ${value.upper.toFixed(4)}]`;
}

function verdict({ difference, probabilityAnswerIsBetter: p }: Comparison): string {
  const gap = difference?.mean ?? 0;
  const chance = p > 0.999 ? "> 99.9 %" : `${(100 * p).toFixed(1)} %`;
  return `this mixture is ${Math.abs(gap).toFixed(4)} ${gap <= 0 ? "lower" : "higher"}, better with probability ${chance}`;
}

/** The domains as lines for a terminal. */
export function describeDomains(manifest: Pick<DomainManifest, "domains" | "pruned">): string[] {
  const lines = manifest.domains.map(
    ({ id, label, documents }) => `  ${id}  ${String(documents).padStart(7)} documents  ${label}`,
  );
  const pruned = manifest.pruned.reduce((total, { documents }) => total + Number(documents), 0);
  if (pruned > 0) lines.push(`  pruned: ${pruned} documents in ${manifest.pruned.length} clusters of low quality`);
  return lines;
}
