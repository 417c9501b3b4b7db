import type { Command } from "commander";
import { CommandError } from "../errors.js";
import type { GlobalOptions } from "../session.js";

/** What every benchmark is given of the command line around it. */
export type BenchmarkSurroundings = GlobalOptions;

/** What the benchmarks' package exports. */
export interface Benchmarks {
  /** @param args what follows `climb bench`: a name and its options */
  runBenchmark(args: readonly string[], surroundings: BenchmarkSurroundings): Promise<void>;
}

/**
 * The benchmarks, where they are installed. They are found by name when they are asked for: nothing here depends on
 * them, so that images can leave them out.
 * @throws CommandError if they are not there
 */
export async function loadBenchmarks(packageName = "@climb/bench"): Promise<Benchmarks> {
  try {
    return await import(packageName);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CommandError(
      `the benchmarks are not installed: ${(error as Error).message}; they come with the repository, not with its images`,
    );
  }
}

/** `climb bench`: measures a part of Climb. */
export function addBench(program: Command): void {
  program
    .command("bench")
    .usage("<name> [options]")
    .description("Measure a part of Climb; climb bench --help shows the names.")
    // The benchmarks know their options, and their help.
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_: unknown, command: Command) => {
      const { runBenchmark } = await loadBenchmarks();
      await runBenchmark(command.args, command.optsWithGlobals<BenchmarkSurroundings>());
    });
}
