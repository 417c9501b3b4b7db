import type { GraphBuilder } from "@climb/onnx";
import type { BoostedTrees } from "../trees/boost.js";
import { NO_SPLIT } from "../trees/grow.js";

/** The flat lists that a TreeEnsembleRegressor is made of (ONNX-ML 3). */
interface Ensemble {
  nodeTrees: number[];
  nodeIds: number[];
  features: number[];
  modes: string[];
  thresholds: number[];
  trueIds: number[];
  falseIds: number[];
  leafTrees: number[];
  leafIds: number[];
  leafWeights: number[];
}

/**
 * Boosted trees as one TreeEnsembleRegressor, their base added after it in its own node, so that the sum of small leaves
 * keeps its digits in float32.
 * @param columns name of a (rows, weights and features) float32 value
 * @param scale factor of the whole output
 * @returns name of a (rows, 1) value
 */
export function emitTrees(graph: GraphBuilder, columns: string, trees: BoostedTrees, scale: number): string {
  const base = graph.constant("float32", [1, 1], Float32Array.of(trees.base * scale));
  if (trees.rounds === 0) {
    const first = graph.node("Gather", [columns, graph.constant("int64", [1], BigInt64Array.of(0n))], { axis: 1 });
    return graph.node("Add", [graph.node("Mul", [first, graph.constant("float32", [1, 1], Float32Array.of(0))]), base]);
  }
  const ensemble = flatten(trees, scale);
  const sum = graph.node("ai.onnx.ml.TreeEnsembleRegressor", [columns], {
    n_targets: 1,
    aggregate_function: "SUM",
    post_transform: "NONE",
    nodes_treeids: ensemble.nodeTrees,
    nodes_nodeids: ensemble.nodeIds,
    nodes_featureids: ensemble.features,
    nodes_modes: { strings: ensemble.modes },
    nodes_values: { floats: ensemble.thresholds },
    nodes_truenodeids: ensemble.trueIds,
    nodes_falsenodeids: ensemble.falseIds,
    target_treeids: ensemble.leafTrees,
    target_nodeids: ensemble.leafIds,
    target_ids: ensemble.leafIds.map(() => 0),
    target_weights: { floats: ensemble.leafWeights },
  });
  return graph.node("Add", [sum, base]);
}

function flatten({ rounds, binning, forest }: BoostedTrees, scale: number): Ensemble {
  const ensemble: Ensemble = {
    nodeTrees: [],
    nodeIds: [],
    features: [],
    modes: [],
    thresholds: [],
    trueIds: [],
    falseIds: [],
    leafTrees: [],
    leafIds: [],
    leafWeights: [],
  };
  const nodes = 2 ** forest.depth - 1;
  for (let tree = 0; tree < rounds; tree++) {
    let count = 0;
    /** Writes the node (0 the root, children of i are 2i + 1 and 2i + 2) and returns its id in the written tree. */
    const write = (node: number): number => {
      if (node >= nodes) return leaf(node - nodes);
      const at = tree * nodes + node;
      const bin = forest.splitBins[at] as number;
      if (bin === NO_SPLIT) return write(2 * node + 1);
      const column = forest.splitColumns[at] as number;
      const id = open("BRANCH_LEQ", column, binning.cuts[column]?.[bin] as number);
      const place = ensemble.nodeIds.length - 1;
      ensemble.trueIds[place] = write(2 * node + 1);
      ensemble.falseIds[place] = write(2 * node + 2);
      return id;
    };
    const leaf = (index: number): number => {
      const id = open("LEAF", 0, 0);
      ensemble.leafTrees.push(tree);
      ensemble.leafIds.push(id);
      ensemble.leafWeights.push((forest.leaves[tree * (nodes + 1) + index] as number) * scale);
      return id;
    };
    const open = (mode: string, feature: number, threshold: number): number => {
      ensemble.nodeTrees.push(tree);
      ensemble.nodeIds.push(count);
      ensemble.features.push(feature);
      ensemble.modes.push(mode);
      ensemble.thresholds.push(threshold);
      ensemble.trueIds.push(0);
      ensemble.falseIds.push(0);
      return count++;
    };
    write(0);
  }
  return ensemble;
}
