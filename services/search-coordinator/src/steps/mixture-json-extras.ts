import type { EarlierEvidence, SearchResult, SizeTransfer } from "@climb/proto/search/v1/search_service";
import { mixturesOfParts } from "../core/index.js";
import { changeFromProto } from "../rpc/convert-evidence.js";

/** The mixtures of the two parts of a run, by domain; each sums to 1. */
export function partsOf({ domains }: SearchResult, decayShare: number) {
  const { general, decay } = mixturesOfParts(domains.map(({ weight }) => weight));
  const named = (weights: number[]) => Object.fromEntries(weights.map((weight, j) => [domains[j]?.id ?? "", weight]));
  return [
    { name: "general", share: 1 - decayShare, weights: named(general) },
    { name: "decay", share: decayShare, weights: named(decay) },
  ];
}

/** How far mixtures are ordered alike by proxies of two sizes. */
export function transferOf({ smallerParameters, parameters, mixtures, spearman, lower, upper, runs }: SizeTransfer) {
  const sizes = { smallerParameters: Number(smallerParameters), parameters: Number(parameters) };
  return { ...sizes, mixtures, rankCorrelation: { mean: spearman, lower, upper }, runs };
}

/** What an earlier search over other domains gave; named by its domains, because its own id contains paths. */
export function earlierOf({
  domainSetId,
  runs,
  runsCounted,
  leftOut,
  domains,
  gone,
  kept,
  holds,
  ...told
}: EarlierEvidence) {
  return {
    sentences: told.sentences,
    domainSetId,
    runs,
    runsCounted,
    leftOut: leftOut.map(({ reason, runs }) => ({ reason, runs })),
    trial: { holds, before: told.before, now: told.now },
    domains: Object.fromEntries(
      domains.map(({ domainId, change, parts }) => [
        domainId,
        {
          change: changeFromProto(change),
          parts: parts.map(({ earlierDomainId, share, shareOfEarlier }) => ({
            earlierDomainId,
            share,
            shareOfEarlier,
          })),
        },
      ]),
    ),
    gone,
    kept,
  };
}
