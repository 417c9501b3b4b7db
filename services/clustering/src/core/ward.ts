/** One merge: two nodes become one. Leaves are 0 to n−1 in order; merge i makes node n+i. */
export interface Merge {
  left: number;
  right: number;
  /** Ward distance, on the scale of Euclidean distances (as scipy's `linkage(…, "ward")` for points of weight one). */
  distance: number;
  /** Weight below the new node. */
  weight: number;
}

/**
 * Ward's agglomeration of weighted centroids, the whole tree, by the Lance-Williams recurrence (Murtagh and Legendre
 * 2014, "ward.D2"). The distance of two nodes is sqrt(2 w_a w_b / (w_a + w_b)) ‖c_a − c_b‖, each joined pair being the
 * one that raises the sum of squares least; of equal pairs the one with the lowest numbers is joined first.
 * @param centroids (n, dimensions), row-major
 * @param weights size of each centroid, positive; divided by their mean so that distances stay on the Euclidean scale
 */
export function wardTree(centroids: Float32Array, dimensions: number, weights: ArrayLike<number>): Merge[] {
  const n = weights.length;
  const nodes = Array.from({ length: n }, (_, i) => i);
  let total = 0;
  for (let i = 0; i < n; i++) total += weights[i] as number;
  const weight = Float64Array.from(weights, (w) => (w * n) / total);
  // Squared distances between the nodes that stand in slots i and j, both ways.
  const squared = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      let d = 0;
      for (let k = 0; k < dimensions; k++) {
        d += ((centroids[i * dimensions + k] as number) - (centroids[j * dimensions + k] as number)) ** 2;
      }
      const [a, b] = [weight[i] as number, weight[j] as number];
      squared[i * n + j] = squared[j * n + i] = (2 * a * b * d) / (a + b);
    }
  }
  const merges: Merge[] = [];
  const alive = Array.from({ length: n }, (_, i) => i);
  while (alive.length > 1) {
    const [i, j, d] = closest(alive, squared, n);
    const [a, b] = [weight[i] as number, weight[j] as number];
    for (const k of alive) {
      if (k === i || k === j) continue;
      const c = weight[k] as number;
      const joined =
        ((a + c) * (squared[i * n + k] as number) + (b + c) * (squared[j * n + k] as number) - c * d) / (a + b + c);
      squared[i * n + k] = squared[k * n + i] = joined;
    }
    const [left, right] = [nodes[i] as number, nodes[j] as number].sort((x, y) => x - y) as [number, number];
    merges.push({ left, right, distance: Math.sqrt(d), weight: ((a + b) * total) / n });
    weight[i] = a + b;
    nodes[i] = n + merges.length - 1;
    alive.splice(alive.indexOf(j), 1);
  }
  return merges;
}

function closest(alive: readonly number[], squared: Float64Array, n: number): [number, number, number] {
  let [bestI, bestJ, best] = [0, 0, Number.POSITIVE_INFINITY];
  for (let x = 0; x < alive.length; x++) {
    const i = alive[x] as number;
    for (let y = x + 1; y < alive.length; y++) {
      const j = alive[y] as number;
      const d = squared[i * n + j] as number;
      if (d < best) [bestI, bestJ, best] = [i, j, d];
    }
  }
  return [bestI, bestJ, best];
}

/** Where to cut the tree: at a number of groups, or below a distance. */
export type Cut = { groups: number } | { distance: number };

/**
 * The group of each of the n leaves after the merges that the cut allows. Groups are numbered by their first leaf.
 * @throws RangeError if more groups than leaves, or fewer than one, are asked for.
 */
export function cutTree(leaves: number, merges: readonly Merge[], cut: Cut): Int32Array {
  let applied = 0;
  if ("groups" in cut) {
    if (!(cut.groups >= 1 && cut.groups <= leaves)) {
      throw new RangeError(`a tree of ${leaves} clusters can be cut into 1 to ${leaves} domains, got ${cut.groups}`);
    }
    applied = leaves - cut.groups;
  } else {
    while (applied < merges.length && (merges[applied] as Merge).distance <= cut.distance) applied++;
  }
  const parent = Int32Array.from({ length: leaves + applied }, (_, i) => i);
  merges.slice(0, applied).forEach((merge, i) => {
    parent[merge.left] = parent[merge.right] = leaves + i;
  });
  // Parents come after their children, so one pass from the top gives every node its root.
  for (let i = parent.length - 1; i >= 0; i--) parent[i] = parent[parent[i] as number] as number;
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: leaves }, (_, leaf) => {
    const root = parent[leaf] as number;
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}

/** Weighted mean of the rows of each group: (groups, dimensions). */
export function groupCentroids(
  centroids: Float32Array,
  dimensions: number,
  weights: ArrayLike<number>,
  groups: Int32Array,
): Float32Array {
  const count = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const sums = new Float64Array(count * dimensions);
  const total = new Float64Array(count);
  groups.forEach((group, row) => {
    const weight = weights[row] as number;
    total[group] = (total[group] as number) + weight;
    for (let i = 0; i < dimensions; i++) {
      const at = group * dimensions + i;
      sums[at] = (sums[at] as number) + weight * (centroids[row * dimensions + i] as number);
    }
  });
  return Float32Array.from(sums, (sum, at) => sum / (total[Math.floor(at / dimensions)] as number));
}
