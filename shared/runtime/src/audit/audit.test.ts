import { CallAudited } from "@climb/proto/common/v1/audit";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLogger } from "../logging.js";
import { createAudit } from "./audit.js";
import { auditedId } from "./audited-id.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const call = {
  path: "/climb.search.v1.SearchService/CreateSearch",
  caller: "ada",
  project: "sea",
  peer: "10.0.0.1:5000",
};

function audited() {
  const lines: Record<string, unknown>[] = [];
  const events: { subject: string; event: CallAudited }[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ service: "test", level: "info", destination });
  const audit = createAudit(logger, async ({ subject, payload }) => {
    events.push({ subject, event: CallAudited.decode(payload) });
  });
  return { audit, lines, events };
}

it("tells of a change in the log and as an event: who, what, when, from where", () => {
  const { audit, lines, events } = audited();
  audit.changed(call, "abc");
  const facts = { caller: "ada", project: "sea", peer: "10.0.0.1:5000", resourceId: "abc", code: "OK" };
  expect(lines).toMatchObject([
    { audit: "audit.changed", ...facts, call: call.path.slice(1), time: expect.any(String) },
  ]);
  expect(events).toMatchObject([{ subject: "audit.changed", event: { ...facts, time: expect.any(Date), times: 1 } }]);
});

it("tells of a refusal at once, and of any number more like it in one line", () => {
  const { audit, lines, events } = audited();
  for (let i = 0; i < 100_001; i++) {
    audit.refused({ ...call, peer: `10.0.0.1:${i % 60_000}` }, "PERMISSION_DENIED", "ROLE_INSUFFICIENT");
  }
  audit.refused({ ...call, caller: "bob" }, "PERMISSION_DENIED", "ROLE_INSUFFICIENT");
  expect(lines.map(({ caller, times }) => [caller, times])).toEqual([
    ["ada", 1],
    ["bob", 1],
  ]);
  vi.advanceTimersByTime(10_000);
  expect(events.slice(2)).toMatchObject([
    { subject: "audit.refused", event: { caller: "ada", peer: "10.0.0.1", times: 100_000 } },
  ]);
});

it("keeps its memory and its log small when every refusal is another one", () => {
  const { audit, lines } = audited();
  for (let i = 0; i < 20_000; i++) {
    audit.refused({ ...call, peer: `10.0.${i >> 8}.${i & 255}:1` }, "UNAUTHENTICATED", "CREDENTIALS_INVALID");
  }
  audit.close();
  expect(lines.length).toBeLessThan(1100);
  const times = lines.reduce((sum, line) => sum + Number(line.times), 0);
  expect(times).toBe(20_000);
});

it("names what was changed by its id alone, never by anything else that a caller wrote", () => {
  expect(auditedId({ id: "abc", metadata: {} }, {})).toBe("abc");
  expect(auditedId({ requestId: "mine", spec: {} }, { search: { id: "def" } })).toBe("def");
  expect(auditedId({ runId: "r1", progress: {} }, {})).toBe("r1");
  expect(auditedId({ id: "a text\nwith lines" }, {})).toBe("");
  expect(auditedId(undefined, undefined)).toBe("");
});
