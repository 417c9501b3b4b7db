import { readJson } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { ListFilter } from "@climb/proto/common/v1/list";
import type { DiskEstimate, SearchEstimate, SearchSpec } from "@climb/proto/search/v1/search_service";
import type { ProbeRunResponse } from "@climb/proto/training/v1/training_service";
import { plannedRuns, runCost, textBytesPerToken } from "../core/index.js";
import type { Peers, SearchContext } from "../steps/context.js";
import { runRate } from "../steps/rates.js";
import { planFromSpec } from "./convert.js";

const PROBE_TIMEOUT_MS = 120_000;
/** Token sets that are looked at for how long tokens are. */
const MAX_TOKEN_SETS = 100;

/**
 * What a checked search would do and cost: seconds by the runs of the same proxy and trainer that have finished here.
 * @param spec with its defaults filled in
 * @param measure whether what a run takes is tried too
 */
export async function estimateOf(
  context: Pick<SearchContext, "platform" | "peers">,
  spec: SearchSpec,
  domains: number,
  measure: boolean,
  signal: AbortSignal,
): Promise<SearchEstimate> {
  const { peers } = context;
  const plan = planFromSpec(spec);
  const rate = await runRate(peers, spec, signal);
  // What others train takes nothing of this machine.
  const isOwn = spec.trainer === "";
  const probe = measure && isOwn ? await probed(peers, spec, signal) : undefined;
  const each = runCost(plan, {
    secondsPerToken: rate.secondsPerToken ?? probe?.secondsPerToken,
    bytesPerRun: rate.bytesPerRun ?? (probe && Number(probe.weightsBytes)),
  });
  const runs = plannedRuns(plan, domains, each) ?? 0;
  return {
    runs,
    tokens: BigInt(runs * plan.tokensPerRun),
    runSeconds: each.seconds && runs > 0 ? runs * each.seconds : undefined,
    measuredRuns: rate.runs,
    domains,
    memoryBytes: probe?.memoryBytes && probe.processBytes + BigInt(probe.runsAtOnce) * probe.memoryBytes,
    runsAtOnce: probe?.runsAtOnce ?? 0,
    disk: measure ? await diskOf(context, spec, runs, probe, signal) : undefined,
  };
}

async function probed({ training }: Peers, { proxy, vocabulary }: SearchSpec, signal: AbortSignal) {
  return training.probeRun({ proxy, vocabulary }, { signal, timeoutMs: PROBE_TIMEOUT_MS });
}

async function diskOf(
  { platform, peers }: Pick<SearchContext, "platform" | "peers">,
  { input, vocabulary }: SearchSpec,
  runs: number,
  probe: ProbeRunResponse | undefined,
  signal: AbortSignal,
): Promise<DiskEstimate> {
  const { weightsBytes = 0n, checkpointBytes = 0n, runsAtOnce = 0 } = probe ?? {};
  const perToken = (await measuredTextBytes(peers, vocabulary, signal)) ?? textBytesPerToken(vocabulary);
  return {
    runBytes: BigInt(runs) * weightsBytes + BigInt(Math.min(runs, runsAtOnce)) * checkpointBytes,
    tokenBytes: await tokenBytes(),
    textBytesPerToken: perToken,
  };

  async function tokenBytes(): Promise<bigint | undefined> {
    if (input?.$case !== "domainSetId") return undefined;
    const { domainSet } = await peers.clustering.getDomainSet({ id: input.value }, { signal });
    if (!domainSet?.manifest) return undefined;
    const { domains } = DomainManifest.fromJSON(await readJson(platform.artifacts, domainSet.manifest));
    const text = domains.reduce((sum, { textBytes }) => sum + Number(textBytes), 0);
    // First by document shards, then by domains; the shards' are removed once the domains' are there.
    return BigInt(Math.round((2 * (vocabulary > 65_536 ? 4 : 2) * text) / perToken));
  }
}

/** Bytes of text for a token by the token sets that were made here with as large a vocabulary; undefined without any. */
async function measuredTextBytes(
  { training }: Peers,
  vocabulary: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const filter = ListFilter.fromPartial({ states: [JobState.JOB_STATE_SUCCEEDED] });
  const { tokenSets } = await training.listTokenSets({ pageSize: MAX_TOKEN_SETS, pageToken: "", filter }, { signal });
  let [bytes, tokens] = [0, 0];
  for (const { spec, domains } of tokenSets) {
    if (spec?.vocabulary !== vocabulary) continue;
    for (const domain of domains) {
      bytes += Number(domain.textBytes);
      tokens += Number(domain.tokens);
    }
  }
  return tokens > 0 ? bytes / tokens : undefined;
}
