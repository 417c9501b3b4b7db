import { CommandError } from "@climb/cli/errors";
import { table } from "@climb/cli/table";
import type { BenchOptions } from "../options.js";
import { BENCHMARK_PRESETS, measurePresets } from "./processes.js";

const round = (value: number, digits: number) => Number(value.toPrecision(digits));

/** How fast the presets train, on one thread and on several, and how near that is to the fastest matrix product. */
export async function benchTraining(options: BenchOptions): Promise<Record<string, unknown>> {
  const presets = options.presets?.split(",") ?? [...BENCHMARK_PRESETS];
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const speeds = await measurePresets({
    presets,
    onPreset: (preset) => say(`measuring ${preset}`),
  }).catch((error: Error) => {
    throw new CommandError(error.message);
  });
  const figures = Object.fromEntries(
    Object.entries(speeds).map(([preset, speed]) => [
      preset,
      {
        tokensPerSecond: round(speed.tokensPerSecond, 4),
        gflops: round(speed.gflops, 4),
        peakGflops: round(speed.peakGflops, 4),
        share: round(speed.share, 3),
        ...(speed.twoWorkersRatio !== undefined && { twoWorkersRatio: round(speed.twoWorkersRatio, 3) }),
        allCoresTokensPerSecond: round(speed.allCoresTokensPerSecond, 4),
        peakRssMb: Math.round(speed.peakRssMb),
        sessionMs: Math.round(speed.sessionMs),
        parameters: speed.parameters,
      },
    ]),
  );
  if (!options.json) {
    const header = ["preset", "parameters", "tokens/s", "GFLOPS", "of peak", "2 workers", "all cores", "MB", "open ms"];
    const rows = Object.entries(figures).map(([preset, f]) => [
      preset,
      f.parameters,
      f.tokensPerSecond,
      f.gflops,
      f.share,
      f.twoWorkersRatio ?? "–",
      f.allCoresTokensPerSecond,
      f.peakRssMb,
      f.sessionMs,
    ]);
    for (const line of table(header, rows)) say(line);
  }
  return { bench: "training", presets: figures };
}
