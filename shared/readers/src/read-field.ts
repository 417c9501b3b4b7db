import { ServiceError } from "@climb/runtime/worker";
import { readPiece } from "./read-piece.js";
import { statOf } from "./walk.js";

/** A record's id and one of its fields, as text; "" for null and blanks. */
export interface FieldValue {
  id: string;
  value: string;
}

/**
 * A field of every record of a file that is whatever a corpus may be: JSON of any layout, CSV, Parquet, Arrow; plain or packed.
 * Numbers keep their digits, ids and values alike.
 * @param file where it lies, and the name that its owner gave it
 * @throws ServiceError invalid RECORD_INVALID naming file and line of the first record that lacks
 *   the id or the field, or whose id comes again
 */
export async function* readField(
  { path, name }: { path: string; name: string },
  field: string,
): AsyncGenerator<FieldValue> {
  const { size: sizeBytes, mtimeMs: modifiedMs } = await statOf(path);
  const file = { path, name, sizeBytes, modifiedMs, named: true };
  const options = {
    format: "auto" as const,
    textField: field,
    idField: "id",
    valueAsText: true,
    maxBadShare: 0,
    maxDocumentBytes: Number.MAX_SAFE_INTEGER,
    maxDocuments: 0,
  };
  const onBad = ({ line, reason }: { line: number; reason: string }) => {
    throw invalid(line, reason);
  };
  const invalid = (line: number, reason: string) => {
    const metadata = { file: name, line: line > 0 ? String(line) : "", field };
    return new ServiceError("invalid", "RECORD_INVALID", `${line > 0 ? `${name}:${line}` : name}: ${reason}`, metadata);
  };
  for await (const records of readPiece({ files: [file] }, options, { onBad })) {
    for (const { id, text, source } of records) {
      if (id === source || id.startsWith(`${source}#`)) throw invalid(0, `no records with id and ${field}`);
      const [, line] = id.startsWith(`${source}:`) ? (/:(\d+)$/.exec(id) ?? []) : [];
      if (line !== undefined) throw invalid(Number(line), 'no field "id"');
      yield { id, value: text };
    }
  }
}
