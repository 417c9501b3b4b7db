import { stat } from "node:fs/promises";
import { expectBelow, type Platform } from "@climb/ports";
import type { GivenVectors } from "@climb/proto/embedding/v1/embedding_service";
import type { InputFile } from "@climb/readers/input-file";
import { listFiles } from "@climb/readers/list-files";
import { type NpyHeader, readNpyHeader } from "@climb/readers/npy";
import { checkVectorColumns, type VectorColumns } from "@climb/readers/parquet-vectors";
import { firstBytes } from "@climb/readers/source";
import { ServiceError } from "@climb/runtime/worker";

/** Vectors that were made elsewhere, and how they are read. Plain data, stored with an embedding set. */
export interface GivenSettings {
  format: "npy" | "parquet";
  /** By the paths that the caller gave. */
  files: InputFile[];
  columns: VectorColumns;
  /** Of NumPy's files, in their order. */
  headers: NpyHeader[];
}

type Files = Pick<Platform, "callerFile" | "corpusRoots" | "corpusBuckets">;

/** @throws ServiceError invalid PATH_UNREADABLE, INPUT_EMPTY, RECORD_INVALID naming the file; notFound ARTIFACT_MISSING */
export async function planGivenVectors(
  { paths, idField, vectorField }: GivenVectors,
  platform: Files,
): Promise<GivenSettings> {
  if (paths.length === 0) throw unusable("", "no file is named");
  const listed = await Promise.all(paths.map((path) => listVectors(path, platform)));
  const files = listed.flat().filter(({ name }) => isUpload(name) || /\.(npy|parquet)$/i.test(name));
  const columns = { id: idField || "id", vector: vectorField || "vector" };
  const formats: GivenSettings["format"][] = [];
  const headers: NpyHeader[] = [];
  for (const file of files) {
    try {
      const path = await localVectors(file, platform);
      const format = await formatOf(file, path);
      formats.push(format);
      if (format === "parquet") await checkVectorColumns(path, columns);
      else headers.push(await readNpyHeader(path));
    } catch (error) {
      throw error instanceof ServiceError ? error : unusable(file.path, (error as Error).message);
    }
    const [first, last] = [headers[0], headers.at(-1)];
    if (formats.at(-1) !== formats[0]) {
      throw unusable(file.path, "there are .npy and Parquet files, expected one kind");
    }
    if (first && last && first.dimensions !== last.dimensions) {
      const others = `those of ${files[0]?.path} ${first.dimensions}`;
      throw unusable(file.path, `its rows have ${last.dimensions} values, ${others}`);
    }
  }
  const [format] = formats;
  if (!format) throw unusable(paths.join(", "), "there is no .npy or Parquet file");
  return { format, files, columns, headers };
}

/** A file of vectors on this machine. @throws ServiceError invalid PATH_UNREADABLE; notFound ARTIFACT_MISSING */
export async function localVectors({ path }: InputFile, { callerFile, corpusRoots }: Files): Promise<string> {
  return isAddress(path) || !corpusRoots ? callerFile(path) : path;
}

/** What tells these vectors from others: names, sizes and times, as of a corpus. */
export function givenParts({ format, files, columns }: GivenSettings): (string | number)[] {
  const parts = files.flatMap(({ name, sizeBytes, modifiedMs }) => [name, sizeBytes, Math.trunc(modifiedMs)]);
  return ["given", format, columns.id, columns.vector, ...parts];
}

/** Files that were uploaded, or that lie where corpora may be read. */
async function listVectors(path: string, { callerFile, corpusRoots, corpusBuckets }: Files): Promise<InputFile[]> {
  if (isUpload(path)) {
    const { size } = await stat(await callerFile(path));
    return [{ path, name: path, sizeBytes: size, modifiedMs: 0, named: true }];
  }
  // Whoever names a file of their own machine is told to upload it.
  if (corpusRoots && !isAddress(path)) await expectBelow(path, corpusRoots).catch(() => callerFile(path));
  return listFiles([path], { corpusBuckets });
}

async function formatOf({ name }: InputFile, path: string): Promise<GivenSettings["format"]> {
  if (!isUpload(name)) return /\.npy$/i.test(name) ? "npy" : "parquet";
  return (await firstBytes(path, 4)).toString("latin1") === "PAR1" ? "parquet" : "npy";
}

function isAddress(path: string): boolean {
  return path.includes("://");
}

function isUpload(path: string): boolean {
  return path.startsWith("climb://");
}

function unusable(path: string, fault: string): ServiceError {
  const expected = "expected vectors as .npy or Parquet";
  const metadata = { file: path, line: "", field: "" };
  return new ServiceError("invalid", "RECORD_INVALID", `${path}: ${fault}; ${expected}`, metadata);
}
