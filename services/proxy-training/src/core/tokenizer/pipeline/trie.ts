/** Pieces by their beginnings. */
export interface Trie {
  /** Calls `visit` with the index and the end of each piece that `text` has at `start`, the shortest first. */
  eachPrefix(text: string, start: number, visit: (piece: number, end: number) => void): void;
}

/**
 * A trie over UTF-16 units whose edges stand in an open-addressing table that is at most half full: a quarter of a million
 * pieces take some 20 MB, where a map for each node would take ten times as much. Of equal pieces the last one counts.
 */
export function createTrie(pieces: readonly string[]): Trie {
  const most = pieces.reduce((sum, { length }) => sum + length, 1);
  const bits = Math.max(4, Math.ceil(Math.log2(2 * most)));
  const mask = 2 ** bits - 1;
  const [parents, units, children] = [new Int32Array(2 ** bits), new Uint16Array(2 ** bits), new Int32Array(2 ** bits)];
  const ends = new Int32Array(most).fill(-1);
  let nodes = 1;

  /** The place of an edge, or the free place where it would stand. The root, 0, is nobody's child. */
  const placeOf = (parent: number, unit: number) => {
    let place = (Math.imul(Math.imul(parent, 0x9e3779b1) ^ unit, 0x85ebca6b) >>> (32 - bits)) & mask;
    while (children[place] !== 0 && (parents[place] !== parent || units[place] !== unit)) place = (place + 1) & mask;
    return place;
  };

  pieces.forEach((piece, index) => {
    let node = 0;
    for (let i = 0; i < piece.length; i++) {
      const unit = piece.charCodeAt(i);
      const place = placeOf(node, unit);
      if (children[place] === 0) {
        parents[place] = node;
        units[place] = unit;
        children[place] = nodes++;
      }
      node = children[place] as number;
    }
    if (node !== 0) ends[node] = index;
  });

  return {
    eachPrefix(text, start, visit) {
      let node = 0;
      for (let i = start; i < text.length; i++) {
        node = children[placeOf(node, text.charCodeAt(i))] as number;
        if (node === 0) return;
        const piece = ends[node] as number;
        if (piece >= 0) visit(piece, i + 1);
      }
    },
  };
}
