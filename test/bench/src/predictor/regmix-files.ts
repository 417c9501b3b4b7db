import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Mixtures and results of one part of RegMix's published runs (or of files of the same form). */
export interface Runs {
  domains: string[];
  /** Names of the losses. */
  targets: string[];
  /** Weights, each row divided by its sum: the published ones are rounded to three digits. */
  mixtures: number[][];
  /** Losses in nats a token. */
  losses: number[][];
}

/** The sizes of model that RegMix tested on, with the part of the file names that tells them. */
export const TEST_SIZES = { "1m": "1m", "60m": "60m", "1b": "1B" } as const;
export type TestSize = keyof typeof TEST_SIZES;

/** @throws RangeError naming the file, line and column of what is missing or wrong */
export function readTraining(folder: string): Runs {
  return readRuns(folder, "train", "1m");
}

/** @throws RangeError naming the file, line and column of what is missing or wrong */
export function readTest(folder: string, size: TestSize): Runs {
  return readRuns(folder, "test", TEST_SIZES[size]);
}

function readRuns(folder: string, part: "train" | "test", size: string): Runs {
  const mixtures = readTable(join(folder, `${part}_mixture_${size}.csv`));
  const losses = readTable(join(folder, `${part}_pile_loss_${size}.csv`));
  const byIndex = new Map(losses.rows.map((row) => [row[0], row.slice(1)]));
  return {
    domains: mixtures.columns.map((name) => name.replace("train_the_pile_", "")),
    targets: losses.columns.map((name) => name.replace(/^metric\/the_pile_/, "").replace(/_val_loss$/, "")),
    mixtures: mixtures.rows.map(([, ...weights]) => {
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((weight) => weight / sum);
    }),
    losses: mixtures.rows.map(([index]) => {
      const found = byIndex.get(index);
      if (!found) throw new RangeError(`${losses.file} has no row with index ${index}, which ${mixtures.file} has`);
      return found;
    }),
  };
}

function readTable(file: string): { file: string; columns: string[]; rows: number[][] } {
  if (!existsSync(file))
    throw new RangeError(`${file} does not exist; expected RegMix's published files in this folder`);
  const [header = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const [, ...columns] = header.split(",");
  const rows = lines.map((line, i) => {
    const values = line.split(",").map((cell) => (cell.trim() === "" ? Number.NaN : Number(cell)));
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0 || values.length !== columns.length + 1) {
      const found = at >= 0 ? `column ${at + 1} is "${line.split(",")[at]}"` : `${values.length} columns`;
      throw new RangeError(`${file}, line ${i + 2}: found ${found}; expected ${columns.length + 1} numbers`);
    }
    return values;
  });
  return { file, columns, rows };
}
