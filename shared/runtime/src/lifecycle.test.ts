import { expect, it } from "vitest";
import { createLifecycle } from "./lifecycle.js";

it("closes newest first, one after the other, after its signal has fired", async () => {
  const lifecycle = createLifecycle();
  const events: string[] = [];
  lifecycle.signal.addEventListener("abort", () => events.push("signal"));
  for (const name of ["first", "second", "third"]) {
    lifecycle.onClose(name, async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push(`${name} ends`);
    });
  }
  await lifecycle.close();
  expect(events).toEqual([
    "signal",
    ...["third", "second", "first"].flatMap((name) => [`${name} begins`, `${name} ends`]),
  ]);
});

it("goes on when a member fails, at once or later, or never ends", async () => {
  const lifecycle = createLifecycle({ closeTimeoutMs: 30 });
  const closed: string[] = [];
  lifecycle.onClose("last", () => void closed.push("last"));
  lifecycle.onClose("throws", () => {
    throw new Error("at once");
  });
  lifecycle.onClose("rejects", () => Promise.reject(new Error("later")));
  lifecycle.onClose("hangs", () => new Promise(() => {}));
  await lifecycle.close();
  expect(closed).toEqual(["last"]);
});

it("closes everything once, however often it is asked", async () => {
  const lifecycle = createLifecycle();
  let times = 0;
  lifecycle.onClose("counted", () => void times++);
  await Promise.all([lifecycle.close(), lifecycle.close()]);
  await lifecycle.close();
  expect(times).toBe(1);
});

it("closes what was opened too late", async () => {
  const lifecycle = createLifecycle();
  const closed: string[] = [];
  lifecycle.onClose("slow", async () => {
    lifecycle.onClose("opened while closing", () => void closed.push("while"));
  });
  await lifecycle.close();
  lifecycle.onClose("opened after closing", () => void closed.push("after"));
  await lifecycle.close();
  expect(closed).toEqual(["while", "after"]);
});
