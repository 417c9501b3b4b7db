import { type ArtifactRef, type ArtifactStore, readWhole } from "@climb/ports";
import type { CorpusLoss, CorpusManifest } from "@climb/proto/common/v1/corpus";
import { EVERY_FIELD } from "@climb/readers/carry";
import type { BadRecord } from "@climb/readers/document";
import { expectUsable, joinTallies, type Tally } from "@climb/readers/tally";
import { toArtifact } from "@climb/resources";
import { ServiceError } from "@climb/runtime";
import { corpusFolder, type Work } from "./context.js";
import { type PieceOutcome, type PlannedCorpus, QUARANTINE } from "./piece-shards.js";

/** A piece that was read, and how many lines of its file stand before it. */
export interface PieceResult {
  outcome: PieceOutcome;
  linesBefore: number;
}

/**
 * Puts a corpus together from its pieces, in their order.
 * @throws ServiceError INPUT_BAD, INPUT_EMPTY, with the quarantine's address
 */
export async function judgeCorpus(
  { platform: { artifacts } }: Work,
  { corpusId, corpus, results }: { corpusId: string; corpus: PlannedCorpus; results: readonly PieceResult[] },
): Promise<CorpusManifest> {
  const tally = joinTallies(results.map(tallyOf));
  const quarantine = await joinQuarantines(artifacts, corpusId, results);
  const files = corpus.pieces.filter(({ part }) => !part || part.range.start === 0).flatMap((piece) => piece.files);
  try {
    expectUsable(tally, files, corpus.options);
  } catch (error) {
    if (!(error instanceof ServiceError && quarantine)) throw error;
    const metadata = { ...error.metadata, quarantine: quarantine.uri };
    throw new ServiceError(error.kind, error.reason, error.message, metadata, { cause: error });
  }
  const shards = results.flatMap(({ outcome }) => outcome.shards);
  return {
    corpusId,
    shards: shards.map(({ artifact, documents, textBytes }) => ({
      artifact: toArtifact(artifact),
      documents: BigInt(documents),
      textBytes: BigInt(textBytes),
    })),
    documents: BigInt(tally.documents),
    textBytes: BigInt(shards.reduce((total, { textBytes }) => total + textBytes, 0)),
    quarantined: BigInt(tally.quarantined),
    quarantine: quarantine && toArtifact(quarantine),
    losses: lossesOf(tally),
    notes: [...(corpus.notes ?? []), ...missingOf(corpus.options.carry, tally)],
    carried: [...(corpus.options.carry ?? [])],
    withoutText: corpus.options.withoutText ?? false,
  };
}

/** A sentence for each field that was to be carried and that no record has. */
function missingOf(carry: readonly string[] = [], { carried = {} }: Tally): string[] {
  const missing = carry.filter((name) => name !== EVERY_FIELD && !carried[name]);
  return missing.map((name) => `no record has the field "${name}", which was to be carried`);
}

/** What was lost, by reason, the most frequent first. */
function lossesOf({ losses }: Tally): CorpusLoss[] {
  return Object.entries(losses)
    .sort(([a, one], [b, other]) => other.records - one.records || (a < b ? -1 : 1))
    .map(([reason, { records, bytes }]) => ({ reason, records: BigInt(records), bytes: BigInt(bytes) }));
}

/** Removes the names of what was read of a corpus, so that it is read again; the quarantine stays, as people are sent to it. */
export async function removeReading(artifacts: ArtifactStore, corpusId: string): Promise<void> {
  const names: string[] = [];
  for await (const { path } of artifacts.list(`${corpusFolder(corpusId)}/`)) names.push(path);
  for (const name of names) if (name !== quarantinePath(corpusId)) await artifacts.remove(name);
}

/** A tally whose lines are counted from the first of the file. */
function tallyOf({ outcome, linesBefore }: PieceResult): Tally {
  const missing = linesBefore - outcome.linesBefore;
  // 0 stands for the file as a whole.
  const numbered = (bad: BadRecord | undefined) => bad && { ...bad, line: bad.line > 0 ? bad.line + missing : 0 };
  return {
    ...outcome,
    firstFault: numbered(outcome.firstFault),
    firstBroken: numbered(outcome.firstBroken),
    firstSkipped: numbered(outcome.firstSkipped),
  };
}

async function joinQuarantines(
  artifacts: ArtifactStore,
  corpusId: string,
  results: readonly PieceResult[],
): Promise<ArtifactRef | undefined> {
  if (!results.some(({ outcome }) => outcome.quarantine)) return undefined;
  async function* lines() {
    for (const { outcome, linesBefore } of results) {
      if (!outcome.quarantine) continue;
      const missing = linesBefore - outcome.linesBefore;
      const bytes = await readWhole(artifacts, outcome.quarantine.artifact);
      yield missing === 0 ? bytes : Buffer.from(numberedLines(bytes.toString("utf8"), missing), "utf8");
    }
  }
  return artifacts.put(quarantinePath(corpusId), lines());
}

function numberedLines(quarantine: string, missing: number): string {
  const records = quarantine.split("\n").filter((line) => line !== "");
  return records
    .map((json) => {
      const record = JSON.parse(json) as Pick<BadRecord, "file" | "line" | "reason">;
      return `${JSON.stringify({ ...record, line: record.line > 0 ? record.line + missing : 0 })}\n`;
    })
    .join("");
}

function quarantinePath(corpusId: string): string {
  return `${corpusFolder(corpusId)}/${QUARANTINE}`;
}
