import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { type DatasetManifest, readManifest } from "./manifest.js";

/** What checking a data set against its manifest found. */
export interface Verification {
  files: number;
  documents: number;
  textBytes: number;
  /** Greatest difference of a domain's tokens from its weight's, as a share of all tokens; unset without a sample. */
  greatestDeviation?: number;
  /** Sentences; empty if the data set is what it was planned to be. */
  faults: string[];
}

/** A domain may be this share of all tokens away from its weight, or one document where documents are larger. */
const TOLERANCE = 0.001;

/**
 * Checks a data set's folder against its manifest: every file's digest, documents and bytes by domain as the files have
 * them, tokens against weights, repetition against its limit.
 * @throws CommandError if there is no manifest
 */
export async function verifyDataset(
  folder: string,
  onFile: (done: number, all: number) => void,
): Promise<Verification> {
  const manifest = readManifest(folder);
  const names = Object.keys(manifest.files);
  const faults: string[] = [...strangers(folder, manifest)];
  const found = new Map<string, { documents: number; textBytes: number }>();
  for (const [i, name] of names.entries()) {
    onFile(i, names.length);
    const fault = await fileFault(folder, name, manifest);
    if (fault) faults.push(fault);
    else if (/^train-.*\.parquet$/.test(name)) await countByDomain(join(folder, name), found);
  }
  onFile(names.length, names.length);
  const { sample } = manifest;
  if (!sample) return { files: names.length, documents: manifest.documents, textBytes: manifest.textBytes, faults };
  const total = { documents: 0, textBytes: 0 };
  for (const counted of found.values()) {
    total.documents += counted.documents;
    total.textBytes += counted.textBytes;
  }
  let greatestDeviation = 0;
  for (const { id, wanted, tokens, documents, textBytes, repetition } of sample.domains) {
    const counted = found.get(id) ?? { documents: 0, textBytes: 0 };
    found.delete(id);
    if (counted.documents !== documents || counted.textBytes !== textBytes) {
      const there = `${counted.documents} documents and ${counted.textBytes} bytes`;
      faults.push(`domain ${id} has ${there}, expected ${documents} and ${textBytes}`);
    }
    const deviation = Math.abs(tokens - wanted);
    greatestDeviation = Math.max(greatestDeviation, deviation / sample.tokens);
    if (deviation > Math.max(TOLERANCE * sample.tokens, documents > 0 ? tokens / documents : 0))
      faults.push(`domain ${id} has ${tokens} tokens, expected ${Math.round(wanted)} by its weight`);
    // A document that was drawn once more goes a little beyond.
    if (repetition > sample.maxRepetition * 1.001 && deviation > 0 && tokens > wanted + tokens / Math.max(1, documents))
      faults.push(`domain ${id} is repeated ${repetition.toFixed(2)} times, allowed are ${sample.maxRepetition}`);
  }
  for (const id of found.keys()) faults.push(`there are documents of domain ${id}, which the plan does not have`);
  return { files: names.length, ...total, greatestDeviation, faults };
}

/** Data files that the manifest does not know. */
function strangers(folder: string, { files }: DatasetManifest): string[] {
  const there = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.split(sep).join("/"));
  return there
    .filter((name) => name.endsWith(".parquet") && !Object.hasOwn(files, name))
    .map((name) => `${name} is not of this data set`);
}

async function fileFault(folder: string, name: string, { files }: DatasetManifest): Promise<string | undefined> {
  const path = join(folder, name);
  if (relative(folder, path).startsWith("..")) return `${name} leads out of the folder`;
  if (!existsSync(path)) return `${name} is missing`;
  const { sha256 = "", bytes = 0 } = files[name] ?? {};
  const { size } = statSync(path);
  if (size !== bytes) return `${name} has ${size} bytes, expected ${bytes}`;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex") === sha256 ? undefined : `${name} does not have its SHA-256: it was changed`;
}

/** Adds up documents and UTF-8 bytes of text by domain; memory holds one row group. */
async function countByDomain(path: string, into: Map<string, { documents: number; textBytes: number }>) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const columns = ["domain", "text"];
    const rows = await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd });
    for (const { domain, text } of rows as { domain: string; text: string }[]) {
      const counted = into.get(domain) ?? { documents: 0, textBytes: 0 };
      counted.documents++;
      counted.textBytes += Buffer.byteLength(text);
      into.set(domain, counted);
    }
    rowStart = rowEnd;
  }
}
