import { fastLog2, type Matrix } from "@climb/numeric";
import { effectiveWeight } from "./laws/repetition.js";
import { type Binning, binInputs, sameBinning } from "./trees/binning.js";

/** What several models make of the same weights; each is made once, when it is first asked for. */
export interface Transforms {
  /** rows × domains: log2 of each weight, of its effective part where repetition counts; {@link NO_WEIGHT} for none. */
  logs(onset: Float64Array | undefined): Float64Array;
  /** rows × domains. */
  roots(): Float64Array;
  /** As {@link binInputs}. */
  bins(binning: Binning, features: Matrix): Uint8Array;
}

/** In place of the logarithm of nothing: whatever it is multiplied by, no power of it counts. */
const NO_WEIGHT = -1e6;

/** @param weights rows on the simplex; must not change afterwards */
export function createTransforms(weights: Matrix): Transforms {
  const logs: { onset: Float64Array | undefined; values: Float64Array }[] = [];
  const bins: { binning: Binning; features: Matrix; values: Uint8Array }[] = [];
  let roots: Float64Array | undefined;
  return {
    logs(onset) {
      const known = logs.find((each) => sameNumbers(each.onset, onset));
      if (known) return known.values;
      const values = logWeights(weights, onset);
      logs.push({ onset, values });
      return values;
    },
    roots() {
      roots ??= weights.data.map(Math.sqrt);
      return roots;
    },
    bins(binning, features) {
      const known = bins.find(
        (each) => (each.features === features || features.cols === 0) && sameBinning(each.binning, binning),
      );
      if (known) return known.values;
      const values = binInputs(binning, { weights, features });
      bins.push({ binning, features, values });
      return values;
    },
  };
}

/** See {@link Transforms.logs}. @param onset weights from which on each domain repeats */
export function logWeights({ cols, data }: Matrix, onset?: Float64Array): Float64Array {
  const logs = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const w = data[i] as number;
    const effective = onset === undefined ? w : effectiveWeight(w, onset[i % cols] as number);
    logs[i] = effective > 0 ? fastLog2(effective) : NO_WEIGHT;
  }
  return logs;
}

function sameNumbers(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  return (
    a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((value, i) => value === b[i]))
  );
}
