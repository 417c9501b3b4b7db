import { seeded, symmetricEigen } from "@climb/numeric";
import { applyGram } from "./apply.js";
import { addProduct, crossBlock, whitening } from "./dense.js";
import { SLICE, type SvdState, type SvdTask, sliceOf } from "./state.js";

/** Does one task on the shared state. */
export function runSvdTask(state: SvdState, task: SvdTask): void {
	switch (task.kind) {
		case "start":
			return start(state, task.slice);
		case "apply":
			return applyGram(
				state.matrix,
				sliceOf(state, state.basis, task.slice),
				sliceOf(state, state.image, task.slice),
			);
		case "gram":
			return gramColumn(
				state,
				task.slice,
				task.left === "image" ? state.image : state.basis,
			);
		case "whiten":
			return state.coefficients.set(whitening(state.gram, state.width));
		case "eigen": {
			const { values, vectors } = symmetricEigen({
				rows: state.width,
				cols: state.width,
				data: state.gram,
			});
			state.coefficients.set(vectors.data);
			return state.eigenvalues.set(values);
		}
		case "combine":
			return task.from === "image"
				? combine(state, task.slice, state.image, state.basis)
				: combine(state, task.slice, state.basis, state.image);
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

function combine(
	state: SvdState,
	slice: number,
	from: Float64Array,
	to: Float64Array,
): void {
	const { width, coefficients } = state;
	const out = sliceOf(state, to, slice);
	out.fill(0);
	const block = new Float64Array(SLICE * SLICE);
	for (let a = 0; a < width / SLICE; a++) {
		let empty = true;
		for (let i = 0; i < SLICE; i++) {
			for (let c = 0; c < SLICE; c++) {
				const value = coefficients[
					(a * SLICE + i) * width + slice * SLICE + c
				] as number;
				block[i * SLICE + c] = value;
				if (value !== 0) empty = false;
			}
		}
		if (!empty) addProduct(sliceOf(state, from, a), block, out);
	}
}
