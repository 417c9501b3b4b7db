import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, SERVICES, sources } from "./sources.js";

const NAMES = [
  "README.md",
  "package.json",
  "src/core",
  "src/rpc",
  "src/steps",
  "src/tasks/worker.ts",
  "src/index.ts",
  "src/main.ts",
  "src/config.ts",
];

describe("every service has the same names", () => {
  it("and there are five of them", () => {
    const folders = readdirSync(join(root, "services"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...SERVICES].sort());
  });

  it.each(SERVICES)("%s", (name) => {
    expect(NAMES.filter((path) => !existsSync(join(root, "services", name, path)))).toEqual([]);
  });
});

describe("files", () => {
  const LONGEST = 250;
  // Longer ones, each with the reason why it is not cut in two.
  const longer: Record<string, string> = {
    "services/predictor/src/core/trees/grow.ts":
      "one algorithm over one set of flat buffers; its halves would share all of them",
  };

  it(`have at most ${LONGEST} lines, or a reason here`, () => {
    const long = sources()
      .filter(({ test, text }) => !test && text.trimEnd().split("\n").length > LONGEST)
      .map(({ path }) => path);
    expect(long.sort()).toEqual(Object.keys(longer).sort());
  });

  it("are named in lower case with hyphens", () => {
    const odd = sources().filter(
      ({ path }) => !/^[a-z0-9-]+(\.test)?\.tsx?$/.test(path.slice(path.lastIndexOf("/") + 1)),
    );
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});
