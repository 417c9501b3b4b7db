import { readFileSync } from "node:fs";
import { whyUnreadable } from "@climb/runtime";
import { parse } from "csv-parse/sync";
import { CommandError } from "./errors.js";

/** Results of mixtures that were trained before, by whomever. */
export interface KnownResults {
  domains: string[];
  tasks: string[];
  rows: { id: string; mixture: number[]; values: number[] }[];
}

/** Columns that name a row: RegMix has `index`, Olmix `run`, `name` and `index`. */
const KEYS = ["index", "run", "name", "id", "run_id"];
/** How far from 1 the weights of a row may sum: tables are rounded to three digits. Within it they are divided by it. */
const SUM_TOLERANCE = 5e-3;

interface CsvTable {
  path: string;
  columns: string[];
  /** By the key that both tables have. */
  rows: Map<string, { line: number; values: number[] }>;
}

/**
 * Reads a table of mixtures and one of results, joined by a key column, as RegMix and Olmix publish them: every other
 * column of the first is the weight of a domain, every other column of the second the loss on a task.
 * @throws CommandError with every fault, each with its file, line and column
 */
export function readKnownResults(mixturesPath: string, resultsPath: string): KnownResults {
  const [mixtures, results] = [read(mixturesPath), read(resultsPath)];
  const key = KEYS.find((name) => mixtures.header.includes(name) && results.header.includes(name));
  if (!key) {
    throw new CommandError(
      `${mixturesPath} and ${resultsPath} have no key column in common; expected one of ${KEYS.join(", ")} in both`,
    );
  }
  const faults: string[] = [];
  const weights = numbers(mixtures, key, faults);
  const losses = numbers(results, key, faults);
  const rows: KnownResults["rows"] = [];
  for (const [id, { line, values }] of weights.rows) {
    const found = losses.rows.get(id);
    if (!found) faults.push(`${mixturesPath}:${line}: ${key} ${id} has no row in ${resultsPath}`);
    const sum = values.reduce((total, weight) => total + weight, 0);
    const negative = values.findIndex((weight) => weight < 0);
    if (negative >= 0) {
      const found = `${values[negative]}, expected a weight of at least 0`;
      faults.push(`${mixturesPath}:${line}: ${weights.columns[negative]} is ${found}`);
    } else if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      faults.push(`${mixturesPath}:${line}: the weights sum to ${Number(sum.toPrecision(5))}, expected 1`);
    }
    rows.push({ id, mixture: values.map((weight) => weight / sum), values: found?.values ?? [] });
  }
  if (rows.length === 0 && faults.length === 0) faults.push(`${mixturesPath}: there are no rows`);
  if (faults.length > 0) throw new CommandError(faults.slice(0, 20).join("\n"));
  return {
    domains: weights.columns.map((name) => name.replace(/^train_/, "")),
    tasks: losses.columns.map((name) => name.replace(/^metric\//, "").replace(/_val_loss$/, "")),
    rows,
  };
}

function read(path: string): { path: string; header: string[]; records: string[][] } {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CommandError(`${path}: ${whyUnreadable(error)}; expected a CSV file with a header`);
  }
  try {
    const [header = [], ...records] = parse(text, { bom: true, skip_empty_lines: true, trim: true }) as string[][];
    return { path, header, records };
  } catch (error) {
    throw new CommandError(`${path}: is not a CSV file (${(error as Error).message})`);
  }
}

function numbers({ path, header, records }: ReturnType<typeof read>, key: string, faults: string[]): CsvTable {
  const at = header.indexOf(key);
  const columns = header.map((name, i) => ({ name, i })).filter(({ name }) => !KEYS.includes(name));
  const rows: CsvTable["rows"] = new Map();
  records.forEach((record, r) => {
    // The header is line 1; a quoted line break would shift this, and no table of numbers has one.
    const line = r + 2;
    const id = record[at] ?? "";
    if (rows.has(id)) faults.push(`${path}:${line}: ${key} ${id} occurs twice`);
    const values = columns.map(({ name, i }) => {
      const cell = record[i] ?? "";
      const value = cell === "" ? Number.NaN : Number(cell);
      if (!Number.isFinite(value)) faults.push(`${path}:${line}: ${name} is "${cell}", expected a number`);
      return value;
    });
    rows.set(id, { line, values });
  });
  return { path, columns: columns.map(({ name }) => name), rows };
}
