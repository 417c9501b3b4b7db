import { wasm } from "@climb/numeric";
import { type BinMasks, firstSlot, SLAB_ROWS, VECTOR_BYTES } from "./bin-masks.js";
import type { BoostedTrees } from "./boost.js";
import { LEAF_UNIT, NO_SPLIT } from "./grow.js";

const { createKernel, doWhile, i16x8, i32, i32x4, i8x16, v128, wasmFunction } = wasm;
type Code = wasm.Code;
type Local = wasm.Local;

const DEPTH = 4;
const [NODES, LEAVES] = [2 ** DEPTH - 1, 2 ** DEPTH];
/** A tree in the kernel's memory: the place of each node's mask, one number of room, then the leaves byte by byte. */
const LEAVES_AT = Int32Array.BYTES_PER_ELEMENT * LEAVES;
const TREE_BYTES = LEAVES_AT + Int32Array.BYTES_PER_ELEMENT * LEAVES;
const SUM_BYTES = Int32Array.BYTES_PER_ELEMENT * SLAB_ROWS;

/**
 * Adds the leaves of trees of depth 4 to the sums of a slab. A bit stands for a row, so the way down a tree is taken for 128
 * rows by a few dozen operations: all nodes are looked at, and of two children's answers the parent's picks one. Then
 * the four bits of each row's leaf are brought together, and its value is looked up byte by byte.
 */
const addLeaves = wasmFunction("addLeaves", ["i32", "i32", "i32", "i32"], ([tree, end, masks, sums], local) => {
  const vector = () => local("v128");
  const [b0, b1, b2, b3] = [vector(), vector(), vector(), vector()] as const;
  const mask = (node: number) => v128.load(i32.add(masks.get, i32.load(tree.get, Int32Array.BYTES_PER_ELEMENT * node)));
  const below = (right: Local, left: Code, otherwise: Code) => v128.select(right.get, otherwise, left);
  const leaves = Array.from({ length: 4 }, vector);
  const pairs = mergePairs(b0, b1, b2, b3, vector);
  const [index, ...bytes] = Array.from({ length: 5 }, vector) as [Local, Local, Local, Local, Local];
  return [
    doWhile(
      [
        b3.set(mask(0)),
        b2.set(below(b3, mask(1), mask(2))),
        b1.set(below(b3, below(b2, mask(3), mask(4)), below(b2, mask(5), mask(6)))),
        b0.set(
          below(
            b3,
            below(b2, below(b1, mask(7), mask(8)), below(b1, mask(9), mask(10))),
            below(b2, below(b1, mask(11), mask(12)), below(b1, mask(13), mask(14))),
          ),
        ),
        ...leaves.map((bytesOf, i) => bytesOf.set(v128.load(tree.get, LEAVES_AT + VECTOR_BYTES * i))),
        ...pairs.statements,
        ...pairs.nibbles.flatMap(({ group, code }) => [
          index.set(v128.and(code, i8x16.constant(LEAVES - 1))),
          ...bytes.map((byte, i) => byte.set(i8x16.lookUp((leaves[i] as Local).get, index.get))),
          ...addSums(sums, group, bytes as [Local, Local, Local, Local]),
        ]),
        tree.set(i32.add(tree.get, i32.constant(TREE_BYTES))),
      ],
      i32.lessThan(tree.get, end.get),
    ),
  ];
});

/** The four bits of each row side by side: from four vectors with a bit for each row to eight with a nibble each. */
function mergePairs(b0: Local, b1: Local, b2: Local, b3: Local, vector: () => Local) {
  const pick = (bits: number, a: Code, b: Code) => v128.select(i8x16.constant(bits), a, b);
  const [evenLow, oddLow, evenHigh, oddHigh] = [vector(), vector(), vector(), vector()] as const;
  const [g04, g15, g26, g37] = [vector(), vector(), vector(), vector()] as const;
  return {
    statements: [
      evenLow.set(pick(0x55, b0.get, i16x8.shiftLeft(b1.get, 1))),
      oddLow.set(pick(0x55, i16x8.shiftRight(b0.get, 1), b1.get)),
      evenHigh.set(pick(0x55, b2.get, i16x8.shiftLeft(b3.get, 1))),
      oddHigh.set(pick(0x55, i16x8.shiftRight(b2.get, 1), b3.get)),
      g04.set(pick(0x33, evenLow.get, i16x8.shiftLeft(evenHigh.get, 2))),
      g26.set(pick(0x33, i16x8.shiftRight(evenLow.get, 2), evenHigh.get)),
      g15.set(pick(0x33, oddLow.get, i16x8.shiftLeft(oddHigh.get, 2))),
      g37.set(pick(0x33, i16x8.shiftRight(oddLow.get, 2), oddHigh.get)),
    ],
    nibbles: [g04, g15, g26, g37].flatMap((two, group) => [
      { group, code: two.get },
      { group: group + 4, code: i16x8.shiftRight(two.get, 4) },
    ]),
  };
}

