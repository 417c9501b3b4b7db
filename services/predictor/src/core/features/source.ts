import { type Matrix, zeros } from "@climb/numeric";

/** Training-free columns of one target. */
export interface FeatureSource {
  names: string[];
  /** mixtures × features. */
  evaluate(mixtures: Matrix): Matrix;
  /** ∂feature/∂w at one mixture: one array of domains per feature. */
  gradients(weights: ArrayLike<number>): Float64Array[];
}

/** No columns. */
export const noFeatures: FeatureSource = {
  names: [],
  evaluate: (mixtures) => zeros(mixtures.rows, 0),
  gradients: () => [],
};
