import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Role } from "@climb/proto/access";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { type TemporaryDirectory, temporaryDirectory } from "@climb/testkit";
import { Client, credentials, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { type Call, caller, everyCall, type Stranger } from "./calls.js";
import { type Issuer, startIssuer } from "./issuer.js";

const OPERATOR = "of-the-operator";
const ROLES = ["", "viewer", "editor", "worker", "admin"];
const calls = everyCall();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let [folder, issuer, suite]: [TemporaryDirectory?, Issuer?, Suite?] = [];
let cases = 0;
const open: Stranger[] = [];

beforeAll(async () => {
  folder = await temporaryDirectory();
  issuer = await startIssuer();
  const tokens = join(folder.path, "tokens.txt");
  writeFileSync(tokens, `# who may call\n${sha256(OPERATOR)} operator * admin\n`);
  const env = { CLIMB_AUTH_TOKENS: tokens, CLIMB_AUTH_ISSUER: issuer.url, CLIMB_AUTH_AUDIENCE: issuer.audience };
  suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "silent", env });
});

afterAll(async () => {
  for (const one of open) one.close();
  await suite?.close();
  await issuer?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
  process.stdout.write(`strangers: ${cases} cases, ${calls.length} calls\n`);
});

function as(token?: string): Stranger {
  const one = caller(suite?.address ?? "", token);
  open.push(one);
  return one;
}

async function expectEvery(stranger: Stranger, expected: string, of: Call[] = calls): Promise<void> {
  const answers = await Promise.all(of.map(async (call) => [call.path, await stranger.ask(call)] as const));
  cases += answers.length;
  expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(of.map(({ path }) => [path, expected])));
}

describe("every call of every service", () => {
  const UNKNOWN = "unauthenticated CREDENTIALS_INVALID";
  const of = { project: "sea", role: "admin" };

  it("is one that this test knows, more than seventy in all", () => {
    expect(calls.length).toBeGreaterThan(70);
  });

  it.each<[string, (at: Issuer) => string | Promise<string> | undefined]>([
    ["without credentials", () => undefined],
    ["with a token that nobody gave out", () => "a-guess"],
    ["with a token that has expired", (at) => at.token({ ...of, lastsSeconds: -60 })],
    ["with a token that another key has signed", (at) => at.forged(of)],
    ["with a token that nobody has signed", (at) => at.unsigned(of)],
    ["with a token for another audience", (at) => at.token({ ...of, audience: "elsewhere" })],
  ])("is refused %s", async (_, tokenOf) => {
    await expectEvery(as(await tokenOf(issuer as Issuer)), UNKNOWN);
  });

  it.each([Role.ROLE_VIEWER, Role.ROLE_EDITOR, Role.ROLE_WORKER, Role.ROLE_ADMIN])(
    "of role %i is refused to the role below",
    async (role) => {
      const below = await issuer?.token({ project: "sea", role: ROLES[role - 1] ?? "" });
      await expectEvery(
        as(below),
        "forbidden ROLE_INSUFFICIENT",
        calls.filter((call) => call.role === role),
      );
    },
  );

  it("is refused to who names a project that is not the caller's, and to tokens that claim every project", async () => {
    await expectEvery(as(await issuer?.token({ project: "*", role: "admin" })), "forbidden ROLE_INSUFFICIENT");
  });
});

describe("who is known", () => {
  it("is let through: by a JWT, and by a token of which the server knows the digest alone", async () => {
    for (const token of [await issuer?.token({ project: "sea", role: "viewer" }), OPERATOR]) {
      const { searches } = await as(token)
        .client(SearchServiceDefinition)
        .listSearches({ pageSize: 1, pageToken: "", filter: undefined });
      expect(searches).toEqual([]);
    }
  });

  it("or not may ask for health, and nobody for the contracts unless the operator opens them", async () => {
    const address = suite?.address ?? "";
    const ask = async (path: string, request: Buffer) => {
      const channel = new Client(address, credentials.createInsecure());
      const bytes = (value: Buffer) => value;
      try {
        return await new Promise<Buffer | undefined>((resolve, reject) =>
          channel.makeUnaryRequest(path, bytes, bytes, request, (error, value) =>
            error ? reject(error) : resolve(value),
          ),
        );
      } finally {
        channel.close();
      }
    };
    // SERVING is 1, in the first field.
    expect(await ask("/grpc.health.v1.Health/Check", Buffer.of())).toEqual(Buffer.of(8, 1));
    const reflection = ask("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Buffer.of());
    await expect(reflection).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
    cases += 2;
  });

  it("is known by a key that the issuer has gone over to, which is asked for once for many tokens", async () => {
    await issuer?.rotate();
    // The server asks for keys at most once a second.
    await sleep(1100);
    const before = issuer?.asked ?? 0;
    const later = await issuer?.token({ project: "sea", role: "viewer" });
    const asking = Array.from({ length: 5 }, () =>
      as(later)
        .client(StoreServiceDefinition)
        .getUpload({ sha256: sha256("x") }),
    );
    for (const { offset } of await Promise.all(asking)) expect(offset).toBe(0n);
    expect((issuer?.asked ?? 0) - before).toBe(1);
  });
});
