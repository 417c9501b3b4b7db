import type { ComponentChildren } from "preact";

/** A cell: a number is set right in figures of one width. */
export type Cell = string | number | { node: ComponentChildren; number?: boolean };

export interface TableProps {
  /** What it shows, for who cannot see it. */
  label: string;
  headers: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** A table that scrolls by itself where it is wider than its place. The first cell of a row is its header. */
export function Table({ label, headers, rows }: TableProps) {
  return (
    // A region that scrolls must be reached by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section class="scroll" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {headers.map((header, j) => (
              <th key={header} scope="col" class={isNumber(rows[0]?.[j]) ? "number" : undefined}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>{row.map((cell, j) => cellOf(cell, j))}</tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === "number" || (typeof cell === "object" && cell.number === true);
}

function cellOf(cell: Cell, column: number) {
  const content = typeof cell === "object" ? cell.node : cell;
  const shown = typeof cell === "number" ? cell.toLocaleString("en-US", { maximumSignificantDigits: 6 }) : content;
  if (column === 0) {
    return (
      <th key={column} scope="row" class={isNumber(cell) ? "number" : undefined}>
        {shown}
      </th>
    );
  }
  return (
    <td key={column} class={isNumber(cell) ? "number" : undefined}>
      {shown}
    </td>
  );
}
