import { readFileSync } from "node:fs";
import { fromRows, zeros } from "@climb/numeric";
import type { Table } from "./types.js";

/** RegMix's published runs (fixtures/regmix), for tests: weights normalised, losses in nats per token. */
export function regmix(part: "train" | "test"): { domains: string[]; targets: string[]; mixtures: number[][]; losses: number[][] } {
  const mixture = read(`${part}_mixture_1m.csv`);
  const loss = read(`${part}_pile_loss_1m.csv`);
  return {
    domains: mixture.header.map((name) => name.replace("train_the_pile_", "")),
    targets: loss.header.map((name) => name.replace("metric/the_pile_", "").replace("_val_loss", "")),
    mixtures: mixture.rows.map((row) => {
      const sum = row.reduce((a, b) => a + b);
      return row.map((weight) => weight / sum);
    }),
    losses: loss.rows,
  };
}

/** The rows of one target, without features. */
export function regmixTable(part: "train" | "test", target: string): Table {
  const data = regmix(part);
  const column = data.targets.indexOf(target);
  return {
    weights: fromRows(data.mixtures),
    features: zeros(data.mixtures.length, 0),
    values: Float64Array.from(data.losses, (row) => row[column] as number),
  };
}

function read(name: string): { header: string[]; rows: number[][] } {
  const text = readFileSync(new URL(`../../fixtures/regmix/${name}`, import.meta.url), "utf8");
  const [header, ...lines] = text.trim().split(/\r?\n/);
  return {
    header: (header as string).split(",").slice(1),
    rows: lines.map((line) => line.split(",").slice(1).map(Number)),
  };
}
