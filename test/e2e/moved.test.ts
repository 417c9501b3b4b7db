import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { expect, it } from "vitest";
import { climb } from "./processes.js";

it("a data directory that was moved answers the same search again without work", async () => {
  await using folder = await temporaryDirectory();
  const search = writeSmallSearch(join(folder.path, "input"), 20_000);
  const run = (data: string, out: string) =>
    climb([
      "--data-dir",
      join(folder.path, data),
      "--log-level",
      "info",
      "run",
      search,
      "--out",
      join(folder.path, out),
    ]).finished;
  const first = await run("here", "first");
  expect(first, first.stderr).toMatchObject({ code: 0 });
  expect(first.stderr).toContain('"msg":"work begins"');

  renameSync(join(folder.path, "here"), join(folder.path, "elsewhere"));
  const again = await run("elsewhere", "again");
  expect(again, again.stderr).toMatchObject({ code: 0 });
  expect(again.stderr).not.toMatch(/"msg":"work (begins|goes on)"/);
  for (const name of ["mixture.json", "runs.jsonl", "report.html"]) {
    const [a, b] = ["first", "again"].map((out) => readFileSync(join(folder.path, out, name), "utf8"));
    expect(b, name).toBe(a);
  }
});
