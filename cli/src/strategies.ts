import { Strategy } from "@climb/proto/search/v1/search_service";

/** The strategies by the names that SEARCH.yaml has for them. */
export const STRATEGIES = {
  climb: Strategy.STRATEGY_CLIMB,
  "climb-paper": Strategy.STRATEGY_CLIMB_PAPER,
  regmix: Strategy.STRATEGY_REGMIX,
  doremi: Strategy.STRATEGY_DOREMI,
  gradient: Strategy.STRATEGY_GRADIENT,
  merge: Strategy.STRATEGY_MERGE,
  random: Strategy.STRATEGY_RANDOM,
  "zero-run": Strategy.STRATEGY_ZERO_RUN,
  proportional: Strategy.STRATEGY_PROPORTIONAL,
  uniform: Strategy.STRATEGY_UNIFORM,
  unimax: Strategy.STRATEGY_UNIMAX,
};

export type StrategyName = keyof typeof STRATEGIES;

export const STRATEGY_NAMES = Object.keys(STRATEGIES) as StrategyName[];