/** Adds numbers of four bytes, which lie apart, to the sums of the sixteen rows of a group. */
function addSums(sums: Local, group: number, [first, second, third, fourth]: readonly [Local, Local, Local, Local]) {
  const halves = [
    [i8x16.interleaveLow(first.get, second.get), i8x16.interleaveLow(third.get, fourth.get)],
    [i8x16.interleaveHigh(first.get, second.get), i8x16.interleaveHigh(third.get, fourth.get)],
  ] as const;
  return halves
    .flatMap(([low, high]) => [i16x8.interleaveLow(low, high), i16x8.interleaveHigh(low, high)])
    .map((numbers, i) => {
      const offset = VECTOR_BYTES * (4 * group + i);
      return v128.store(sums.get, i32x4.add(v128.load(sums.get, offset), numbers), offset);
    });
}

const packed = new WeakMap<BoostedTrees, Uint8Array>();
let kernel: wasm.Kernel<"addLeaves"> | undefined;
/** What lies behind the sums in the kernel's memory. */
let loaded: BinMasks | undefined;

/**
 * The leaves of all trees added up for each row, in units of {@link LEAF_UNIT}: whole numbers, so their order does not
 * matter. Exact while sums stay below 128.
 * @throws RangeError if the trees are not of depth 4
 */
export function sumLeaves(model: BoostedTrees, masks: BinMasks): Int32Array {
  const trees = packed.get(model) ?? pack(model);
  packed.set(model, trees);
  kernel ??= createKernel([addLeaves]);
  const treesAt = SUM_BYTES + masks.bytes.length;
  const memory = new Uint8Array(kernel.memory(treesAt + trees.length));
  if (loaded !== masks) memory.set(masks.bytes, SUM_BYTES);
  loaded = masks;
  memory.set(trees, treesAt);
  const result = new Int32Array(masks.rows);
  if (trees.length === 0) return result;
  const sums = new Int32Array(memory.buffer, 0, SLAB_ROWS);
  for (let start = 0, slab = SUM_BYTES; start < masks.rows; start += SLAB_ROWS, slab += masks.slots * VECTOR_BYTES) {
    sums.fill(0);
    kernel.call.addLeaves(treesAt, treesAt + trees.length, slab, 0);
    result.set(sums.subarray(0, masks.rows - start), start);
  }
  return result;
}

function pack({ rounds, binning, forest }: BoostedTrees): Uint8Array {
  const { depth, splitColumns, splitBins, leaves } = forest;
  if (depth !== DEPTH) throw new RangeError(`the trees have depth ${depth}, expected ${DEPTH}`);
  const never = firstSlot(binning, binning.cuts.length);
  const firstSlots = binning.cuts.map((_, column) => firstSlot(binning, column));
  const bytes = new Uint8Array(rounds * TREE_BYTES);
  const view = new DataView(bytes.buffer);
  for (let tree = 0; tree < rounds; tree++) {
    for (let node = 0; node < NODES; node++) {
      const bin = splitBins[tree * NODES + node] as number;
      const slot = bin === NO_SPLIT ? never : (firstSlots[splitColumns[tree * NODES + node] as number] as number) + bin;
      view.setInt32(tree * TREE_BYTES + Int32Array.BYTES_PER_ELEMENT * node, slot * VECTOR_BYTES, true);
    }
    for (let leaf = 0; leaf < LEAVES; leaf++) {
      // Files of earlier versions have leaves between two units.
      const units = Math.round((leaves[tree * LEAVES + leaf] as number) / LEAF_UNIT);
      for (let byte = 0; byte < 4; byte++) {
        bytes[tree * TREE_BYTES + LEAVES_AT + VECTOR_BYTES * byte + leaf] = units >> (8 * byte);
      }
    }
  }
  return bytes;
}
