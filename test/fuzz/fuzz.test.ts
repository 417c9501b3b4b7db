import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  everyMethod,
  type FuzzReport,
  type FuzzTarget,
  fuzz,
  seedResources,
  startFuzzTarget,
} from "@climb/testkit/fuzz";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listedErrors } from "./listed-errors.js";

const REQUESTS = 10_000;

/** What any call can be refused with, as access.proto says of the option that every call has. */
const EVERY_CALL = [
  "UNAUTHENTICATED CREDENTIALS_INVALID",
  "PERMISSION_DENIED ROLE_INSUFFICIENT",
  "RESOURCE_EXHAUSTED LIMIT_REACHED",
  "INVALID_ARGUMENT MESSAGE_TOO_LARGE",
];

let target: FuzzTarget;
let report: FuzzReport;
let logBytes: number;

beforeAll(async () => {
  target = await startFuzzTarget();
  const samples = await seedResources(target.address);
  const before = target.logBytes;
  // A fixed seed: the same requests every time, so that what fails can be looked at.
  report = await fuzz({ address: target.address, requests: REQUESTS, seed: 15, samples });
  logBytes = target.logBytes - before;
});

afterAll(() => target[Symbol.asyncDispose]());

describe(`${REQUESTS} requests that are good, nearly good or none, to every method`, () => {
  it("end with a reason that the caller can do something about, never INTERNAL, and say nothing of the inside", () => {
    expect(report.findings).toEqual([]);
    expect(report.requests).toBe(REQUESTS);
    // Some are good, and most are refused for what is wrong with them.
    expect(report.codes.OK).toBeGreaterThan(REQUESTS / 50);
    expect(report.codes.INVALID_ARGUMENT).toBeGreaterThan(REQUESTS / 4);
    expect(report.codes.NOT_FOUND).toBeGreaterThan(REQUESTS / 50);
  });

  it("leave the suite alive, with a log that does not grow with what strangers send", () => {
    expect(target.isAlive, target.lastLog).toBe(true);
    expect(logBytes / REQUESTS).toBeLessThan(200);
  });

  it("have no (code, reason) that the comment of the method, or of its service, does not list", () => {
    const listed = listedErrors();
    expect(
      everyMethod()
        .map((method) => `${method.parent.name}.${method.name}`)
        .sort(),
    ).toEqual([...listed.keys()].sort());
    const unlisted = [...report.pairs].filter((pair) => {
      const [method = "", code, reason] = pair.split(" ");
      return !EVERY_CALL.includes(`${code} ${reason}`) && !listed.get(method)?.has(`${code} ${reason}`);
    });
    expect(unlisted.sort()).toEqual([]);
  });
});

describe("the reasons of errors", () => {
  it("have in every comment the code that error_reason.proto gives them", () => {
    const path = fileURLToPath(new URL("../../proto/climb/common/v1/error_reason.proto", import.meta.url));
    const text = readFileSync(path, "utf8");
    const codes = new Map(
      [...text.matchAll(/\/\/ ([A-Z_]+)\. [^\n]*\n(?: {2}\/\/[^\n]*\n)* {2}ERROR_REASON_(\w+) =/g)].map(
        ([, code, reason]) => [reason, code],
      ),
    );
    expect(codes.size).toBeGreaterThan(15);
    for (const [method, errors] of listedErrors()) {
      for (const error of errors) {
        const [code, reason] = error.split(" ");
        expect(codes.get(reason), `${method} lists ${error}`).toBe(code);
      }
    }
  });
});
