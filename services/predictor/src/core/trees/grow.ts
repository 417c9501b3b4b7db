/** Settings of one boosting run. The defaults are CLIMB's (arXiv 2504.13161, section 4, and its published scripts). */
export interface TreeOptions {
  maxDepth: number;
  minLeafRows: number;
  /** L1 and L2 penalties on the leaf sums, as LightGBM counts them (squared loss, hessian 1 per row). */
  l1: number;
  l2: number;
  learningRate: number;
}

/** Splitting bin of a node that is no split: everything goes left. */
export const NO_SPLIT = 255;

/** What leaves are multiples of: sums of them are whole numbers, the same in whatever order they are added. */
export const LEAF_UNIT = 2 ** -24;

/**
 * Trees as complete binary trees in flat arrays. Tree t has 2^depth − 1 nodes, children of node i are 2i + 1 (bin ≤
 * threshold) and 2i + 2; a node that is no split has threshold {@link NO_SPLIT}.
 */
export interface Forest {
  depth: number;
  splitColumns: Uint8Array;
  splitBins: Uint8Array;
  /** 2^depth per tree, learning rate included: multiples of {@link LEAF_UNIT}. */
  leaves: Float32Array;
}

/** Working memory of {@link growTree}, allocated once per boosting run. */
export interface Grower {
  /** Adds one tree to the forest for the residuals, and adds its output to `predictions` of the trained rows. */
  grow(residuals: Float64Array, predictions: Float64Array, forest: Forest, tree: number): void;
}

interface Node {
  start: number;
  end: number;
  sum: number;
  /** Position of its histogram in the pool, −1 when it will not be split. */
  slot: number;
  /** Columns that may split it, 1 or 0. */
  columns: Uint8Array;
}

/**
 * A grower over fixed rows and bins (column-major, `rowCount` per column). Level by level; of two siblings only the
 * smaller
 * one's histogram is counted, the other is the parent's minus it. As in LightGBM, a column that had no gainful split in
 * a node
 * is not tried again below it.
 */
