import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Platform } from "@climb/ports";
import type { Fault } from "@climb/proto/common/v1/job";
import { Scoring, type Target, TargetRole, type TargetSource } from "@climb/proto/training/v1/target";
import { faultsError, fieldFault, toArtifact } from "@climb/resources";
import { ServiceError } from "@climb/runtime";
import { encodeItems } from "../core/targets/encode-items.js";
import { type ReadTarget, readTarget, type TargetFile } from "../core/targets/read-target.js";
import { TargetError } from "../core/targets/target-error.js";
import { kindFromProto, kindToProto, scoreFromProto } from "./convert.js";

const DEFAULT_MAX_BYTES = 100_000;
/** Seed of the items' sample: fixed, so that a target is the same in every search. */
const SAMPLE_SEED = 1;

/** Every fault of the sources, each with its field. */
export async function targetFaults(platform: Platform, sources: TargetSource[]): Promise<Fault[]> {
  return (await readSources(platform, sources)).faults;
}

/** Stores targets under the digest of their items. @throws ServiceError invalid naming file, line and field */
export async function importTargets(platform: Platform, sources: TargetSource[]): Promise<Target[]> {
  const { artifacts } = platform;
  const { faults, read } = await readSources(platform, sources);
  if (faults.length > 0) throw faultsError(faults);
  const targets: Target[] = [];
  for (const [i, { kind, items }] of read.entries()) {
    const { name, weight, scoring, role, maxRegression } = sources[i] as TargetSource;
    const guards = role === TargetRole.TARGET_ROLE_GUARDRAIL;
    const content = Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(""), "utf8");
    const path = `training/targets/${createHash("sha256").update(content).digest("hex")}.jsonl`;
    const stored = (await artifacts.keep(path)) ?? (await artifacts.put(path, content));
    const score = kind === "text" ? "full" : scoreFromProto(scoring);
    // Bytes do not depend on the tokenizer, so any serves to count them.
    const encoded = encodeItems(items, { endOfText: 0, encode: () => new Uint16Array(0) }, score);
    targets.push({
      name,
      kind: kindToProto(kind),
      weight: guards ? 0 : (weight ?? 1),
      items: toArtifact(stored),
      itemCount: items.length,
      scoredBytes: BigInt(encoded.reduce((total, item) => total + item.scoredBytes, 0)),
      scoring: score === "answer" ? Scoring.SCORING_ANSWER : Scoring.SCORING_FULL,
      role: guards ? TargetRole.TARGET_ROLE_GUARDRAIL : TargetRole.TARGET_ROLE_OBJECTIVE,
      maxRegression: guards ? maxRegression : 0,
    });
  }
  return targets;
}

/** What the sources hold, one entry for each if there is no fault, and every fault of them. */
async function readSources(platform: Platform, sources: TargetSource[]) {
  const faults: Fault[] = [];
  const read: ReadTarget[] = [];
  const names = new Set<string>();
  for (const [i, source] of sources.entries()) {
    const field = `sources[${i}]`;
    if (names.has(source.name)) faults.push(fieldFault(`${field}.name`, `"${source.name}" twice`, "unique names"));
    names.add(source.name);
    // The rule of the contract says so.
    if (source.paths.length === 0) continue;
    try {
      read.push(await readSource(platform, source));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const message = `target ${source.name}: ${error.message}`;
      faults.push({ field: `${field}.paths`, message, reason: error.reason });
    }
  }
  return { faults, read };
}

async function readSource(platform: Platform, source: TargetSource): Promise<ReadTarget> {
  const files = await Promise.all(source.paths.map((path) => readText(platform, path)));
  try {
    return readTarget(files, {
      kind: kindFromProto(source.kind),
      group: source.group,
      maxBytes: source.allItems ? Number.POSITIVE_INFINITY : Number(source.maxBytes) || DEFAULT_MAX_BYTES,
      seed: SAMPLE_SEED,
    });
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const reason = error.message.includes("at least one item") ? "INPUT_EMPTY" : "RECORD_INVALID";
    throw new ServiceError("invalid", reason, error.message, {
      file: error.file,
      line: error.place ?? "",
      field: error.field ?? "",
    });
  }
}

async function readText({ callerFile }: Platform, path: string): Promise<TargetFile> {
  const unreadable = (why: string) =>
    new ServiceError("invalid", "PATH_UNREADABLE", `${path}: ${why}; expected a file of JSON lines or plain text`, {
      path,
    });
  let content: Buffer;
  try {
    const local = await callerFile(path);
    if ((await stat(local)).isDirectory()) throw unreadable("is a directory");
    content = await readFile(local);
  } catch (error) {
    throw error instanceof ServiceError ? error : unreadable((error as Error).message);
  }
  if (content.length === 0)
    throw new ServiceError("invalid", "INPUT_EMPTY", `${path}: is empty; expected at least one item`, { path });
  if (content[0] === 0x1f && content[1] === 0x8b) {
    try {
      content = await promisify(gunzip)(content);
    } catch (error) {
      throw unreadable(`is a broken gzip file (${(error as Error).message})`);
    }
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw unreadable("is not UTF-8");
  }
  return { file: basename(path), text };
}
