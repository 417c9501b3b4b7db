import { isUtf8 } from "node:buffer";
import {
  type Column,
  CompressionType,
  type DecimalType,
  setCompressionCodec,
  type Table,
  type TimestampType,
  Type,
  tableFromIPC,
} from "@uwdata/flechette";
import { decompress } from "fzstd";
import { ArrowDataError, readArrowMessages } from "./arrow-messages.js";
import { DamagedFileError, readBytes } from "./bytes.js";
import { EVERY_FIELD, writtenTime } from "./carry.js";
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
/** Digits of the fraction of a second, by the unit of time: seconds, then thousands of it each. */
const TIME_DIGITS = [0, 3, 6, 9] as const;
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
export async function* readArrow(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem[], number> {
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
        if (options.withoutText || known.includes(textField)) continue;
        const reason = `no column "${textField}"; found columns ${known.slice(0, 12).join(", ")}; name one by --text-field`;
        yield [badRecord(file.name, 0, reason, "file")];
        return 0;
      }
      if (kind !== "records" || !schema) continue;
      const table = tableFromIPC([schema, ...dictionaries, bytes], EXACT);
      for (const item of rowsOf(table, { ...options, textField }, file.name, row)) yield [item];
      row += table.numRows;
    }
  } catch (error) {
    const isData = error instanceof ArrowDataError || error instanceof DamagedFileError || error instanceof RangeError;
    const reason = error instanceof Error ? error.message : String(error);
    const what = isData ? "corrupt or truncated Arrow" : "Arrow that cannot be read";
    yield [badRecord(file.name, row, `${what}: ${reason}; the rest of the file is lost`, "file")];
  }
  return 0;
}

function* rowsOf(table: Table, options: ReadOptions, file: string, before: number): Generator<ReadItem> {
  const texts = options.withoutText ? undefined : (table.getChild(options.textField) as Column<unknown>);
  const names = table.names.map(String);
  const wanted = options.carry?.includes(EVERY_FIELD) ? names : [options.idField, ...(options.carry ?? [])];
  const others = wanted.filter((name) => (!texts || name !== options.textField) && names.includes(name));
  const columns = others.map((name) => [name, table.getChild(name) as Column<unknown>] as const);
  for (let i = 0; i < table.numRows; i++) {
    const line = before + i + 1;
    const text = texts?.at(i);
    if (texts && typeof text === "string" && text.includes("\uFFFD") && !isUtf8(rawText(texts, i))) {
      yield badRecord(file, line, "invalid UTF-8", "record", text.length);
      continue;
    }
    const fields = columns.map(([name, column]) => [name, exactValue(column, i)]);
    const record = { ...Object.fromEntries(fields), ...(texts && { [options.textField]: text }) };
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

function exactValue(column: Column<unknown>, row: number): unknown {
  const value = column.at(row);
  if (value === null || value === undefined) return value;
  if (value instanceof Uint8Array && column.type.typeId !== Type.List) return idOfBytes(value);
  if (column.type.typeId === Type.Decimal && (typeof value === "bigint" || typeof value === "number")) {
    return writtenDecimal(BigInt(value), (column.type as DecimalType).scale);
  }
  if (column.type.typeId === Type.Date && typeof value === "number") return new Date(value).toISOString().slice(0, 10);
  if (column.type.typeId === Type.Timestamp) {
    const [batch] = column.data as unknown as { values?: ArrayLike<bigint> }[];
    const raw = batch?.values?.[row];
    if (typeof raw === "bigint") return writtenTime(raw, TIME_DIGITS[(column.type as TimestampType).unit] ?? 0);
  }
  return value;
}

function isText(type: { typeId: number; dictionary?: { typeId: number } }): boolean {
  return TEXTS.has(type.dictionary?.typeId ?? type.typeId);
}