export function createGrower(
  bins: Uint8Array,
  rowCount: number,
  binCounts: readonly number[],
  rows: Int32Array,
  options: TreeOptions,
): Grower {
  const order = Int32Array.from(rows);
  const spill = new Int32Array(rows.length);
  const offsets: number[] = [];
  let width = 0;
  for (const count of binCounts) {
    offsets.push(width);
    width += count;
  }
  const commonBins = binCounts.map((count, column) =>
    mostFrequent(bins.subarray(column * rowCount, (column + 1) * rowCount), count),
  );
  const { starts, entries } = sparseRows(bins, rowCount, offsets, commonBins);
  const varying = Uint8Array.from(binCounts, (count) => (count > 1 ? 1 : 0));
  const none = new Uint8Array(binCounts.length);
  const slots = 2 ** options.maxDepth;
  const sums = new Float64Array(slots * width);
  const counts = new Int32Array(slots * width);
  const { l1, l2, minLeafRows, learningRate, maxDepth } = options;
  // Looked up by row count: the search for splits would spend most of its time dividing.
  const inverses = Float64Array.from({ length: rows.length + 1 }, (_, count) => 1 / (count + l2));
  const score = (sum: number, count: number) => {
    const kept = Math.max(0, Math.abs(sum) - l1);
    return kept * kept * (inverses[count] as number);
  };

  function fill(node: Node, residuals: Float64Array): void {
    const base = node.slot * width;
    sums.fill(0, base, base + width);
    counts.fill(0, base, base + width);
    const end = node.end;
    for (let i = node.start; i < end; i++) {
      const r = order[i] as number;
      const residual = residuals[r] as number;
      const last = starts[r + 1] as number;
      for (let e = starts[r] as number; e < last; e++) {
        const at = base + (entries[e] as number);
        sums[at] = (sums[at] as number) + residual;
        counts[at] = (counts[at] as number) + 1;
      }
    }
    for (let column = 0; column < binCounts.length; column++) {
      if (node.columns[column] === 0) continue;
      const from = base + (offsets[column] as number);
      const to = from + (binCounts[column] as number);
      let sum = node.sum;
      let count = node.end - node.start;
      for (let at = from; at < to; at++) {
        sum -= sums[at] as number;
        count -= counts[at] as number;
      }
      const common = from + (commonBins[column] as number);
      sums[common] = sum;
      counts[common] = count;
    }
  }

  function subtract(from: Node, part: Node, to: Node): void {
    const [a, b, c] = [from.slot * width, part.slot * width, to.slot * width];
    for (let i = 0; i < width; i++) {
      sums[c + i] = (sums[a + i] as number) - (sums[b + i] as number);
      counts[c + i] = (counts[a + i] as number) - (counts[b + i] as number);
    }
  }

  function bestSplit(node: Node): { column: number; bin: number; columns: Uint8Array } | undefined {
    const columns = new Uint8Array(binCounts.length);
    const total = node.end - node.start;
    const sum = node.sum;
    const mostLeft = total - minLeafRows;
    const unsplit = score(sum, total) + 1e-12;
    let bestGain = unsplit;
    let bestColumn = -1;
    let bestBin = 0;
    for (let column = 0; column < binCounts.length; column++) {
      if (node.columns[column] === 0) continue;
      const base = node.slot * width + (offsets[column] as number);
      const last = (binCounts[column] as number) - 1;
      let left = 0;
      let leftCount = 0;
      for (let bin = 0; bin < last; bin++) {
        const count = counts[base + bin] as number;
        if (count === 0) continue;
        left += sums[base + bin] as number;
        leftCount += count;
        if (leftCount < minLeafRows) continue;
        if (leftCount > mostLeft) break;
        const gain = score(left, leftCount) + score(sum - left, total - leftCount);
        if (gain > unsplit) columns[column] = 1;
        if (gain > bestGain) {
          bestGain = gain;
          bestColumn = column;
          bestBin = bin;
        }
      }
    }
    return bestColumn < 0 ? undefined : { column: bestColumn, bin: bestBin, columns };
  }

  function partition(node: Node, column: number, bin: number): number {
    const from = column * rowCount;
    let [left, spilled] = [node.start, 0];
    for (let i = node.start; i < node.end; i++) {
      const r = order[i] as number;
      if ((bins[from + r] as number) <= bin) order[left++] = r;
      else spill[spilled++] = r;
    }
    order.set(spill.subarray(0, spilled), left);
    return left;
  }

  const sumOf = (start: number, end: number, residuals: Float64Array) => {
    let total = 0;
    for (let i = start; i < end; i++) total += residuals[order[i] as number] as number;
    return total;
  };

  return {
    grow(residuals, predictions, forest, tree) {
      // Ascending rows every time: sums then never depend on the trees grown before.
      order.set(rows);
      const nodesPerTree = 2 ** maxDepth - 1;
      let level: Node[] = [
        { start: 0, end: rows.length, sum: sumOf(0, rows.length, residuals), slot: 0, columns: varying },
      ];
      fill(level[0] as Node, residuals);
      for (let depth = 0; depth < maxDepth; depth++) {
        const next: Node[] = [];
        // A level's histograms live in the slots above those of the level before it.
        const parity = depth % 2 === 0 ? slots / 2 : 0;
        level.forEach((node, position) => {
          const at = tree * nodesPerTree + 2 ** depth - 1 + position;
          const split = node.slot >= 0 ? bestSplit(node) : undefined;
          if (!split) {
            forest.splitBins[at] = NO_SPLIT;
            next.push({ ...node, slot: -1 }, { start: node.end, end: node.end, sum: 0, slot: -1, columns: none });
            return;
          }
          forest.splitColumns[at] = split.column;
          forest.splitBins[at] = split.bin;
          const middle = partition(node, split.column, split.bin);
          const { columns } = split;
          const left: Node = {
            start: node.start,
            end: middle,
            sum: sumOf(node.start, middle, residuals),
            slot: -1,
            columns,
          };
          const right: Node = {
            start: middle,
            end: node.end,
            sum: sumOf(middle, node.end, residuals),
            slot: -1,
            columns,
          };
          if (depth + 1 < maxDepth) {
            const smaller = middle - node.start <= node.end - middle ? left : right;
            const larger = smaller === left ? right : left;
            if (larger.end - larger.start >= 2 * minLeafRows) {
              left.slot = parity + 2 * position;
              right.slot = left.slot + 1;
              fill(smaller, residuals);
              subtract(node, smaller, larger);
              if (smaller.end - smaller.start < 2 * minLeafRows) smaller.slot = -1;
            }
          }
          next.push(left, right);
        });
        level = next;
      }
      level.forEach((leaf, position) => {
        const count = leaf.end - leaf.start;
        const kept = Math.max(0, Math.abs(leaf.sum) - l1);
        const exact = count === 0 ? 0 : (learningRate * Math.sign(leaf.sum) * kept) / (count + l2);
        const output = Math.fround(Math.round(exact / LEAF_UNIT) * LEAF_UNIT);
        forest.leaves[tree * 2 ** maxDepth + position] = output;
        for (let i = leaf.start; i < leaf.end; i++) {
          const r = order[i] as number;
          predictions[r] = (predictions[r] as number) + output;
        }
      });
    },
  };
}

function mostFrequent(column: Uint8Array, binCount: number): number {
  const counts = new Int32Array(binCount);
  for (const bin of column) counts[bin] = (counts[bin] as number) + 1;
  return counts.indexOf(counts.reduce((a, b) => Math.max(a, b)));
}

/**
 * Row by row the histogram positions of its bins, without those in the column's most frequent bin: half the weights of
 * a mixture are zero, and what is left out follows from the node's total.
 */
function sparseRows(
  bins: Uint8Array,
  rowCount: number,
  offsets: readonly number[],
  commonBins: readonly number[],
): { starts: Int32Array; entries: Int32Array } {
  const starts = new Int32Array(rowCount + 1);
  const entries: number[] = [];
  for (let r = 0; r < rowCount; r++) {
    offsets.forEach((offset, column) => {
      const bin = bins[column * rowCount + r] as number;
      if (bin !== commonBins[column]) entries.push(offset + bin);
    });
    starts[r + 1] = entries.length;
  }
  return { starts, entries: Int32Array.from(entries) };
}
