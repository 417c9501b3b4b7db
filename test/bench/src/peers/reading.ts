import { join } from "node:path";
import { listFiles } from "@climb/readers/list-files";
import { readCorpus } from "@climb/readers/read-corpus";
import { STRICT } from "../strict.js";
import { compare, cpuSecondsOf } from "./compare.js";
import type { Python } from "./python.js";

/** JSON lines against DuckDB, one thread each. @param lines a plain file */
export function measureJsonl(lines: string, python: Python) {
  return compare(
    () => cpuSecondsOf(() => readAll(lines)),
    () => python("jsonl", { path: lines }),
  );
}

/** Parquet against pyarrow, one thread each; undefined where there is no pyarrow to write the file. */
export async function measureParquet(lines: string, folder: string, python: Python) {
  const path = join(folder, "documents.parquet");
  const written = await python("write_parquet", { source: lines, path });
  if ("missing" in written) return { skipped: `${written.missing} is not installed` };
  return compare(
    () => cpuSecondsOf(() => readAll(path)),
    () => python("parquet", { path }),
  );
}

async function readAll(path: string): Promise<number> {
  let documents = 0;
  for await (const { text } of readCorpus(await listFiles([path]), STRICT, () => {})) if (text !== "") documents++;
  return documents;
}
