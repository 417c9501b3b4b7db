import type { Random } from "@climb/numeric";
import { evaluatePowerLaw, fitPowerLaw } from "./laws/power-law.js";
import { selectRows, type Table } from "./types.js";

/** 95 % quantile of the standard normal distribution. */
const Z = 1.6449;

/**
 * How far the 90 % interval must reach further on each side, in the unit of the values, because the model that is
 * predicted for has another size than the proxies. Each size of proxy is left out once and predicted from the others; the
 * root mean square error, divided by the distance in log(parameters) to the nearest size that is left, is how fast the
 * prediction goes wrong, and the worst of these rates times the target's own distance is the error to expect. A size that
 * was measured needs nothing. Sizes whose rows cannot be predicted, because too few rows are left, are passed over.
 * @returns 0 where all rows are of one size
 */
export function transferError(table: Table, random: Random): number {
  const { capacities, weights } = table;
  if (!capacities) return 0;
  const sizes = [...new Set(capacities)].sort((a, b) => a - b);
  const largest = sizes.at(-1) as number;
  const distance = distanceTo(table.targetCapacity ?? largest, sizes);
  if (distance === 0) return 0;
  let worst = 0;
  for (const left of sizes) {
    const others = sizes.filter((size) => size !== left);
    const rows = (keep: (size: number) => boolean) =>
      Array.from(capacities.keys()).filter((r) => keep(capacities[r] as number));
    const trained = selectRows(
      { ...table, targetCapacity: left },
      rows((size) => size !== left),
    );
    if (trained.values.length < weights.cols + 3) continue;
    const law = fitPowerLaw({ ...trained, onset: undefined }, random.child("without", left));
    const heldOut = selectRows(
      table,
      rows((size) => size === left),
    );
    let squares = 0;
    heldOut.values.forEach((value, i) => {
      const { cols, data } = heldOut.weights;
      squares += (value - evaluatePowerLaw(law, data.subarray(i * cols, (i + 1) * cols))) ** 2;
    });
    worst = Math.max(worst, Math.sqrt(squares / heldOut.values.length) / distanceTo(left, others));
  }
  return Z * worst * distance;
}

/** Distance to the nearest of the sizes in log(parameters). */
function distanceTo(size: number, sizes: readonly number[]): number {
  return Math.min(...sizes.map((other) => Math.abs(Math.log(size / other))));
}
