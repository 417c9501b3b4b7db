import type { Search } from "@climb/proto/search/v1/search_service";
import type { ProxySpec } from "@climb/proto/training/v1/training_service";
import { Table } from "../figures/table.js";
import { count, percent } from "../format.js";
import type { Wire } from "../wire.js";
import { ACTIVATIONS, SCHEDULES, STRATEGIES } from "../words.js";
import type { SearchData } from "./data.js";

/** Everything that the search was asked for, as it was asked. */
export function Settings({ data: { search } }: { data: SearchData }) {
  return (
    <section class="card wide" aria-labelledby="settings">
      <h3 id="settings">Settings</h3>
      <Table label="Settings" headers={["setting", "value"]} rows={settingsOf(search)} />
    </section>
  );
}

/** The settings by their names, with words for those that mean a default; the specification's other fields as they are. */
export function settingsOf({ spec, targets }: Wire<Pick<Search, "spec" | "targets">>): [string, string][] {
  if (!spec) return [];
  const { constraints, budget, proxy } = spec;
  const given: [string, string][] = [
    ["strategy", STRATEGIES[spec.strategy]],
    [
      "input",
      spec.input?.$case === "corpus"
        ? (spec.input.value.source?.paths ?? []).join(", ")
        : `domain set ${spec.input?.value ?? ""}`,
    ],
    ...targets.map((target): [string, string] => [
      `target ${target.name}`,
      target.role === 2
        ? `guardrail, at most ${target.maxRegression} bits per byte worse; ${count(target.itemCount)} items`
        : `weight ${target.weight}; ${count(target.itemCount)} items, ${count(target.scoredBytes)} bytes`,
    ]),
    ["combination", spec.combination === 2 ? "worst case" : "weighted mean"],
    ["rounds", budget?.rounds.length ? budget.rounds.join(", ") : "as many as were worth it or the budget paid for"],
    ["tokens a run", count(budget?.tokensPerRun)],
    ["confirmation seeds", count(budget?.confirmationSeeds)],
    ["confirmed mixtures", count(budget?.confirmedMixtures)],
    ["most repetitions of a domain", constraints?.maxRepetition ? String(constraints.maxRepetition) : "4"],
    ["target tokens", constraints?.targetTokens ? count(constraints.targetTokens) : "as many as the domains have"],
    ["KL strength", String(constraints?.klStrength ?? 0)],
    ...(constraints?.bounds ?? []).map(({ domainId, lower, upper }): [string, string] => [
      `bounds of ${domainId}`,
      `${percent(lower)} to ${percent(upper ?? 1)}`,
    ]),
    ...(constraints?.fixedGroups ?? []).map(({ domainIds, ratios }): [string, string] => [
      "kept together",
      domainIds.map((id, i) => `${id} ${ratios[i]}`).join(" : "),
    ]),
    ["seed", String(spec.seed)],
  ];
  return [
    ...given,
    ...proxyFields(proxy),
    ...baseFields(spec.base?.file?.sha256, spec.base?.freshMoments),
    ...fieldsOf("budget", budget).filter(([name]) => /max|stop|auto/.test(name)),
    ...(spec.input?.$case === "corpus"
      ? [
          ...fieldsOf("embedding", spec.input.value.model),
          ...fieldsOf("domains", spec.input.value.domains),
          ...fieldsOf("tiers of quality", spec.input.value.tiers),
        ]
      : []),
    ...fieldsOf("data set", spec.dataset),
  ];
}

/** What a proxy is, in words. */
export function proxyFields(proxy: Wire<ProxySpec> | undefined): [string, string][] {
  if (!proxy) return [];
  return fieldsOf("proxy", {
    ...proxy,
    schedule: SCHEDULES[proxy.schedule],
    activation: ACTIVATIONS[proxy.activation],
  });
}

/** What runs begin with, if it is not chance. */
export function baseFields(sha256: string | undefined, freshMoments = false): [string, string][] {
  return sha256 ? [["base", `${sha256}${freshMoments ? ", with fresh moments" : ""}`]] : [];
}

/** The fields of a message that say something, by their paths. */
function fieldsOf(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null || value === 0 || value === "" || value === false) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => fieldsOf(`${name} ${i + 1}`, item));
  if (typeof value === "object")
    return Object.entries(value).flatMap(([key, item]) => fieldsOf(`${name}: ${spaced(key)}`, item));
  return [[name.replaceAll(": $case", "").replaceAll(": value", ""), String(value)]];
}

function spaced(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
