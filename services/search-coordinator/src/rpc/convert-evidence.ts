import {
  DomainChange as DomainChangeMessage,
  type DomainOrigin as DomainOriginMessage,
  type EarlierEvidence,
} from "@climb/proto/search/v1/search_service";
import type { DomainChange, DomainOrigin, Trial } from "../core/index.js";

const CHANGES: Record<DomainChange, DomainChangeMessage> = {
  same: DomainChangeMessage.DOMAIN_CHANGE_SAME,
  part: DomainChangeMessage.DOMAIN_CHANGE_PART,
  merged: DomainChangeMessage.DOMAIN_CHANGE_MERGED,
  new: DomainChangeMessage.DOMAIN_CHANGE_NEW,
  other: DomainChangeMessage.DOMAIN_CHANGE_OTHER,
};

/** Where the documents of a domain were before. @param earlier the earlier domains in order */
export function originToProto(
  { change, parts }: DomainOrigin,
  domainId: string,
  earlier: readonly { id: string }[],
): DomainOriginMessage {
  return {
    domainId,
    change: CHANGES[change],
    parts: parts.map((part) => ({
      earlierDomainId: earlier[part.earlier]?.id ?? "",
      share: part.share,
      shareOfEarlier: part.shareOfEarlier,
    })),
  };
}

/** How a domain came to be, in a word. */
export function changeFromProto(change: DomainChangeMessage): DomainChange {
  return (Object.keys(CHANGES) as DomainChange[]).find((name) => CHANGES[name] === change) ?? "other";
}

/** What came of an earlier search once its best mixture was tried here, with sentences for people. */
export function triedEvidence(counted: EarlierEvidence, trial: Trial): EarlierEvidence {
  const { holds, before, now } = trial;
  const evidence = { ...counted, holds, before, now, runsCounted: holds ? counted.runsCounted : 0 };
  return { ...evidence, sentences: sentencesOf(evidence, counted.runsCounted) };
}

function sentencesOf(evidence: EarlierEvidence, countable: number): string[] {
  const { runs, runsCounted, leftOut, domains, gone, kept, holds, before, now } = evidence;
  const ofKind = (change: DomainChange) =>
    domains.filter((domain) => changeFromProto(domain.change) === change).map(({ domainId }) => domainId);
  const told = (ids: readonly string[], what: string) => (ids.length > 0 ? [`${what}: ${ids.join(", ")}`] : []);
  const changes = [
    ...told(ofKind("same"), "as before"),
    ...told(ofKind("part"), "parts of earlier ones"),
    ...told(ofKind("merged"), "several earlier ones together"),
    ...told(ofKind("other"), "changed"),
    ...told(ofKind("new"), "new"),
    ...told(gone, "gone"),
  ];
  const why = leftOut.map(({ reason, runs }) => `${runs} were ${reason}`).join("; ");
  const tried =
    before !== undefined && now !== undefined ? ` (${before.toFixed(4)} there, ${now.toFixed(4)} here)` : "";
  return [
    `Of ${runs} runs of an earlier search over other domains ${runsCounted} count here${why ? `: ${why}` : ""}.`,
    ...(countable > 0 && holds ? [`Its best mixture, trained again here, reached what it had reached${tried}.`] : []),
    ...(countable > 0 && !holds
      ? [
          `None of the ${countable} that could count does: its best mixture did not reach here what it had reached${tried}.`,
        ]
      : []),
    `Domains: ${changes.join("; ")}.`,
    ...(kept.length > 0 ? [`The ratios of ${kept.join(", ")} were kept as the earlier answer has them.`] : []),
  ];
}
