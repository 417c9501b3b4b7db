import { fastLog2, type Matrix, type PowerColumns, powerColumns } from "@climb/numeric";
import { effectiveWeight } from "./laws/repetition.js";
import { type BinMasks, binMasks } from "./trees/bin-masks.js";
import { type Binning, sameBinning } from "./trees/binning.js";

/** What several models make of the same weights; each is made once, when it is first asked for. */
export interface Transforms {
  /** See {@link logColumns}. */
  logs(onset: Float64Array | undefined): PowerColumns;
  /** rows × domains. */
  roots(): Float64Array;
  masks(binning: Binning, features: Matrix): BinMasks;
}

/** In place of the logarithm of nothing: whatever it is multiplied by, no power of it counts. */
const NO_WEIGHT = -1e6;

/** Equal binnings, each with the one that was there first: those of one fit are told apart once only. */
const firstOfEqual = new WeakMap<Binning, Binning>();

/** @param weights rows on the simplex; must not change afterwards */
export function createTransforms(weights: Matrix): Transforms {
  const logs: { onset: Float64Array | undefined; values: PowerColumns }[] = [];
  const masks: { binning: Binning; features: Matrix; values: BinMasks }[] = [];
  let roots: Float64Array | undefined;
  return {
    logs(onset) {
      const known = logs.find((each) => sameNumbers(each.onset, onset));
      if (known) return known.values;
      const values = logColumns(weights, onset);
      logs.push({ onset, values });
      return values;
    },
    roots() {
      roots ??= weights.data.map(Math.sqrt);
      return roots;
    },
    masks(given, features) {
      const first = firstOfEqual.get(given);
      const known = masks.find(
        (each) =>
          (each.features === features || features.cols === 0) &&
          (each.binning === first || sameBinning(each.binning, given)),
      );
      firstOfEqual.set(given, known?.binning ?? first ?? given);
      if (known) return known.values;
      const values = binMasks(given, { weights, features });
      masks.push({ binning: first ?? given, features, values });
      return values;
    },
  };
}

/** log2 of each weight, rows × domains, of its effective part where repetition counts. @param onset weights from which on each domain repeats */
export function logWeights({ cols, data }: Matrix, onset?: Float64Array): Float64Array {
  return data.map((weight, i) => logWeight(weight, onset?.[i % cols]));
}

/** {@link logWeights}, a column for each domain. */
export function logColumns({ rows, cols, data }: Matrix, onset?: Float64Array): PowerColumns {
  const columns = new Float64Array(data.length);
  for (let j = 0; j < cols; j++) {
    for (let r = 0; r < rows; r++) columns[j * rows + r] = logWeight(data[r * cols + j] as number, onset?.[j]);
  }
  return powerColumns(columns, rows);
}

function logWeight(weight: number, onset: number | undefined): number {
  const effective = onset === undefined ? weight : effectiveWeight(weight, onset);
  return effective > 0 ? fastLog2(effective) : NO_WEIGHT;
}

function sameNumbers(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  return (
    a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((value, i) => value === b[i]))
  );
}
