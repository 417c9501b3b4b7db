import fc from "fast-check";
import { expect, it } from "vitest";
import { createBudget } from "./budget.js";
import { createLimits } from "./limits.js";

const MIB = 1024 * 1024;
const config = {
  CLIMB_LIMIT_CALLS: 3,
  CLIMB_LIMIT_CLIENT_CALLS: 2,
  CLIMB_LIMIT_BYTES: 4 * MIB,
  CLIMB_LIMIT_CLIENT_BYTES: 2 * MIB,
  CLIMB_LIMIT_RATE: 0,
};
const never = new AbortController().signal;

it("a budget never gives more than there is, to all or to each, and in the end all that was asked for", async () => {
  const asked = fc.array(fc.record({ who: fc.constantFrom("a", "b", "c"), amount: fc.integer({ min: 1, max: 9 }) }));
  await fc.assert(
    fc.asyncProperty(
      asked,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      async (wants, all, each) => {
        const budget = createBudget({ all, each });
        const held = new Map<string, number>();
        const taken = wants.map(async ({ who, amount }) => {
          const giveBack = await budget.take(who, amount, never);
          held.set(who, (held.get(who) ?? 0) + Math.min(amount, all, each));
          expect(Math.max(...held.values())).toBeLessThanOrEqual(each);
          expect(budget.taken).toBeLessThanOrEqual(all);
          await Promise.resolve();
          held.set(who, (held.get(who) ?? 0) - Math.min(amount, all, each));
          giveBack();
          giveBack();
        });
        await Promise.all(taken);
        expect(budget.taken).toBe(0);
      },
    ),
  );
});

it("who gives up waiting for a budget leaves nothing behind", async () => {
  const budget = createBudget({ all: 1, each: 1 });
  const giveBack = await budget.take("a", 1, never);
  const impatient = new AbortController();
  const waiting = budget.take("b", 1, impatient.signal);
  impatient.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  giveBack();
  expect(budget.taken).toBe(0);
});

it("calls of one caller are limited, and those of all, and a call that is over makes room", () => {
  const limits = createLimits(config);
  const first = limits.enter("a", false);
  limits.enter("a", false);
  expect(() => limits.enter("a", false)).toThrow(/2 calls of this caller are under way/);
  limits.enter("b", true);
  expect(() => limits.enter("b", true)).toThrow(/3 calls are under way/);
  first.leave();
  first.leave();
  limits.enter("a", false);
  expect(() => limits.enter("c", false)).toThrow(/3 calls are under way/);
});

it("a rate lets a burst through, then so many a second, and says when the next may come", () => {
  let nowMs = 0;
  const limits = createLimits({ ...config, CLIMB_LIMIT_RATE: 4 }, () => nowMs);
  const call = () => limits.enter("a", false).leave();
  for (let i = 0; i < 8; i++) call();
  expect(call).toThrow(expect.objectContaining({ reason: "LIMIT_REACHED", retryAfterMs: 250 }));
  nowMs = 249;
  expect(call).toThrow(expect.objectContaining({ retryAfterMs: 1 }));
  nowMs = 250;
  call();
  expect(call).toThrow();
  // Who is trusted has no rate, and nobody else's is used up.
  limits.enter("service", true).leave();
  limits.enter("b", false).leave();
});
