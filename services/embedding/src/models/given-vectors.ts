import type { GivenVectors } from "@climb/proto/embedding/v1/embedding_service";
import { ServiceError } from "@climb/runtime";
import type { InputFile } from "../readers/input-file.js";
import { listFiles } from "../readers/list-files.js";
import { readNpyHeader } from "../readers/npy.js";
import { checkVectorColumns, type VectorColumns } from "../readers/parquet-vectors.js";

/** Vectors that were made elsewhere, and how they are read. */
export interface GivenSettings {
  format: "npy" | "parquet";
  files: InputFile[];
  columns: VectorColumns;
}

/** @throws ServiceError invalid PATH_UNREADABLE, INPUT_EMPTY, RECORD_INVALID naming the file */
export async function planGivenVectors({ paths, idField, vectorField }: GivenVectors): Promise<GivenSettings> {
  if (paths.length === 0) throw unusable("", "no file is named");
  const listed = await listFiles(paths);
  const files = listed.filter(({ name }) => /\.(npy|parquet)$/i.test(name));
  const [first] = files;
  if (!first) throw unusable(paths.join(", "), "there is no .npy or Parquet file");
  const format = formatOf(first);
  const columns = { id: idField || "id", vector: vectorField || "vector" };
  let dimensions: number | undefined;
  for (const file of files) {
    if (formatOf(file) !== format) throw unusable(file.path, "there are .npy and Parquet files, expected one kind");
    try {
      if (format === "parquet") await checkVectorColumns(file.path, columns);
      else {
        const header = await readNpyHeader(file.path);
        dimensions ??= header.dimensions;
        if (header.dimensions === dimensions) continue;
        throw new Error(`its rows have ${header.dimensions} values, those of ${first.path} ${dimensions}`);
      }
    } catch (error) {
      throw unusable(file.path, (error as Error).message);
    }
  }
  return { format, files, columns };
}

/** What tells these vectors from others: names, sizes and times, as of a corpus. */
export function givenParts({ format, files, columns }: GivenSettings): (string | number)[] {
  const parts = files.flatMap(({ name, sizeBytes, modifiedMs }) => [name, sizeBytes, Math.trunc(modifiedMs)]);
  return ["given", format, columns.id, columns.vector, ...parts];
}

function formatOf({ name }: InputFile): GivenSettings["format"] {
  return /\.npy$/i.test(name) ? "npy" : "parquet";
}

function unusable(path: string, fault: string): ServiceError {
  const expected = "expected vectors as .npy or Parquet";
  const metadata = { file: path, line: "", field: "" };
  return new ServiceError("invalid", "RECORD_INVALID", `${path}: ${fault}; ${expected}`, metadata);
}
