import { createProgram } from "../../cli/src/program.js";

/** Runs the command line in this process with `--json`, and returns the documents that it printed. */
export async function climb(...args: string[]): Promise<unknown[]> {
  const printed: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => {
    printed.push(text);
    return true;
  }) as typeof write;
  try {
    const program = await createProgram(args);
    await program.exitOverride().parseAsync(["node", "climb", "--json", ...args]);
  } finally {
    process.stdout.write = write;
  }
  return printed
    .join("")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
