import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readKnownResults } from "./results-file.js";

const folder = mkdtempSync(join(tmpdir(), "climb-results-"));
afterAll(() => rmSync(folder, { recursive: true }));

function files(mixtures: string, results: string): [string, string] {
  const paths: [string, string] = [join(folder, "mixtures.csv"), join(folder, "results.csv")];
  writeFileSync(paths[0], mixtures);
  writeFileSync(paths[1], results);
  return paths;
}

describe("known results", () => {
  it("are read as RegMix publishes them: by index, in whatever order, weights that sum to 0.997 divided by it", () => {
    const found = readKnownResults(
      ...files(
        "index,train_the_pile_arxiv,train_the_pile_github\n1,0.3,0.697\n2,1.0,0.0\n",
        "index,metric/the_pile_arxiv_val_loss\n2,4.5\n1,5.5\n",
      ),
    );
    expect(found.domains).toEqual(["the_pile_arxiv", "the_pile_github"]);
    expect(found.tasks).toEqual(["the_pile_arxiv"]);
    expect(found.rows.map(({ id, values }) => [id, ...values])).toEqual([
      ["1", 5.5],
      ["2", 4.5],
    ]);
    expect(found.rows[0]?.mixture[0]).toBeCloseTo(0.3 / 0.997, 12);
  });

  it("are read as Olmix writes them: run, name and index beside the columns, names in quotes", () => {
    const found = readKnownResults(
      ...files(
        'run,name,index,"web, high",code\nabc,swarm-0,0,0.25,0.75\n',
        "run,name,index,arc_easy,gsm8k\nabc,swarm-0,0,1.25,0.5\n",
      ),
    );
    expect(found).toEqual({
      domains: ["web, high", "code"],
      tasks: ["arc_easy", "gsm8k"],
      rows: [{ id: "0", mixture: [0.25, 0.75], values: [1.25, 0.5] }],
    });
  });

  it("are refused with every fault, each with its file, line and column", () => {
    const refused = () =>
      readKnownResults(...files("index,a,b\n1,0.5,0.4\n2,x,0.5\n3,0.5,0.5\n3,-0.5,1.5\n", "index,t\n1,NaN\n2,3\n"));
    for (const fault of [
      "mixtures.csv:2: the weights sum to 0.9, expected 1",
      'mixtures.csv:3: a is "x", expected a number',
      "mixtures.csv:5: index 3 occurs twice",
      "mixtures.csv:5: a is -0.5, expected a weight of at least 0",
      'results.csv:2: t is "NaN", expected a number',
      "index 3 has no row in",
    ]) {
      expect(refused, fault).toThrow(fault);
    }
    expect(() => readKnownResults(...files("a,b\n1,0\n", "index,t\n1,2\n"))).toThrow("no key column in common");
    expect(() => readKnownResults("/nowhere.csv", "/nowhere.csv")).toThrow(
      "/nowhere.csv: does not exist; expected a CSV file",
    );
  });

  it("are read whole from the published files, where they are", () => {
    const published = resolve("../shared/data/regmix");
    if (!existsSync(published)) {
      console.info("../shared/data/regmix is absent: the published files were not read.");
      return;
    }
    const found = readKnownResults(join(published, "train_mixture_1m.csv"), join(published, "train_pile_loss_1m.csv"));
    expect([found.domains.length, found.tasks.length, found.rows.length]).toEqual([17, 13, 512]);
  });
});
