import { seeded, symmetricEigen } from "@climb/numeric";
import { applyGram } from "./apply.js";
import type { Dense } from "./dense.js";
import { blocksOf, gatherBlock, type SvdState, type SvdTask, scatterBlock, sliceOf } from "./state.js";
import { whitening } from "./whitening.js";

/** Does one task on the shared state. */
export async function runSvdTask(state: SvdState, task: SvdTask, dense: Dense): Promise<void> {
  const { basis, image, width } = state;
  switch (task.kind) {
    case "start":
      start(state, task.slice);
      break;
    case "apply":
      applyGram(state.matrix, sliceOf(state, basis, task.slice), sliceOf(state, image, task.slice));
      break;
    case "gram":
      await gramOfBlock(state, task.block, task.left === "image" ? image : basis, dense);
      break;
    case "whiten":
      state.coefficients.set(whitening(summedGram(state), width));
      break;
    case "eigen": {
      const { values, vectors } = symmetricEigen({ rows: width, cols: width, data: summedGram(state) });
      state.coefficients.set(vectors.data);
      state.eigenvalues.set(values);
      break;
    }
    case "combine":
      if (task.from === "image") await combine(state, task.block, image, basis, dense);
      else await combine(state, task.block, basis, image, dense);
      break;
  }
}

function start(state: SvdState, slice: number): void {
  const random = seeded(state.seed).child("range finder", slice);
  const out = sliceOf(state, state.basis, slice);
  for (let i = 0; i < out.length; i++) out[i] = random.normal();
}

async function gramOfBlock(state: SvdState, block: number, left: Float64Array, dense: Dense): Promise<void> {
  const { image, grams, width } = state;
  const right = gatherBlock(state, image, block);
  const gram = await dense.cross(left === image ? right : gatherBlock(state, left, block), right, width);
  grams.set(gram, block * width * width);
}

/** The Gram matrix of all blocks, added up in their order, of which only the lower triangle counts: it is symmetric. */
function summedGram({ terms, grams, width }: SvdState): Float64Array {
  const sum = new Float64Array(width * width);
  for (let block = 0; block < blocksOf(terms); block++) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (grams[block * sum.length + i] as number);
  }
  return sum;
}

async function combine(
  state: SvdState,
  block: number,
  from: Float64Array,
  to: Float64Array,
  dense: Dense,
): Promise<void> {
  // ONNX Runtime takes no memory that threads share.
  const coefficients = state.coefficients.slice();
  const rows = await dense.times(gatherBlock(state, from, block), coefficients, state.width);
  scatterBlock(state, to, block, rows);
}
