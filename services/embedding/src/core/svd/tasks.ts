import { seeded, symmetricEigen } from "@climb/numeric";
import { applyGram } from "./apply.js";
import { addProduct, crossBlock, whitening } from "./dense.js";
import { SLICE, type SvdState, type SvdTask, sliceOf } from "./state.js";

/** Does one task on the shared state. */
export function runSvdTask(state: SvdState, task: SvdTask): void {
  const { basis, image, width } = state;
  switch (task.kind) {
    case "start":
      start(state, task.slice);
      break;
    case "apply":
      applyGram(state.matrix, sliceOf(state, basis, task.slice), sliceOf(state, image, task.slice));
      break;
    case "gram":
      gramColumn(state, task.slice, task.left === "image" ? image : basis);
      break;
    case "whiten":
      state.coefficients.set(whitening(state.gram, width));
      break;
    case "eigen": {
      const { values, vectors } = symmetricEigen({ rows: width, cols: width, data: state.gram });
      state.coefficients.set(vectors.data);
      state.eigenvalues.set(values);
      break;
    }
    case "combine":
      if (task.from === "image") combine(state, task.slice, image, basis);
      else combine(state, task.slice, basis, image);
      break;
  }
}

function start(state: SvdState, slice: number): void {
  const random = seeded(state.seed).child("range finder", slice);
  const out = sliceOf(state, state.image, slice);
  for (let i = 0; i < out.length; i++) out[i] = random.normal();
}

/** The blocks (a, slice) with a ≤ slice, and their mirror images: the matrix is symmetric. */
function gramColumn(state: SvdState, slice: number, left: Float64Array): void {
  const { width, gram } = state;
  const right = sliceOf(state, state.image, slice);
  for (let a = 0; a <= slice; a++) {
    const block = crossBlock(sliceOf(state, left, a), right);
    for (let i = 0; i < SLICE; i++) {
      for (let j = 0; j < SLICE; j++) {
        const value = block[i * SLICE + j] as number;
        const [r, c] = [a * SLICE + i, slice * SLICE + j];
        if (a === slice && i > j) continue;
        gram[r * width + c] = value;
        gram[c * width + r] = value;
      }
    }
  }
}

function combine(state: SvdState, slice: number, from: Float64Array, to: Float64Array): void {
  const { width, coefficients } = state;
  const out = sliceOf(state, to, slice);
  out.fill(0);
  const block = new Float64Array(SLICE * SLICE);
  for (let a = 0; a < width / SLICE; a++) {
    let empty = true;
    for (let i = 0; i < SLICE; i++) {
      for (let c = 0; c < SLICE; c++) {
        const value = coefficients[(a * SLICE + i) * width + slice * SLICE + c] as number;
        block[i * SLICE + c] = value;
        if (value !== 0) empty = false;
      }
    }
    if (!empty) addProduct(sliceOf(state, from, a), block, out);
  }
}
