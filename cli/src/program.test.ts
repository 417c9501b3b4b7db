import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { CATALOG } from "./catalog.js";
import { createProgram } from "./program.js";

describe("the command line", () => {
  it("lists every command as the command itself says it", async () => {
    for (const { name, description, load } of CATALOG) {
      const own = new Command();
      (await load())(own);
      expect(own.commands.map((command) => [command.name(), command.description()])).toEqual([[name, description]]);
    }
  });

  it("reads the code of no command that is not named", async () => {
    const program = await createProgram(["--json", "dataset", "verify"]);
    const read = program.commands.filter(({ commands, options }) => commands.length + options.length > 0);
    expect(read.map((command) => command.name())).toEqual(["dataset"]);
    expect(program.commands.map((command) => command.name())).toEqual([...CATALOG.map(({ name }) => name), "complete"]);
  });

  it("knows all commands with their options where a shell asks for completions", async () => {
    const program = await createProgram(["complete", "--", "search", ""]);
    const search = program.commands.find((command) => command.name() === "search");
    expect(search?.commands.map((command) => command.name())).toContain("watch");
  });
});
