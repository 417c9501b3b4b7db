import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeShard } from "@climb/readers/shard-file";
import { dealShard } from "@climb/search-coordinator/tasks/dataset/deal";
import { writeMixed } from "@climb/search-coordinator/tasks/dataset/write-parts";
import { taskHere } from "@climb/testkit";
import { compare, cpuSecondsOf } from "./compare.js";
import type { Python } from "./python.js";

/** A document as it is stored. */
export interface Stored {
  id: string;
  text: string;
}

const PARTS = 4;

/** All documents of one shard shuffled and written as Parquet, against DuckDB that reads JSON lines, one thread each. */
export async function measureDataset(documents: readonly Stored[], lines: string, folder: string, python: Python) {
  const documentsPath = join(folder, "shard.jsonl.gz");
  const assignmentsPath = join(folder, "assignments.i32");
  await writeFile(documentsPath, await encodeShard(documents.map((each) => ({ ...each, source: "" }))));
  await writeFile(assignmentsPath, new Int32Array(documents.length));
  const dealt = join(folder, "dealt");
  const ours = async () => {
    const copies = new Uint16Array(documents.length).fill(1);
    await dealShard(
      {
        shard: { documentsPath, assignmentsPath },
        first: 0,
        domainIds: ["0"],
        carried: [],
        dealing: { kind: "mixed", seed: 1, parts: PARTS, copies },
        path: dealt,
      },
      taskHere,
    );
    const bytes = await readFile(dealt);
    const table = new BigUint64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 8 * (PARTS + 1)));
    for (let part = 0; part < PARTS; part++) {
      const path = join(folder, `part-${part}`);
      await writeFile(path, bytes.subarray(Number(table[part]), Number(table[part + 1])));
      await writeMixed({ path, folder: join(folder, `mixed-${part}`), fileBytes: 0, carried: [] });
    }
  };
  return compare(
    () => cpuSecondsOf(ours),
    () => python("dataset", { paths: [lines], path: join(folder, "peer.parquet") }),
  );
}
