import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { accessRules, Role } from "@climb/proto/access";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { searchFile } from "../../cli/src/search-schema.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const proto = `${root}proto`;

/** Runs a command and returns what it said; fails with that text. */
function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  }
}

describe("the contracts", () => {
  it("follow buf's standard rules, every service, call, message and field commented", () => {
    expect(run(`${root}node_modules/.bin/buf`, ["lint"], proto)).toBe("");
  });

  it("break nobody who was built against the last released contracts", () => {
    expect(run(`${root}node_modules/.bin/buf`, ["breaking", "--against", "baseline.binpb"], proto)).toBe("");
  });

  it("are what the committed TypeScript was generated from", () => {
    expect(() => run(process.execPath, ["scripts/generate.mjs", "--check"], root)).not.toThrow();
  });

  it("are what the clients for Python and Go were generated from (else run: npm run generate:clients)", () => {
    expect(run(process.execPath, ["scripts/generate-clients.mjs", "--check"], root)).toBe("");
  });

  it("declare for every call whether it may be repeated, except those that lease", () => {
    const source = readFileSync(`${proto}/climb/training/v1/training_service.proto`, "utf8");
    const calls = [...source.matchAll(/^ {2}rpc (\w+)\(.*?(?:;|\{.*?^ {2}\})$/gms)];
    expect(calls.length).toBeGreaterThan(20);
    const silent = calls.filter(([text]) => !text.includes("option idempotency_level")).map(([, name]) => name);
    expect(silent).toEqual(["LeaseRun", "ReportProgress"]);
  });
});

describe("the access that calls declare", () => {
  it("is there for every call of every service", () => {
    const rules = [...accessRules().values()];
    expect(rules.length).toBeGreaterThan(70);
    expect(rules.filter(({ role }) => role === Role.ROLE_UNSPECIFIED).map(({ path }) => path)).toEqual([]);
  });

  it("lets viewers change nothing, and nobody but admins remove what is not theirs alone", () => {
    const byRole = (wanted: Role) => [...accessRules().values()].filter(({ role }) => role === wanted);
    for (const { path } of byRole(Role.ROLE_VIEWER)) {
      expect(path).not.toMatch(
        /\/(Create|Update|Cancel|Delete|Import|Upload|Remove|Cut|Lease|Report|Complete|Fail|Collect|Retry)/,
      );
    }
    expect(byRole(Role.ROLE_ADMIN).map(({ path }) => path.split(".").at(-1))).toEqual([
      "StoreService/CollectGarbage",
      "SystemService/ListProcesses",
      "SystemService/ListQueues",
      "SystemService/ListDeadLetters",
      "SystemService/RetryDeadLetter",
    ]);
  });
});

describe("the schema of SEARCH.yaml", () => {
  it("is what the command line checks (else run: npm run generate)", () => {
    const schema = { title: "A Climb search", ...z.toJSONSchema(searchFile, { io: "input" }) };
    const committed = JSON.parse(readFileSync(`${root}cli/search.schema.json`, "utf8")) as unknown;
    expect(committed).toEqual(JSON.parse(JSON.stringify(schema)));
  });
});
