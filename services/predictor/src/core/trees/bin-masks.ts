import type { Matrix } from "@climb/numeric";
import type { Inputs } from "../types.js";
import type { Binning } from "./binning.js";

/** Rows whose bits stand in one vector of sixteen bytes: row 16 g + l of a slab is bit g of byte l. */
export const SLAB_ROWS = 128;
export const VECTOR_BYTES = 16;
const GROUP_BITS = Math.log2(VECTOR_BYTES);

/** For slabs of rows and for each cut, which of the rows lie beyond it. */
export interface BinMasks {
  rows: number;
  /** Vectors of a slab: one for each cut, column by column, and a last one without any bit. */
  slots: number;
  /** Slab by slab, slot by slot. */
  bytes: Uint8Array;
}

/** Parts that the range of a column is cut into, so that most values need no search. */
const CELLS = 256;

/** The cuts of a column: those before `first[cell]` lie below all values of the cell. */
interface Column {
  cuts: Float64Array;
  perCell: number;
  first: Uint8Array;
}

const known = new WeakMap<Binning, Column[]>();

/** The vector of a column's first cut among a slab's. @param column counts the weights first, then the features */
export function firstSlot({ cuts }: Binning, column: number): number {
  return cuts.slice(0, column).reduce((sum, { length }) => sum + length, 0);
}

/** Where every row lies among the cuts of every column. */
export function binMasks(binning: Binning, { weights, features }: Pick<Inputs, "weights" | "features">): BinMasks {
  const columns = known.get(binning) ?? binning.cuts.map(prepare);
  known.set(binning, columns);
  const slots = columns.reduce((sum, { cuts }) => sum + cuts.length, 1);
  const bytes = new Uint8Array(Math.ceil(weights.rows / SLAB_ROWS) * slots * VECTOR_BYTES);
  const masks: BinMasks = { rows: weights.rows, slots, bytes };
  let slot = 0;
  for (const [c, column] of columns.entries()) {
    const count = column.cuts.length;
    if (count === 0) continue;
    if (c < weights.cols) mark(column, weights, c, masks, slot);
    else mark(column, features, c - weights.cols, masks, slot);
    spread(masks, slot, count);
    slot += count;
  }
  return masks;
}

function prepare(given: readonly number[]): Column {
  const cuts = Float64Array.from(given);
  const count = cuts.length;
  const perCell = count > 1 ? CELLS / ((cuts[count - 1] as number) - (cuts[0] as number)) : 0;
  const first = new Uint8Array(CELLS + 1);
  // Cells rise with values, so a cut in an earlier cell is below all values of a later one.
  for (let cell = 0, below = 0; cell <= CELLS; cell++) {
    while (below < count && cellOf(cuts[below] as number, cuts, perCell) < cell) below++;
    first[cell] = below;
  }
  return { cuts, perCell, first };
}

function cellOf(value: number, cuts: Float64Array, perCell: number): number {
  const cell = (value - (cuts[0] as number)) * perCell;
  return cell < CELLS ? cell | 0 : CELLS;
}

/** Sets the bit of each row in the slot of the last cut that it lies beyond. @param slot of the first cut */
function mark(column: Column, matrix: Matrix, from: number, { rows, slots, bytes }: BinMasks, slot: number): void {
  const { cuts, perCell, first } = column;
  const { cols, data } = matrix;
  const lowest = cuts[0] as number;
  let slab = slot * VECTOR_BYTES;
  for (let start = 0; start < rows; start += SLAB_ROWS, slab += slots * VECTOR_BYTES) {
    const count = Math.min(SLAB_ROWS, rows - start);
    for (let r = 0; r < count; r++) {
      const value = data[(start + r) * cols + from] as number;
      if (!(value > lowest)) continue;
      let beyond = first[cellOf(value, cuts, perCell)] as number;
      while (beyond < cuts.length && value > (cuts[beyond] as number)) beyond++;
      const place = slab + (beyond - 1) * VECTOR_BYTES + (r & (VECTOR_BYTES - 1));
      bytes[place] = (bytes[place] as number) | (1 << (r >> GROUP_BITS));
    }
  }
}

/** Who lies beyond a cut lies beyond those before it. */
function spread({ slots, bytes }: BinMasks, slot: number, count: number): void {
  const words = new Int32Array(bytes.buffer);
  const width = VECTOR_BYTES / Int32Array.BYTES_PER_ELEMENT;
  for (let slab = 0; slab * slots * width < words.length; slab++) {
    const start = (slab * slots + slot) * width;
    for (let at = start + (count - 1) * width - 1; at >= start; at--) {
      words[at] = (words[at] as number) | (words[at + width] as number);
    }
  }
}
