import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBreakingLine } from "./breaking-line.js";
import { type Prepared, prepareGo, preparePython, prepareTypeScript } from "./client-tools.js";
import { type SuiteProcess, startSuiteProcess } from "./suite-process.js";

// Compiling gRPC for Go, or fetching it for Python, takes a while the first time.
const PREPARE_MS = 300_000;
/** Bytes after which the first connections break: within the first calls, and then within the watch. */
const BREAKS = [200, 1000, 1500, 4000];

let folder: TemporaryDirectory;
let suite: SuiteProcess;

beforeAll(async () => {
  folder = await temporaryDirectory();
  suite = await startSuiteProcess(join(folder.path, "data"));
});

afterAll(async () => {
  await suite.kill("SIGTERM");
  await folder[Symbol.asyncDispose]();
});

/** Runs an example through a line that breaks; returns what it wrote and how often the line broke. */
async function runExample({ command, args }: Exclude<Prepared, { missing: string }>, name: string) {
  await using line = await openBreakingLine(suite.address, BREAKS);
  const child = spawn(command, [...args, line.address, join(folder.path, name)], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, stderr, lines: stdout.trim().split("\n"), breaks: line.breaks() };
}

const CLIENTS: [language: string, prepare: (folder: string) => Promise<Prepared>][] = [
  ["TypeScript", prepareTypeScript],
  ["Python", preparePython],
  ["Go", prepareGo],
];
const mixtures = new Map<string, string[]>();

describe("the example of the client for", () => {
  it.for(CLIENTS)(
    "%s finds a mixture and brings the data set, though its connections break",
    {
      timeout: PREPARE_MS + 120_000,
    },
    async ([language, prepare], { skip }) => {
      const prepared = await prepare(join(folder.path, `${language}-tools`));
      if ("missing" in prepared) return skip(prepared.missing);
      const { code, stderr, lines, breaks } = await runExample(prepared, language);
      expect(code, stderr).toBe(0);
      expect(breaks).toBe(BREAKS.length);
      expect(stderr).toMatch(/waiting: .*WatchSearch/);

      expect(lines[0]).toMatch(/^search [0-9a-f]{32}$/);
      const domains = lines.filter((line) => /^d\d\d /.test(line));
      const weights = domains.map((line) => Number(line.split(" ")[1]));
      expect(weights).toHaveLength(4);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 3);
      // The target is about the sea, and so must the mixture be.
      expect(domains.find((line) => Number(line.split(" ")[1]) === Math.max(...weights))).toMatch(
        /wave|storm|island|ship/,
      );

      const files = lines.slice(1 + domains.length);
      expect(files.map((path) => path.slice(join(folder.path, language, "dataset/").length))).toEqual([
        "README.md",
        "manifest.json",
        "train-00000-of-00001.parquet",
      ]);
      const parquet = readFileSync(files.at(-1) ?? "");
      expect([parquet.subarray(0, 4).toString(), parquet.subarray(-4).toString()]).toEqual(["PAR1", "PAR1"]);
      mixtures.set(language, [...domains, parquet.toString("base64")]);
    },
  );

  it("every language brings the same bits, as they all ask for the same", () => {
    const [first, ...others] = [...mixtures.values()];
    for (const other of others) expect(other).toEqual(first);
    expect(first).toBeDefined();
  });
});
