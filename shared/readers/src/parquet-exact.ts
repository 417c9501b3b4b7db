import type { FileMetaData, SchemaElement } from "hyparquet";
import { bigEndian, idOfBytes, writtenDecimal } from "./exact-id.js";

/** A column that keeps the digits of its numbers. */
export interface ExactColumn {
  /** For the reader, which otherwise makes floating-point numbers of decimals. */
  metadata: FileMetaData;
  /** A value of the column as an id. */
  valueOf(value: unknown): unknown;
}

/** Columns that keep the digits of their numbers. */
export interface ExactColumns {
  metadata: FileMetaData;
  /** A record whose values in these columns are what is written. */
  recordOf(record: { [column: string]: unknown }): { [column: string]: unknown };
}

/** Several columns of {@link exactColumn}. */
export function exactColumns(metadata: FileMetaData, names: readonly string[]): ExactColumns {
  const values = new Map<string, ExactColumn["valueOf"]>();
  let changed = metadata;
  for (const name of names) {
    const exact = exactColumn(changed, name);
    changed = exact.metadata;
    values.set(name, exact.valueOf);
  }
  return {
    metadata: changed,
    recordOf(record) {
      const exact = { ...record };
      for (const [name, exactOf] of values) if (record[name] !== undefined) exact[name] = exactOf(record[name]);
      return exact;
    },
  };
}

/** How a column of ids is read so that decimals, unsigned numbers and bytes stay what they are. */
export function exactColumn(metadata: FileMetaData, name: string): ExactColumn {
  const at = metadata.schema.findIndex((element, i) => i > 0 && element.name === name);
  const element = metadata.schema[at];
  if (!element) return { metadata, valueOf: (value) => value };
  if (isDecimal(element)) {
    const scale = element.scale ?? (element.logical_type as { scale?: number } | undefined)?.scale ?? 0;
    const { converted_type: _, logical_type: __, ...bare } = element;
    const schema = metadata.schema.map((other, i) => (i === at ? bare : other));
    return {
      metadata: { ...metadata, schema },
      valueOf(value) {
        if (value instanceof Uint8Array) return writtenDecimal(bigEndian(value), scale);
        return typeof value === "bigint" || typeof value === "number" ? writtenDecimal(BigInt(value), scale) : value;
      },
    };
  }
  return {
    metadata,
    valueOf(value) {
      if (typeof value === "bigint" && isUnsigned(element)) return BigInt.asUintN(64, value);
      return value instanceof Uint8Array ? idOfBytes(value) : value;
    },
  };
}

function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === "DECIMAL" || logical?.type === "DECIMAL";
}

function isUnsigned({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === "UINT_64" || (logical?.type === "INTEGER" && !logical.isSigned);
}
