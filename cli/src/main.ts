#!/usr/bin/env node
import type { ServiceError } from "@climb/runtime";
import { CommanderError } from "commander";
import { CommandError, EXIT } from "./errors.js";
import { createProgram } from "./program.js";

// Whoever reads our output may have enough of it (`climb … | head`): then there is nobody left to write for.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.ok);
});

const program = await createProgram(process.argv.slice(2));
for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
  command.exitOverride();
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof Error && error.name === "AbortError") {
    process.stderr.write("interrupted; the same command goes on where it stopped\n");
    return EXIT.interrupted;
  }
  if (error instanceof Error && "syscall" in error && error.syscall === "uv_cwd") {
    process.stderr.write("the working directory is gone; go to another and give the command again\n");
    return EXIT.badInput;
  }
  if (error instanceof CommandError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  // By name, because loading the class takes longer than many a command.
  if (error instanceof Error && error.name === "ServiceError") {
    process.stderr.write(`${error.message}\n`);
    const { kind } = error as ServiceError;
    return kind === "invalid" || kind === "notFound" ? EXIT.badInput : EXIT.failed;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.failed;
}
