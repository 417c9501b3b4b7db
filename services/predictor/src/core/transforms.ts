import { fastLog2, LOG_OF_NOTHING, type Matrix, type PowerColumns, powerColumns } from "@climb/numeric";
import { effectiveWeight } from "./laws/repetition.js";
import { type BinMasks, binMasks } from "./trees/bin-masks.js";
import { type Binning, sameBinning } from "./trees/binning.js";

/** What several models make of the same weights; each is made once, when it is first asked for. */
export interface Transforms {
  /** See {@link weightPowers}. */
  powers(onset: Float64Array | undefined): PowerColumns;
  /** rows × domains. */
  roots(): Float64Array;
  masks(binning: Binning, features: Matrix): BinMasks;
}

/** Equal binnings, each with the one that was there first: those of one fit are told apart once only. */
const firstOfEqual = new WeakMap<Binning, Binning>();

/** @param weights rows on the simplex; must not change afterwards */
export function createTransforms(weights: Matrix): Transforms {
  const powers: { onset: Float64Array | undefined; values: PowerColumns }[] = [];
  const masks: { binning: Binning; features: Matrix; values: BinMasks }[] = [];
  let roots: Float64Array | undefined;
  return {
    powers(onset) {
      const known = powers.find((each) => sameNumbers(each.onset, onset));
      if (known) return known.values;
      const values = weightPowers(weights, onset);
      powers.push({ onset, values });
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
export function logWeights(weights: Matrix, onset?: Float64Array): Float64Array {
  return effectiveWeights(weights, onset).map((weight) => (weight > 0 ? fastLog2(weight) : LOG_OF_NOTHING));
}

/** The weights, or their effective parts, for powers of them. */
export function weightPowers(weights: Matrix, onset?: Float64Array): PowerColumns {
  return powerColumns({ ...weights, data: effectiveWeights(weights, onset) });
}

function effectiveWeights({ cols, data }: Matrix, onset: Float64Array | undefined): Float64Array {
  return onset ? data.map((weight, i) => effectiveWeight(weight, onset[i % cols] as number)) : data;
}

function sameNumbers(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  return (
    a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((value, i) => value === b[i]))
  );
}
