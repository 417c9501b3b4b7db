import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchIn } from "../support/watched.js";
import { climb } from "./processes.js";

let folder: TemporaryDirectory;
const at = (name: string) => join(folder.path, name);
const made = (name: string) => {
  mkdirSync(at(name));
  return at(name);
};

beforeAll(async () => {
  folder = await temporaryDirectory();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Nobody listens there. */
const DEAD_PROXY = "http://127.0.0.1:9";
const proxies = (url: string) =>
  Object.fromEntries(
    ["http_proxy", "https_proxy", "grpc_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"].map((name) => [name, url]),
  );

describe("a quiet guest", () => {
  it("is watched by what sees every file and every address", () => {
    const watch = watchIn(made("control"));
    const program = `
      require("fs").writeFileSync("${at("control/file")}", "x");
      require("dns").lookup("climb.invalid", () => require("net").connect(9, "127.0.0.9").on("error", () => {}));`;
    spawnSync(process.execPath, ["-e", program], { env: { ...process.env, ...watch.env } });
    const { writes, speaksTo } = watch.seen();
    expect(writes).toContain(at("control/file"));
    expect(speaksTo).toEqual(expect.arrayContaining(["climb.invalid", "127.0.0.9"]));
  });

  it("writes nothing but its data, its temporary files and its outputs, and speaks to itself alone, past a dead proxy", async () => {
    const watch = watchIn(made("watched"));
    const search = writeSmallSearch(at("input"), 2_000);
    const short = readFileSync(search, "utf8").replace(/rounds: .*? tokens/, "rounds: [3], tokens");
    writeFileSync(search, short);
    const places = { HOME: made("home"), TMPDIR: made("tmp") };
    const { code, stderr } = await climb(
      ["--data-dir", at("data"), "--patience", "5", "run", search, "--out", at("out")],
      { ...watch.env, ...places, ...proxies(DEAD_PROXY) },
    ).finished;
    expect(stderr).not.toMatch(/proxy/);
    expect(code).toBe(0);
    const { writes, speaksTo } = watch.seen();
    const allowed = ["data", "tmp", "out"].map(at);
    const outside = writes.filter((path) => !allowed.some((place) => path === place || path.startsWith(`${place}/`)));
    // A folder is tried by making another in the one above it.
    const tried = outside.filter((path) => !path.startsWith(`${folder.path}/.climb-`));
    expect(tried.filter((path) => !/^\/dev\/(null|tty|shm\/)/.test(path))).toEqual([]);
    expect(writes.some((path) => path.startsWith(at("data")))).toBe(true);
    expect(speaksTo.filter((address) => address !== "127.0.0.1")).toEqual([]);
    expect(readdirSync(places.HOME)).toEqual([]);
    expect(readdirSync(places.TMPDIR)).toEqual([]);
  }, 180_000);
});

describe("a place where nothing can be written is named in one sentence", () => {
  it.each<[string, () => { args?: string[]; env?: Record<string, string> }, RegExp]>([
    [
      "a data directory that is a file",
      () => ({ args: ["--data-dir", put("file")] }),
      /file is a file; give another --data-dir/,
    ],
    ["one below a file", () => ({ args: ["--data-dir", `${put("file")}/sub`] }), /file is a file; give another/],
    ["one in /proc", () => ({ args: ["--data-dir", "/proc/x/y"] }), /nothing can be written in \/proc/],
    ["one without a name", () => ({ args: ["--data-dir", ""] }), /its name is empty/],
    ["temporary files nowhere", () => ({ env: { TMPDIR: at("nowhere") } }), /TMPDIR/],
    ["temporary files in /proc", () => ({ env: { TMPDIR: "/proc" } }), /\/proc cannot be used.*TMPDIR/],
  ])("%s", async (_, given, message) => {
    const { args = ["--data-dir", at("unused")], env } = given();
    const { code, stderr } = await climb([...args, "domains", "list"], env).finished;
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(message)]);
    expect(code).toBe(2);
  });

  it("an output that is a file, before any work", async () => {
    const out = ["export", "x", "--out", put("taken")];
    const { code, stderr } = await climb(["--data-dir", at("unused"), "domains", ...out]).finished;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^the folder .*taken is a file; give another --out\n$/),
    });
  });

  it("and no HOME is no fault", async () => {
    const { code } = await climb(["--data-dir", at("homeless"), "domains", "list"], { HOME: at("nowhere") }).finished;
    expect(code).toBe(0);
  });
});

function put(name: string): string {
  writeFileSync(at(name), "");
  return at(name);
}
