import type { FileMetaData, SchemaElement } from "hyparquet";
import { bigEndian, idOfBytes, writtenDecimal } from "./exact-id.js";

/** A column that keeps the digits of its numbers. */
export interface ExactColumn {
  /** For the reader, which otherwise makes floating-point numbers of decimals. */
  metadata: FileMetaData;
  /** A value of the column as an id. */
  valueOf(value: unknown): unknown;
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
