import { brotliCompressSync, gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { pack } from "tar-stream";
import type { KnownRecord } from "./records.js";

/** Records in a form that corpora have. */
export interface Shape {
  name: string;
  /** Names that such a file may have; the last ones say nothing of what is in it. */
  names: string[];
  content: Buffer;
  /** Whether it is packed within, so that nobody packs it as a whole. */
  isTable?: boolean;
}

const json = (value: unknown, indent?: number) => JSON.stringify(value, undefined, indent);

/** The records in every form that can be written here. */
export async function shapesOf(records: readonly KnownRecord[]): Promise<Shape[]> {
  const lines = records.map((record) => json(record));
  const shape = (name: string, names: string[], text: string): Shape => ({ name, names, content: Buffer.from(text) });
  const numbered = records.map(
    ({ text }, i) => `{"text":${json(text)},"score":NaN,"id":${9007199254740993n + BigInt(i)}}`,
  );
  return [
    shape("lines", ["a.jsonl", "a.ndjson", "a.json", "a.txt", "a"], `${lines.join("\n")}\n`),
    shape("lines-crlf", ["a.jsonl", "a.json"], lines.join("\r\n")),
    shape("lines-mark", ["a.jsonl", "a.txt"], `\uFEFF${lines.join("\n")}\n`),
    shape("lines-blank", ["a.jsonl", "a.json"], `\n \r\n\n${lines.join("\n\n")}\n\n`),
    shape(
      "lines-content",
      ["a.jsonl"],
      records.map(({ id, text }) => json({ url: `https://x.org/${id}`, content: text, id })).join("\n"),
    ),
    shape("array", ["a.json", "a.jsonl", "a.data"], json(records)),
    shape("array-pretty", ["a.json", "a.jsonl"], json(records, 2)),
    shape("objects-pretty", ["a.json", "a.jsonl"], records.map((record) => json(record, 2)).join("\n")),
    shape("numbers", ["n.jsonl"], numbered.join("\n")),
    ...[",", ";", "\t"].map((mark) =>
      shape(`table${mark === "\t" ? "-tabs" : mark}`, mark === "\t" ? ["a.tsv"] : ["a.csv"], tableOf(records, mark)),
    ),
    shape("table-mark", ["a.csv"], `\uFEFF${tableOf(records, ",")}`),
    ...parquetShapes(records),
    ...arrowShapes(records),
    ...(await tarShapes(records)),
  ];
}

/** Ids that the records have in a shape: in some the ids are other than those of the records. */
export function truthOf(shape: string, records: readonly KnownRecord[]): KnownRecord[] {
  if (shape !== "numbers") return [...records];
  return records.map(({ text }, i) => ({ id: String(9007199254740993n + BigInt(i)), text }));
}

function tableOf(records: readonly KnownRecord[], mark: string): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [`id${mark}text`, ...records.map(({ id, text }) => `${id}${mark}${quoted(text)}`)].join("\r\n");
}

function parquetShapes(records: readonly KnownRecord[]): Shape[] {
  const codecs = {
    UNCOMPRESSED: undefined,
    SNAPPY: undefined,
    GZIP: (bytes: Uint8Array) => gzipSync(bytes),
    BROTLI: (bytes: Uint8Array) => brotliCompressSync(bytes),
  };
  const shapes: Shape[] = [];
  for (const [codec, compress] of Object.entries(codecs)) {
    for (const encoding of ["PLAIN", "RLE_DICTIONARY", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"] as const) {
      for (const pageSize of [256, 1 << 20]) {
        const column = (name: "id" | "text") => ({
          name,
          data: records.map((record) => record[name]),
          type: "STRING" as const,
          encoding,
        });
        const bytes = parquetWriteBuffer({
          columnData: [column("id"), column("text")],
          codec: codec as "GZIP",
          ...(compress && { compressors: { [codec]: compress } }),
          rowGroupSize: 7,
          pageSize,
        });
        shapes.push({
          name: `parquet-${codec}-${encoding}-${pageSize}`,
          names: ["a.parquet", "a"],
          content: Buffer.from(bytes),
          isTable: true,
        });
      }
    }
  }
  return shapes;
}

function arrowShapes(records: readonly KnownRecord[]): Shape[] {
  const table = tableFromArrays({ id: records.map(({ id }) => id), text: records.map(({ text }) => text) });
  return (["file", "stream"] as const).map((format) => {
    const bytes = tableToIPC(table, { format });
    return { name: `arrow-${format}`, names: ["a.arrow", "a"], content: Buffer.from(bytes ?? []), isTable: true };
  });
}

async function tarShapes(records: readonly KnownRecord[]): Promise<Shape[]> {
  const archive = async (members: [string, string][]) => {
    const writer = pack();
    for (const [name, content] of members) writer.entry({ name }, content);
    writer.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of writer) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  const samples = records.map((record): [string, string] => [`${record.id}.json`, json(record)]);
  const lines = records.map((record) => json(record)).join("\n");
  return [
    { name: "tar-samples", names: ["a.tar"], content: await archive(samples) },
    { name: "tar-lines", names: ["a.tar"], content: await archive([["part.jsonl", lines]]) },
  ];
}
