import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CallAudited } from "@climb/proto/common/v1/audit";
import { PredictorServiceDefinition, PredictorSpec } from "@climb/proto/predictor/v1/predictor_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { type TemporaryDirectory, temporaryDirectory } from "@climb/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { caller, type Stranger } from "./calls.js";

const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

let [folder, suite]: [TemporaryDirectory?, Suite?] = [];
let events: { subject: string; event: CallAudited }[] = [];
const open: Stranger[] = [];

beforeAll(async () => {
  folder = await temporaryDirectory();
  const tokens = join(folder.path, "tokens.txt");
  const lines = [
    `${sha256("of-ada")} ada sea editor`,
    `${sha256("of-bob")} bob sea viewer`,
    `${sha256("of-eve")} eve * admin`,
  ];
  writeFileSync(tokens, lines.join("\n"));
  const quotas = join(folder.path, "quotas.txt");
  writeFileSync(quotas, "# what projects may have\nsea bytes=2k tokens-a-day=1.5M\n* searches=3\n");
  const env = { CLIMB_AUTH_TOKENS: tokens, CLIMB_QUOTAS: quotas };
  suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "silent", env });
  await suite.platform.events.subscribe({
    subject: "audit.>",
    handler: async ({ subject, payload }) => void events.push({ subject, event: CallAudited.decode(payload) }),
  });
});

afterAll(async () => {
  for (const one of open) one.close();
  await suite?.close();
  await folder?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  events = [];
});

function as(token?: string): Stranger {
  const one = caller(suite?.address ?? "", token);
  open.push(one);
  return one;
}

/** The events of the audit once so many have come, without their times. */
async function audited(count: number) {
  await expect.poll(() => events.length).toBe(count);
  return events.map(({ subject, event: { time: _, ...event } }) => ({ subject, ...event }));
}

const SECRET = "a secret name of a domain";
const spec = PredictorSpec.fromPartial({
  domains: [{ id: SECRET }, { id: "other" }],
  tasks: [{ name: "loss", weight: 1 }],
  rows: [0.1, 0.3, 0.5, 0.7, 0.9].map((w, i) => ({ id: `r${i}`, mixture: [w, 1 - w], values: [2 + w * w] })),
});

describe("the audit", () => {
  it("tells of each change: who, for which project, what, from where; and of looking, nothing", async () => {
    const predictors = as("of-ada").client(PredictorServiceDefinition);
    const { predictor } = await predictors.createPredictor({ requestId: "", spec });
    const id = predictor?.id ?? "";
    await predictors.getPredictor({ id });
    await predictors.listPredictors({});
    await predictors.updatePredictor({ id, metadata: { displayName: SECRET } });
    const found = await audited(2);
    const facts = { caller: "ada", project: "sea", resourceId: id, code: "OK", reason: "", times: 1 };
    const call = (name: string) => `climb.predictor.v1.PredictorService/${name}`;
    expect(found).toMatchObject([
      {
        subject: "audit.changed",
        ...facts,
        call: call("CreatePredictor"),
        peer: expect.stringMatching(/127\.0\.0\.1:\d+$/),
      },
      { subject: "audit.changed", ...facts, call: call("UpdatePredictor") },
    ]);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it("tells of each refusal, with the name of the caller as far as it is known, and never the token", async () => {
    const ask = (token?: string) =>
      as(token).client(PredictorServiceDefinition).createPredictor({ requestId: "", spec });
    await expect(ask()).rejects.toMatchObject({ reason: "CREDENTIALS_INVALID" });
    await expect(ask("a-guess-at-a-token")).rejects.toMatchObject({ reason: "CREDENTIALS_INVALID" });
    await expect(ask("of-bob")).rejects.toMatchObject({ reason: "ROLE_INSUFFICIENT" });
    // The second guess is counted with the first.
    const found = await audited(2);
    expect(found).toMatchObject([
      { subject: "audit.refused", caller: "", code: "UNAUTHENTICATED", reason: "CREDENTIALS_INVALID" },
      {
        subject: "audit.refused",
        caller: "bob",
        project: "sea",
        code: "PERMISSION_DENIED",
        reason: "ROLE_INSUFFICIENT",
      },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/guess|of-bob/);
  });
});

describe("quotas", () => {
  it("refuse what goes beyond them with when to come again, and are told with what was used", async () => {
    const store = as("of-ada").client(StoreServiceDefinition);
    const large = Buffer.alloc(4000, 1);
    const upload = store.upload(
      (async function* () {
        yield { part: { $case: "header" as const, value: { sha256: sha256(large), sizeBytes: 4000n, offset: 0n } } };
        yield { part: { $case: "data" as const, value: large } };
      })(),
    );
    await expect(upload).rejects.toMatchObject({
      kind: "exhausted",
      reason: "LIMIT_REACHED",
      metadata: { limit: "quota bytes" },
      retryAfterMs: 3_600_000,
    });
    expect(await audited(1)).toMatchObject([{ subject: "audit.refused", caller: "ada", code: "RESOURCE_EXHAUSTED" }]);
    const quota = { searches: 0n, runs: 0n, tokensADay: 1_500_000n, bytes: 2000n };
    const own = await store.getUsage({});
    expect(own.projects).toMatchObject([{ project: "sea", searches: 0n, quota }]);
    const all = await as("of-eve").client(StoreServiceDefinition).getUsage({});
    expect(all.projects.map(({ project }) => project)).toEqual(["sea"]);
  });
});
