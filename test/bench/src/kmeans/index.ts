import { CommandError } from "@climb/cli/errors";
import type { BenchOptions } from "../options.js";
import { measureKMeans } from "./measure.js";

/** Ten iterations of k-means, on the given vectors and start or on generated ones. */
export async function benchKMeans(options: BenchOptions): Promise<Record<string, unknown>> {
  const threads = options.threads === undefined ? undefined : Number(options.threads);
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new CommandError(`--threads is ${options.threads}, expected a positive integer`);
  }
  const found = await measureKMeans({ data: options.data, init: options.init, threads }).catch((error: Error) => {
    throw new CommandError(error.message);
  });
  const round = (value: number, digits: number) => Number(value.toPrecision(digits));
  return {
    bench: "kmeans",
    ...found,
    seconds: round(found.seconds, 4),
    pointsPerSecond: Math.round(found.pointsPerSecond),
    gflops: round(found.gflops, 4),
    share: round(found.share, 3),
  };
}
