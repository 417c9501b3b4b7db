/** Points in rows: row r starts at r * dimensions. Float32, as the vectors are stored. */
export interface Points {
  values: Float32Array;
  rows: number;
  dimensions: number;
}

/** The index of the nearest centroid for each row; equal distances go to the lower index. */
export type Nearest = (points: Points) => Promise<Int32Array>;

/** Opens {@link Nearest} for these centroids. The fast one comes of `openNearest`. */
export type NearestFactory = (centroids: Points) => Promise<Nearest>;

/** The rows from `start` on, at most `count`, without copying. */
export function rowsOf({ values, rows, dimensions }: Points, start: number, count: number): Points {
  const taken = Math.min(count, rows - start);
  return { values: values.subarray(start * dimensions, (start + taken) * dimensions), rows: taken, dimensions };
}
