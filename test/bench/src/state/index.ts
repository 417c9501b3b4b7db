import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchOptions } from "../options.js";
import { measureList } from "./list.js";
import { measureQueue } from "./queue.js";
import { measureWatchers } from "./watchers.js";

/** What the state of a suite costs that has been used for long. */
export async function benchState(_options: BenchOptions): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), "climb-state-"));
  try {
    const { watch1000, search } = await measureWatchers(join(folder, "watch"));
    const list = await measureList(join(folder, "list"), search.record);
    const queueMillion = await measureQueue(join(folder, "queue"));
    return {
      bench: "state",
      list10000Ms: list.medianMs,
      listDistribution: list,
      watch1000,
      queueMillion,
      bytesPerSearch: search.bytes,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
