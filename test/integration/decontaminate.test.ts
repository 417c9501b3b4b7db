import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Search, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { type Client, ServiceError } from "@climb/runtime";
import { type TemporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeResult } from "../../cli/src/show-result.js";
import type { Suite } from "../../cli/src/suite.js";
import { climb } from "../support/command-line.js";
import { type SimulatedSuite, startSimulatedSuite } from "../support/simulated-suite.js";

const LEAKS = 9;

let simulated: SimulatedSuite;
let folder: TemporaryDirectory;
let suite: Suite;
let client: Client<typeof SearchServiceDefinition>;
let out: string;
let search: Search;

beforeAll(async () => {
  simulated = await startSimulatedSuite(() => 2);
  ({ folder, suite, client } = simulated);
  const path = writeSmallSearch(join(folder.path, "input"), 20_000);
  leak(join(folder.path, "input"));
  const more = "trainer: simulated\nstrategy: zero-run\ndecontaminate: true\ndataset: {byDomain: true}\n";
  writeFileSync(path, `${readFileSync(path, "utf8")}${more}`);
  out = join(folder.path, "out");
  const [result] = (await climb("--address", suite.address, "run", path, "--out", out)) as { id: string }[];
  search = (await client.getSearch({ id: result?.id ?? "" })).search as Search;
}, 240_000);

afterAll(() => simulated[Symbol.asyncDispose]());

/** Adds documents to the corpus that contain an item of the target between other text. */
function leak(input: string): void {
  const lines = (name: string) => readFileSync(join(input, name), "utf8").trim().split("\n");
  const items = lines("target.jsonl").map((line) => JSON.parse(line).text as string);
  const own = lines("corpus.jsonl").map((line) => JSON.parse(line).text as string);
  const documents = Array.from({ length: LEAKS }, (_, i) => {
    const around = own[4 * i] ?? "";
    return JSON.stringify({ id: `leak-${i}`, text: `${around}\n\n${items[i]}\n\n${around.slice(0, 200)}` });
  });
  appendFileSync(join(input, "corpus.jsonl"), `${documents.join("\n")}\n`);
}

const json = (name: string) => JSON.parse(readFileSync(join(out, name), "utf8"));

async function rowsOf(name: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(join(out, "dataset", name));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return parquetReadObjects({ file });
}

describe("a search that leaves out what contains its targets", () => {
  it("says how many documents went for which target and domain, in every form of the answer", () => {
    const told = search.result?.decontamination;
    expect(told?.targets).toMatchObject([{ target: "sea", documents: BigInt(LEAKS) }]);
    expect(told?.leftOut.reduce((total, { documents }) => total + Number(documents), 0)).toBe(LEAKS);
    const { leftOut } = json("mixture.json");
    expect(leftOut).toMatchObject({ documents: LEAKS, targets: { sea: { documents: LEAKS } } });
    expect(json("dataset/manifest.json").leftOut).toEqual(leftOut);
    const html = readFileSync(join(out, "report.html"), "utf8");
    expect(html).toContain(
      `${LEAKS} documents (${leftOut.tokens.toLocaleString("en-US")} tokens) that have 13 tokens in common`,
    );
    expect(describeResult(search).join("\n")).toContain(`left out for containing sea: ${LEAKS} documents (`);
    expect(readFileSync(join(out, "dataset", "README.md"), "utf8")).toContain(`Without ${LEAKS} documents`);
    // What is left shares nothing with the target.
    expect(search.result?.overlaps.map(({ found }) => found)).toEqual([0n]);
  });

  it("writes none of them, keeps all others, and the data set is still what its manifest says", async () => {
    const { files } = json("dataset/manifest.json");
    const names = Object.keys(files).filter((name) => name.startsWith("train-") || name.startsWith("by-domain/"));
    const written = (await Promise.all(names.map(rowsOf))).flat();
    expect(written.filter(({ id }) => String(id).startsWith("leak-"))).toEqual([]);
    const assigned = await rowsOf("assignments.parquet");
    expect(assigned).toHaveLength(480 + LEAKS);
    for (const { id, domain } of assigned) expect(domain === null).toBe(String(id).startsWith("leak-"));
    const [found] = await climb("dataset", "verify", join(out, "dataset"));
    expect(found).toMatchObject({ faults: [] });
  });

  it("lends its runs only to a search that leaves out the same", async () => {
    const asked = { ...search.spec, reuseSearchId: search.id, decontaminate: false } as NonNullable<Search["spec"]>;
    const { faults } = await client.validateSearch({ spec: asked });
    expect(faults.map(({ field }) => field)).toContain("spec.decontaminate");
    await expect(client.createSearch({ requestId: "", spec: asked })).rejects.toBeInstanceOf(ServiceError);
  });
});
