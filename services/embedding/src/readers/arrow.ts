import { isUtf8 } from "node:buffer";
import {
  type Column,
  CompressionType,
  type DecimalType,
  setCompressionCodec,
  type Table,
  Type,
  tableFromIPC,
} from "@uwdata/flechette";
import { decompress } from "fzstd";
import { ArrowDataError, readArrowMessages } from "./arrow-messages.js";
import { DamagedFileError, readBytes } from "./bytes.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import { idOfBytes, writtenDecimal } from "./exact-id.js";
import type { InputFile } from "./input-file.js";
import { recordToItem } from "./record.js";
import { unpackLz4FrameAtOnce } from "./unpack/lz4.js";

const noEncoder = (): never => {
  throw new Error("nothing is written here");
};
setCompressionCodec(CompressionType.ZSTD, decoder(decompress));
setCompressionCodec(CompressionType.LZ4_FRAME, decoder(unpackLz4FrameAtOnce));

/** Numbers with all their digits. */
const EXACT = { useBigInt: true, useDecimalInt: true } as const;
const TEXTS = new Set<number>([Type.Utf8, Type.LargeUtf8, Type.Utf8View]);

function decoder(unpack: (bytes: Uint8Array) => Uint8Array) {
  const decode = (bytes: Uint8Array, length?: number): Uint8Array => {
    const unpacked = unpack(bytes);
    if (length !== undefined && unpacked.length !== length) {
      throw new ArrowDataError(`a buffer of ${unpacked.length} bytes, expected ${length}`);
    }
    // A copy: numbers of eight bytes must begin at such a place in memory.
    return Uint8Array.from(unpacked);
  };
  return { encode: noEncoder, decode };
}

/** The names of all columns of an Arrow file, and of those of text. @throws ArrowDataError, DamagedFileError */
export async function arrowColumns(path: string): Promise<{ all: string[]; texts: string[] }> {
  for await (const { kind, bytes } of readArrowMessages(readBytes(path))) {
    if (kind !== "schema") continue;
    const { fields } = tableFromIPC([bytes]).schema;
    const texts = fields.filter(({ type }) => isText(type));
    return { all: fields.map(({ name }) => name), texts: texts.map(({ name }) => name) };
  }
  throw new ArrowDataError("there is no schema");
}

/** Documents of an Arrow IPC file or stream, plain or packed, one record batch in memory at a time. */
export async function* readArrow(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem, number> {
  const textField = options.textField || "text";
  let row = 0;
  let schema: Uint8Array | undefined;
  const dictionaries: Uint8Array[] = [];
  try {
    for await (const { kind, bytes } of readArrowMessages(readBytes(file.path))) {
      if (kind === "schema") schema ??= bytes;
      else if (kind === "dictionary") dictionaries.push(bytes);
      if (kind === "schema") {
        const known = tableFromIPC([bytes]).names.map(String);
        if (known.includes(textField)) continue;
        const reason = `no column "${textField}"; found columns ${known.slice(0, 12).join(", ")}; name one by --text-field`;
        yield badRecord(file.name, 0, reason, "file");
        return 0;
      }
      if (kind !== "records" || !schema) continue;
      const table = tableFromIPC([schema, ...dictionaries, bytes], EXACT);
      for (const item of rowsOf(table, { ...options, textField }, file.name, row)) yield item;
      row += table.numRows;
    }
  } catch (error) {
    const isData = error instanceof ArrowDataError || error instanceof DamagedFileError || error instanceof RangeError;
    const reason = error instanceof Error ? error.message : String(error);
    const what = isData ? "corrupt or truncated Arrow" : "Arrow that cannot be read";
    yield badRecord(file.name, row, `${what}: ${reason}; the rest of the file is lost`, "file");
  }
  return 0;
}

function* rowsOf(table: Table, options: ReadOptions, file: string, before: number): Generator<ReadItem> {
  const texts = table.getChild(options.textField) as Column<unknown>;
  const ids = table.names.includes(options.idField) ? (table.getChild(options.idField) as Column<unknown>) : undefined;
  for (let i = 0; i < table.numRows; i++) {
    const line = before + i + 1;
    const text = texts.at(i);
    if (typeof text === "string" && text.includes("\uFFFD") && !isUtf8(rawText(texts, i))) {
      yield badRecord(file, line, "invalid UTF-8", "record", text.length);
      continue;
    }
    const record = { [options.textField]: text, ...(ids && { [options.idField]: exactId(ids, ids.at(i)) }) };
    yield recordToItem(record, { file, line, isCounted: true }, options);
  }
}

/** The bytes of a text where they can be told; what decoding has put in their place is not seen in the text itself. */
function rawText(column: Column<unknown>, index: number): Uint8Array {
  const batch = column.data[0] as { offsets?: ArrayLike<number | bigint>; values?: Uint8Array } | undefined;
  const { offsets, values } = batch ?? {};
  if (!offsets || !(values instanceof Uint8Array)) return new Uint8Array(0);
  return values.subarray(Number(offsets[index]), Number(offsets[index + 1]));
}

function exactId(column: Column<unknown>, value: unknown): unknown {
  if (value instanceof Uint8Array) return idOfBytes(value);
  if (column.type.typeId === Type.Decimal && (typeof value === "bigint" || typeof value === "number")) {
    return writtenDecimal(BigInt(value), (column.type as DecimalType).scale);
  }
  return value;
}

function isText(type: { typeId: number; dictionary?: { typeId: number } }): boolean {
  return TEXTS.has(type.dictionary?.typeId ?? type.typeId);
}
