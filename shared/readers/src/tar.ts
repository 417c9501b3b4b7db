import { isUtf8 } from "node:buffer";
import { idText, parseLenient } from "@climb/corpus";
import { extract, type Headers } from "tar-stream";
import { readBytes, unpack } from "./bytes.js";
import { carriedOf } from "./carry.js";
import { type Compression, compressionOf, MAGIC_BYTES, unpackedName } from "./compression.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { InputFile } from "./input-file.js";
import { jsonValuesOf } from "./json.js";
import { jsonLinesOf } from "./jsonl.js";
import { firstBytes } from "./source.js";
import { clearTextField } from "./text-field.js";

/** A member that is larger is no text of one document. */
const MAX_MEMBER_BYTES = 64 * 1024 * 1024;
const TAR_NAME_AT = 257;
const JSON_LINES = /\.(jsonl|ndjson)$/i;
const TEXTS =
  /\.(txt|text|md|markdown|rst|html?|xml|tex|py|js|ts|c|h|cc|cpp|java|go|rs|rb|php|sh|sql|css|cap|caption)$/i;
const TABLES = /\.(parquet|arrow|feather|csv|tsv|tar|zip)$/i;

/** Whether content begins as a tar archive does: "ustar" in its first header, or a right checksum there. */
export function isTar(head: Buffer): boolean {
  if (head.length < 512) return false;
  if (head.subarray(TAR_NAME_AT, TAR_NAME_AT + 5).toString("latin1") === "ustar") return true;
  const sum = Number.parseInt(
    head
      .subarray(148, 156)
      .toString("latin1")
      .replace(/[\0 ]+$/, ""),
    8,
  );
  if (!(sum > 0)) return false;
  // The checksum's own bytes count as spaces.
  return head.subarray(0, 512).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0) === sum;
}

/** Members that belong together: those with one name up to its first point, as in WebDataset. */
interface Sample {
  key: string;
  json?: { [field: string]: unknown };
  jsonText?: string;
  texts: { name: string; text: string }[];
  others: string[];
}

/**
 * Documents of a tar archive, plain or packed, streamed. Members of one name before its first point are a sample: the text
 * of its JSON, else each of its text files. Members of JSON lines and JSON arrays are read record by record.
 */
