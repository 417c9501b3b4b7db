/** Compressed sparse rows: row r has columns[rowStart[r] … rowStart[r+1]] (ascending) with the values beside them. */
export interface SparseRows {
  rows: number;
  cols: number;
  rowStart: Float64Array;
  columns: Uint32Array;
  values: Float32Array;
}

/** Joins blocks of rows, in their order, in memory that worker threads can share. @throws RangeError if cols differ. */
export function joinRows(blocks: readonly SparseRows[]): SparseRows {
  const cols = blocks[0]?.cols ?? 0;
  const rows = blocks.reduce((total, block) => total + block.rows, 0);
  const entries = blocks.reduce((total, block) => total + block.values.length, 0);
  const joined = {
    rows,
    cols,
    rowStart: new Float64Array(new SharedArrayBuffer((rows + 1) * 8)),
    columns: new Uint32Array(new SharedArrayBuffer(entries * 4)),
    values: new Float32Array(new SharedArrayBuffer(entries * 4)),
  };
  let [row, entry] = [0, 0];
  for (const block of blocks) {
    if (block.cols !== cols) throw new RangeError(`a block has ${block.cols} columns, expected ${cols}`);
    joined.columns.set(block.columns, entry);
    joined.values.set(block.values, entry);
    for (let r = 0; r < block.rows; r++) joined.rowStart[row + r] = entry + (block.rowStart[r] as number);
    row += block.rows;
    entry += block.values.length;
  }
  joined.rowStart[rows] = entry;
  return joined;
}
