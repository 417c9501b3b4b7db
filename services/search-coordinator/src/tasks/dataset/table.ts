import { fileWriter, ParquetWriter } from "hyparquet-writer";

export type TableRow = (string | null)[];

/** A Parquet file of text columns, which is written row group by row group. */
export interface Table {
  /** Adds a row group. */
  write(rows: readonly TableRow[]): void;
  close(): void;
}

/** Texts hardly repeat, and nobody asks for the least and the greatest: looking for either would cost and gain nothing. */
const TEXT = { encoding: "PLAIN", statistics: false } as const;

/** Creates a table in a file. */
export function createTable(path: string, columns: readonly string[]): Table {
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.map((name) => ({
        name,
        type: "BYTE_ARRAY" as const,
        converted_type: "UTF8" as const,
        repetition_type: "OPTIONAL" as const,
      })),
    ],
  });
  return {
    write(rows) {
      if (rows.length === 0) return;
      const columnData = columns.map((name, c) => ({
        name,
        data: rows.map((row) => row[c]),
        ...(name === "text" && TEXT),
      }));
      writer.write({ columnData, rowGroupSize: rows.length });
    },
    close: () => writer.finish(),
  };
}