export async function* readTar(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem[], number> {
  const archive = extract();
  const outer = compressionOf(await firstBytes(file.path, MAGIC_BYTES).catch(() => Buffer.alloc(0)), file.name);
  const source = readBytes(file.path);
  const feeding = feed(source, archive);
  feeding.catch(() => undefined);
  let sample: Sample | undefined;
  let members = 0;
  try {
    for await (const entry of archive) {
      const { name, type, size = 0 } = entry.header;
      if (type !== "file" && type !== "contiguous-file") {
        entry.resume();
        continue;
      }
      members++;
      const key = keyOf(name);
      if (sample && sample.key !== key) yield [...sampleItems(sample, file, options, members)];
      if (sample?.key !== key) sample = { key, texts: [], others: [] };
      const bare = unpackedName(name);
      const isRecords = JSON_LINES.test(bare) || (/\.json$/i.test(bare) && (size > MAX_MEMBER_BYTES || bare !== name));
      if (isRecords) {
        const read = JSON_LINES.test(bare) ? jsonLinesOf : jsonValuesOf;
        yield* read(unpacked(entry, outer), `${file.name}/${name}`, options);
        sample = undefined;
        continue;
      }
      if (TABLES.test(bare)) {
        entry.resume();
        const reason = "a table within a tar archive; unpack the archive first";
        yield [badRecord(`${file.name}/${name}`, 0, reason, "file", size)];
      } else if (size > MAX_MEMBER_BYTES) {
        entry.resume();
        sample.others.push(name);
      } else {
        const parts: Buffer[] = [];
        for await (const part of unpacked(entry, outer)) parts.push(part);
        yield [...addMember(sample, name, Buffer.concat(parts), file)];
      }
    }
    await feeding;
    if (sample) yield [...sampleItems(sample, file, options, members)];
    if (members === 0) yield [badRecord(file.name, 0, "the archive holds no file", "file")];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    yield [badRecord(file.name, members, `corrupt or truncated tar: ${reason}; the rest of the file is lost`, "file")];
  } finally {
    archive.destroy();
    await source.return(undefined);
  }
  return 0;
}

async function feed(source: AsyncIterable<Buffer>, archive: ReturnType<typeof extract>): Promise<void> {
  try {
    for await (const chunk of source) {
      if (!archive.write(chunk)) await new Promise((resolve) => archive.once("drain", resolve as () => void));
    }
    archive.end();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

async function* unpacked(
  entry: AsyncIterable<Buffer> & { header?: Headers },
  outer: Compression | undefined,
): AsyncGenerator<Buffer> {
  const iterator = entry[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  async function* all() {
    yield first.value as Buffer;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  const compression = compressionOf(first.value);
  // The unpacker of xz opens one stream after another: the inner one would wait for the outer for ever.
  if (compression === "xz" && outer === "xz") throw new Error("xz within xz is not read; unpack the archive first");
  if (compression) yield* unpack(all(), compression);
  else yield* all();
}

/** Everything of a name up to the first point behind its folder. */
function keyOf(name: string): string {
  const folder = name.lastIndexOf("/") + 1;
  const point = name.indexOf(".", folder + 1);
  return point < 0 ? name : name.slice(0, point);
}

function* addMember(sample: Sample, name: string, bytes: Buffer, file: InputFile): Generator<ReadItem> {
  const bare = unpackedName(name);
  const isJson = /\.json$/i.test(bare);
  if (!isJson && !TEXTS.test(bare)) {
    sample.others.push(name);
    return;
  }
  if (!isUtf8(bytes)) {
    yield badRecord(`${file.name}/${name}`, 0, "invalid UTF-8", "record", bytes.length);
    return;
  }
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (!isJson) {
    sample.texts.push({ name, text });
    return;
  }
  try {
    const json = parseLenient(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) {
      sample.json = json as { [field: string]: unknown };
      sample.jsonText = text;
    } else yield badRecord(`${file.name}/${name}`, 0, "expected a JSON object", "record", bytes.length);
  } catch (error) {
    const reason = `invalid JSON: ${(error as Error).message.slice(0, 200)}`;
    yield badRecord(`${file.name}/${name}`, 0, reason, "record", bytes.length);
  }
}

function* sampleItems(sample: Sample, file: InputFile, options: ReadOptions, line: number): Generator<ReadItem> {
  const { key, json, texts, others } = sample;
  const named = json && idText(json[options.idField], sample.jsonText, options.idField);
  const textField = options.textField || (json && clearTextField([json])) || "text";
  const source = file.name;
  const written = json?.[textField];
  // Keys begin anew in every archive.
  const carried = json && carriedOf(json, options, sample.jsonText);
  const name = named ?? `${file.name}/${key}`;
  const documents = options.withoutText
    ? [{ id: name, text: "", source }]
    : typeof written === "string" && written.trim() !== ""
      ? [{ id: name, text: written, source }]
      : texts
          .filter(({ text }) => text.trim() !== "")
          .map(({ name, text }) => ({ id: `${file.name}/${/\.txt$/i.test(name) ? key : name}`, text, source }));
  for (const document of documents) {
    yield { document: { ...document, text: document.text.toWellFormed(), ...(carried && { fields: carried }) }, line };
  }
  if (documents.length > 0) return;
  const fields = json ? `; its JSON has the fields ${Object.keys(json).slice(0, 8).join(", ")}` : "";
  const found = others.length > 0 ? `; found ${others.slice(0, 4).join(", ")}` : "";
  // A sample of images alone is no fault where others have texts; it is counted all the same.
  yield badRecord(`${file.name}/${key}`, 0, `no text in the sample${fields}${found}`, "record");
}
