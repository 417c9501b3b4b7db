/** Agreement of two labellings of the same documents. */
export interface Agreement {
  /** Normalised mutual information, arithmetic mean of the entropies, 0 to 1. */
  nmi: number;
  /** Adjusted mutual information, arithmetic: 0 is what chance gives, 1 is equality. */
  ami: number;
  /** Share of documents that carry the most frequent truth of their cluster, 0 to 1. */
  purity: number;
}

/**
 * Compares found clusters with the truth; both are any labels, one for each document.
 * Vinh, Epps and Bailey (JMLR 11, 2010) for the definitions and the expectation under chance.
 * @throws RangeError if the lengths differ or there is no document.
 */
export function agreement(found: ArrayLike<string | number>, truth: ArrayLike<string | number>): Agreement {
  const { rows, columns, cells, total, largest } = contingency(found, truth);
  const mutual = mutualInformation(rows, columns, cells, total);
  const mean = (entropy(rows, total) + entropy(columns, total)) / 2;
  // Both labellings have one class: they say the same.
  if (mean === 0) return { nmi: 1, ami: 1, purity: 1 };
  const expected = expectedMutualInformation(rows, columns, total);
  const room = mean - expected;
  return {
    nmi: mutual / mean,
    ami: Math.abs(room) < 1e-15 ? 1 : (mutual - expected) / room,
    purity: largest.reduce((sum, n) => sum + n, 0) / total,
  };
}

interface Table {
  rows: number[];
  columns: number[];
  /** [row, column, documents], documents > 0. */
  cells: [number, number, number][];
  total: number;
  /** The largest cell of each row. */
  largest: number[];
}

function contingency(found: ArrayLike<string | number>, truth: ArrayLike<string | number>): Table {
  if (found.length !== truth.length || found.length === 0) {
    throw new RangeError(`two labellings of the same documents are needed, got ${found.length} and ${truth.length}`);
  }
  const rowOf = new Map<string | number, number>();
  const columnOf = new Map<string | number, number>();
  const [rows, columns, largest]: number[][] = [[], [], []] as number[][];
  const table: Table = {
    rows: rows as number[],
    columns: columns as number[],
    cells: [],
    total: found.length,
    largest: largest as number[],
  };
  const cellOf = new Map<string, [number, number, number]>();
  for (let i = 0; i < found.length; i++) {
    const r = numbered(rowOf, found[i] as string | number);
    const c = numbered(columnOf, truth[i] as string | number);
    table.rows[r] = (table.rows[r] ?? 0) + 1;
    table.columns[c] = (table.columns[c] ?? 0) + 1;
    const key = `${r} ${c}`;
    let cell = cellOf.get(key);
    if (cell === undefined) {
      cell = [r, c, 0];
      cellOf.set(key, cell);
      table.cells.push(cell);
    }
    cell[2]++;
    table.largest[r] = Math.max(table.largest[r] ?? 0, cell[2]);
  }
  return table;
}

function numbered(known: Map<string | number, number>, label: string | number): number {
  const number = known.get(label) ?? known.size;
  known.set(label, number);
  return number;
}

function entropy(counts: readonly number[], total: number): number {
  return -counts.reduce((sum, n) => sum + (n / total) * Math.log(n / total), 0);
}

function mutualInformation(rows: number[], columns: number[], cells: Table["cells"], total: number): number {
  let sum = 0;
  for (const [r, c, n] of cells) {
    sum += (n / total) * Math.log((n * total) / ((rows[r] as number) * (columns[c] as number)));
  }
  return Math.max(0, sum);
}

/** Expected mutual information of two random labellings with these class sizes (Vinh et al., equation 24). */
function expectedMutualInformation(rows: number[], columns: number[], total: number): number {
  const logFactorial = new Float64Array(total + 1);
  for (let i = 2; i <= total; i++) logFactorial[i] = (logFactorial[i - 1] as number) + Math.log(i);
  const f = (n: number) => logFactorial[n] as number;
  let sum = 0;
  for (const a of rows) {
    for (const b of columns) {
      const fixed = f(a) + f(b) + f(total - a) + f(total - b) - f(total);
      for (let n = Math.max(1, a + b - total); n <= Math.min(a, b); n++) {
        const chance = fixed - f(n) - f(a - n) - f(b - n) - f(total - a - b + n);
        sum += (n / total) * Math.log((total * n) / (a * b)) * Math.exp(chance);
      }
    }
  }
  return sum;
}
