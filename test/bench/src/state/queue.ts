import { type JobQueue, openEmbeddedPlatform } from "@climb/ports";
import { createLifecycle, createLogger } from "@climb/runtime";

const MILLION = 1_000_000;
const BATCH = 10_000;
/** Workers that lease at once, as the processes and slots of a busy cluster do. */
const WORKERS = 64;
/** Jobs that are leased and completed of each queue. */
const SAMPLE = 20_000;

/** Microseconds for a job to be queued, leased and completed, in a queue of a million and in one of a thousand. */
export async function measureQueue(dataDir: string) {
  const logger = createLogger({ service: "bench", level: "silent" });
  const lifecycle = createLifecycle({ logger });
  const platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  try {
    const thousand = await perJobUs(platform.queue("thousand"), 1000, 1000);
    const million = await perJobUs(platform.queue("million"), MILLION, SAMPLE);
    return { perJobUs: million, perJobUsOfThousand: thousand };
  } finally {
    await lifecycle.close();
  }
}

async function perJobUs(queue: JobQueue, jobs: number, sample: number): Promise<number> {
  const payload = Buffer.from("{}");
  const begun = performance.now();
  for (let from = 0; from < jobs; from += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, jobs - from) }, (_, i) => ({ id: `job-${from + i}`, payload }));
    await queue.enqueue(ids);
  }
  const queuedUs = (1000 * (performance.now() - begun)) / jobs;
  const leasing = performance.now();
  let left = sample;
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      while (left-- > 0) await (await queue.lease({ waitMs: 0 }))?.complete();
    }),
  );
  return Math.round(queuedUs + (1000 * (performance.now() - leasing)) / sample);
}
