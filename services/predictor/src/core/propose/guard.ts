/** A target that earns nothing and must not get worse. */
export interface Guard {
  /** Its index among the predictor's targets. */
  target: number;
  /** How much greater than at the reference its predicted value may be, at least 0, in the target's own unit. */
  maxRegression: number;
  /** Weights that sum to 1. */
  reference: Float64Array;
}

/**
 * Units of the objective for each unit by which a guardrail is broken. An exact penalty: as long as it exceeds what the
 * objective gains by breaking the guardrail a little more, the minimum keeps it (Nocedal and Wright, Numerical
 * Optimization, section 17.2).
 */
export const GUARD_STRENGTH = 20;
