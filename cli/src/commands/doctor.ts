import type { Command } from "commander";
import { CommandError, EXIT } from "../errors.js";
import { createOutput } from "../output.js";
import type { GlobalOptions } from "../session.js";

/** `climb doctor`: what this machine, or the suite at --address, can do, and what would be slow or fail. */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Look at this machine, or at the suite at --address: what works, what would be slow, what is missing.")
    .action(async (_: unknown, command: Command) => {
      const { dataDir, address, json = false } = command.optsWithGlobals<GlobalOptions>();
      const { checkMachine, checkSuite } = await import("../doctor.js");
      const checks = address ? await checkSuite(address) : await checkMachine(dataDir);
      const output = createOutput({ json, stderr: process.stderr, stdout: process.stdout });
      if (json) output.json({ checks });
      const width = Math.max(...checks.map(({ name }) => name.length));
      for (const { name, state, said } of checks) output.say(`${state}  ${name.padEnd(width)}  ${said}`);
      const failed = checks.filter(({ state }) => state === "fail");
      if (failed.length > 0) {
        throw new CommandError(`${failed.map(({ name }) => name).join(", ")}: Climb cannot work so`, EXIT.failed);
      }
    });
}
