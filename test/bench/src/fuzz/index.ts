import { fuzz, seedResources, startFuzzTarget } from "@climb/testkit/fuzz";
import type { BenchOptions } from "../options.js";

const REQUESTS = 1_000_000;
const SEED = 1;
/** Calls that a method leaves open until their deadline hold up no others. */
const CONCURRENCY = 128;

/**
 * Asks a suite a million things that are nearly right. `internal` counts answers that no bad input may have: INTERNAL,
 * UNKNOWN, an error without a reason, a sentence with what is nobody's business. Memory is compared with that after a tenth
 * of the requests, when caches are warm.
 */
export async function benchFuzz({ requests: given }: BenchOptions): Promise<Record<string, unknown>> {
  const requests = Number(given ?? REQUESTS);
  await using target = await startFuzzTarget();
  const samples = await seedResources(target.address);
  const began = performance.now();
  let warmMb = target.rssMb();
  const warmLogBytes = target.logBytes;
  const report = await fuzz({
    address: target.address,
    requests,
    seed: SEED,
    samples,
    concurrency: CONCURRENCY,
    goesOn: () => target.isAlive,
    onProgress(done) {
      if (done === Math.ceil(requests / 10_000) * 1000) warmMb = target.rssMb();
      if (done % 10_000 === 0) process.stderr.write(`${done} requests, ${Math.round(target.rssMb())} MiB\n`);
    },
  });
  const seconds = (performance.now() - began) / 1000;
  for (const finding of report.findings.slice(0, 20)) process.stderr.write(`${JSON.stringify(finding)}\n`);
  if (!target.isAlive) process.stderr.write(`the suite ended with ${target.end}: ${target.lastLog.slice(-3000)}\n`);
  return {
    bench: "fuzz",
    requests: report.requests,
    internal: report.findings.length,
    crashes: target.isAlive ? 0 : 1,
    rssGrowthMb: Math.round(target.rssMb() - warmMb),
    logBytesPerRequest: Number(((target.logBytes - warmLogBytes) / requests).toFixed(2)),
    requestsPerSecond: Math.round(requests / seconds),
    codes: report.codes,
    reasons: report.pairs.size,
  };
}
