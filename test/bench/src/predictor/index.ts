import { resolve } from "node:path";
import { CommandError } from "@climb/cli/errors";
import { table } from "@climb/cli/table";
import type { BenchOptions } from "../options.js";
import { measurePredictor } from "./measure.js";

/** How well the predictor ranks unseen mixtures of RegMix's published runs. */
export async function benchPredictor(options: BenchOptions): Promise<Record<string, unknown>> {
  const folder = resolve(options.data ?? "../shared/data/regmix");
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const found = await measurePredictor({
    folder,
    onStep: (done, total) => {
      if (done === 1 || done % 5 === 0 || done === total) say(`fits: ${done} of ${total}`);
    },
  }).catch((error: unknown) => {
    if (error instanceof RangeError) throw new CommandError(error.message);
    throw error;
  });
  const figures = rounded(found) as typeof found;
  if (!options.json) {
    const parts = [["512 runs", figures.full] as const, ...Object.entries(figures.runs)];
    const rows = parts.flatMap(([runs, sizes]) =>
      Object.entries(sizes).map(([size, f]) => [
        `${runs}, ${size}`,
        f.pileCc,
        f.mean13,
        f.average,
        f.bestPickRank,
        f.coverage90 ?? "–",
      ]),
    );
    const header = ["fitted on, tested at", "Pile-CC", "mean of 13", "average", "best pick", "coverage"];
    for (const line of table(header, rows)) say(line);
    say(`all 13 losses fitted on all runs in ${figures.fitSeconds} s`);
  }
  return { bench: "predictor", ...figures };
}

function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(4));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
}
