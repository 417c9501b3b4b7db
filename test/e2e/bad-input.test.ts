import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { artifactsNamed } from "../support/artifacts.js";
import { climb } from "./processes.js";

let folder: TemporaryDirectory;
let input: string;
let good: string;

beforeAll(async () => {
  folder = await temporaryDirectory();
  input = join(folder.path, "input");
  good = readFileSync(writeSmallSearch(input, 20_000), "utf8");
});

afterAll(() => folder[Symbol.asyncDispose]());

/** Runs a search whose file is the good one with lines replaced; returns how it ended. */
async function runWith(name: string, replace: Record<string, string>) {
  const yaml = good
    .split("\n")
    .map((line) => replace[line.split(":")[0] ?? ""] ?? line)
    .join("\n");
  const path = join(input, `${name}.yaml`);
  writeFileSync(path, yaml);
  const { code, stderr } = await climb(["--data-dir", join(folder.path, "data"), "run", path]).finished;
  return { code, lines: stderr.trim().split("\n"), stderr };
}

describe("bad input at the door", () => {
  it("a YAML with five faults names all five, each with its line", async () => {
    const faults = {
      domains: "domains: {clusters: many}",
      targets: "targets: [{name: 'a b', paths: target.jsonl}]",
      proxy: "proxy: gigantic",
      budget: "budget: {rounds: [4, 2], token: 3}",
      seed: "seed: -1",
    };
    const { code, lines } = await runWith("five", faults);
    expect(code).toBe(2);
    expect(lines).toHaveLength(5);
    for (const field of ["domains.clusters", "targets\\[0\\].name", "proxy", "budget.token", "seed"]) {
      expect(lines.some((line) => new RegExp(`five\\.yaml:\\d+: ${field}:`).test(line))).toBe(true);
    }
  });

  it("a corpus that is not there, a target without items and a budget too small are all named at once", async () => {
    writeFileSync(join(input, "none.jsonl"), "\n");
    const { code, stderr } = await runWith("several", {
      corpus: "corpus: nowhere/*.jsonl",
      targets: "targets: [{name: sea, paths: none.jsonl}]",
      budget: "budget: {rounds: [1], tokensPerRun: 20000}",
    });
    expect(code).toBe(2);
    expect(stderr).toContain("input/nowhere");
    expect(stderr).toContain("none.jsonl");
    expect(stderr).toContain("budget.rounds[0]");
  });

  it("a target with a bad record is refused with file, line and field", async () => {
    writeFileSync(join(input, "bad-target.jsonl"), `{"text": "fine"}\n{"text": 7}\n`);
    const { code, stderr } = await runWith("target", { targets: "targets: [{name: sea, paths: bad-target.jsonl}]" });
    expect(code).toBe(2);
    expect(stderr).toMatch(/bad-target\.jsonl, line 2, field "text"/);
  });

  const corpora: Record<string, { write: (path: string) => void; says: RegExp }> = {
    "an empty file": { write: (path) => writeFileSync(path, ""), says: /empty/ },
    "a corrupt gzip": {
      write: (path) =>
        writeFileSync(path, gzipSync(`{"text": "${"word ".repeat(2000)}"}\n`.repeat(50)).subarray(0, 200)),
      says: /gzip|unexpected end/i,
    },
    "a binary file": {
      write: (path) => writeFileSync(path, Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 37) % 256))),
      says: /binary|NUL|UTF-8|JSON/i,
    },
    "invalid UTF-8": {
      write: (path) =>
        writeFileSync(path, Buffer.from([...Buffer.from('{"text": "'), 0xff, 0xfe, ...Buffer.from('"}\n')])),
      says: /UTF-8/i,
    },
  };
  for (const [what, { write, says }] of Object.entries(corpora)) {
    it(`${what} as the corpus ends in one message that names the file`, async () => {
      const name = what.replace(/\W+/g, "-");
      const path = join(input, `${name}.jsonl${what.includes("gzip") ? ".gz" : ""}`);
      write(path);
      const { code, stderr } = await runWith(name, { corpus: `corpus: ${path}` });
      expect(code, stderr).not.toBe(0);
      const said = stderr.split("\n").filter((line) => says.test(line) && line.includes(name) && !line.startsWith("{"));
      expect(said, stderr).toHaveLength(1);
    });
  }

  it("bad records among good ones go to a quarantine file with file, line and reason, and are counted", async () => {
    const corpus = readFileSync(join(input, "corpus.jsonl"), "utf8");
    writeFileSync(join(input, "mixed.jsonl"), `${corpus}not json\n{"id": "x"}\n`);
    const { code, stderr } = await runWith("mixed", { corpus: "corpus: mixed.jsonl" });
    expect(code, stderr).toBe(0);
    const quarantined = artifactsNamed(join(folder.path, "data"), "/quarantine.jsonl")
      .flatMap((bytes) => bytes.toString("utf8").trim().split("\n"))
      .map((line) => JSON.parse(line) as { file: string; line: number; reason: string })
      .filter(({ file }) => file.endsWith("mixed.jsonl"));
    expect(quarantined.map(({ line }) => line)).toEqual([481, 482]);
  });
});

describe("a disk that is full", () => {
  it("ends in one message that names it, and the same command goes on once there is room", async () => {
    const data = join(folder.path, "full");
    mkdirSync(data);
    const search = join(input, "search.yaml");
    const cli = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url));
    // A file system of its own, too small for the tokens and weights, in a mount namespace that ends with the process.
    const script = `mount -t tmpfs -o size=420k tmpfs '${data}' && '${process.execPath}' '${cli}' --data-dir '${data}' run '${search}' 2>'${folder.path}/full.err'; code=$?; cp -r '${data}/.' '${folder.path}/kept'; exit $code`;
    mkdirSync(join(folder.path, "kept"));
    const { status } = spawnSync("unshare", ["-rm", "sh", "-c", script], { timeout: 120_000 });
    const said = readFileSync(join(folder.path, "full.err"), "utf8");
    expect(status, said).toBe(1);
    expect(said.split("\n").filter((line) => line.includes("disk is full") && !line.startsWith("{"))).toHaveLength(1);

    // What was accepted before is there, and the search goes on from it.
    expect(existsSync(join(folder.path, "kept", "climb.db"))).toBe(true);
    rmdirSync(data);
    renameSync(join(folder.path, "kept"), data);
    const again = await climb(["--data-dir", data, "run", search]).finished;
    expect(again, again.stderr).toMatchObject({ code: 0 });
  });
});
