/** Scales a row, rows[offset …], to length one. @returns its length if it cannot be: 0 or not finite; else undefined */
export function scaleToUnit(rows: Float32Array, offset: number, dimensions: number): number | undefined {
  let squared = 0;
  for (let i = offset; i < offset + dimensions; i++) {
    const value = rows[i] as number;
    squared += value * value;
  }
  const length = Math.sqrt(squared);
  if (!(length > 0 && Number.isFinite(length))) return length;
  for (let i = offset; i < offset + dimensions; i++) rows[i] = (rows[i] as number) / length;
  return undefined;
}
