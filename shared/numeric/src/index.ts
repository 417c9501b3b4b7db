export { type DocumentSizes, selectCopies, shuffleKey } from "./draw.js";
export { gram } from "./gram.js";
export { fromHalf, fromHalves, toHalf, toHalves } from "./half.js";
export { createIdTable, type IdTable } from "./id-table.js";
export {
  cholesky,
  choleskySolve,
  fromRows,
  type Matrix,
  multiply,
  row,
  transpose,
  zeros,
} from "./matrix.js";
export {
  difference,
  type Estimate,
  estimate,
  type Noise,
  pooledNoise,
  probabilityLower,
  standardErrorOfDifference,
} from "./pooled-noise.js";
export { LOG_OF_NOTHING, type PowerColumns, powerColumns } from "./power-columns.js";
export { fastExp2, fastLog2 } from "./powers.js";
export { hashSeed, type Random, seeded } from "./random.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  readSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderBytes,
} from "./safetensors.js";
export {
  effectiveDomains,
  klDivergence,
  normalise,
  projectToSimplex,
  roundMixture,
  toMillionths,
} from "./simplex.js";
export {
  mean,
  median,
  pearson,
  quantile,
  ranks,
  rSquared,
  spearman,
  standardDeviation,
  studentTCdf,
  studentTQuantile,
  variance,
} from "./stats.js";
export { symmetricEigen } from "./symmetric-eigen.js";
export { argMax, dot, norm, squaredDistance, sum, type Vector } from "./vector.js";
export * as wasm from "./wasm/index.js";
