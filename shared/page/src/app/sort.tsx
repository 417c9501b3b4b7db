import { remember } from "./location.js";

/** Rows in the order that the address asks for: a column, "-" before it for the greatest first. */
export function sorted<T>(
  rows: readonly T[],
  sort: string,
  of: (column: string) => ((row: T) => number | string) | undefined,
): T[] {
  const down = sort.startsWith("-");
  const value = of(down ? sort.slice(1) : sort);
  if (!value) return [...rows];
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  if (down) keyed.reverse();
  return keyed.map(({ row }) => row);
}

interface HeaderProps {
  name: string;
  column: string;
  /** What the address asks for. */
  sort: string;
  /** Over numbers. */
  number?: boolean | undefined;
}

/** The header of a column that can be sorted by. */
export function SortHeader({ name, column, sort, number }: HeaderProps) {
  const state = sort === column ? "ascending" : sort === `-${column}` ? "descending" : undefined;
  return (
    <th scope="col" aria-sort={state} class={number ? "number" : undefined}>
      <button
        type="button"
        class="sort"
        onClick={() => remember({ sort: state === "descending" ? column : `-${column}` })}
      >
        {name}
        <span aria-hidden="true">{state === "ascending" ? " ↑" : state === "descending" ? " ↓" : ""}</span>
      </button>
    </th>
  );
}
