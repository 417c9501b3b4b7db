import type { Quota } from "@climb/runtime";
import { inScope } from "@climb/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { usageOf } from "./store/usage.js";
import { callContext, named, type TestKind, testService } from "./testing/service.js";

let service: Awaited<ReturnType<typeof testService>>;
beforeEach(async () => {
  service = await testService();
});
afterEach(() => service.close());

const DAY_MS = 24 * 3_600_000;
const kind: TestKind = {
  make: async () => named("made"),
  quota: { countedAs: "searches", tokens: () => 100 },
  cost: () => ({ seconds: 2, tokens: 100 }),
};

/** A kind of resource whose project "red" has a quota, and what can be done with it for a project. */
function limited(quota: Quota) {
  const quotaOf = (project: string) => (project === "red" ? quota : undefined);
  const things = service.replica(kind, { quotaOf });
  return {
    quotaOf,
    things,
    create: (project: string, id: string) =>
      inScope({ project }, () =>
        things.create({ id, requestId: "" }, callContext()).then(({ predictor }) => predictor),
      ),
    cancel: (project: string, id: string) => inScope({ project }, () => things.calls.cancelPredictor({ id })),
    remove: (project: string, id: string) => inScope({ project }, () => things.calls.deletePredictor({ id })),
    async made(project: string, id: string) {
      const stop = service.work(kind, { quotaOf });
      await inScope({ project }, () => service.end(id));
      await stop();
    },
  };
}

const reached = (limit: string) => ({
  kind: "exhausted",
  reason: "LIMIT_REACHED",
  metadata: { limit: `quota ${limit}` },
});

describe("a quota", () => {
  it("of searches refuses one more until another has ended, and neither the same one nor another project's", async () => {
    const { create, cancel } = limited({ searches: 1 });
    await create("red", "first");
    await expect(create("red", "second")).rejects.toMatchObject({ ...reached("searches"), retryAfterMs: 60_000 });
    await create("red", "first");
    await create("blue", "third");
    await cancel("red", "first");
    await create("red", "second");
    // Beginning again what was cancelled is one more.
    await expect(create("red", "first")).rejects.toMatchObject(reached("searches"));
  });

  it("of tokens counts what is under way and what has ended, also what was deleted, and says when there is room", async () => {
    const { create, made, remove } = limited({ tokensADay: 250 });
    await create("red", "first");
    await create("red", "second");
    await expect(create("red", "third")).rejects.toMatchObject(reached("tokens-a-day"));
    await made("red", "first");
    await made("red", "second");
    const refusal = await create("red", "third").catch((error: unknown) => error);
    expect(refusal).toMatchObject(reached("tokens-a-day"));
    expect((refusal as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(0.9 * DAY_MS);
    await remove("red", "first");
    await expect(create("red", "first")).rejects.toMatchObject(reached("tokens-a-day"));
  });

  it("of bytes counts what the project has stored, whatever it was stored for", async () => {
    const { create } = limited({ bytes: 10 });
    await inScope({ project: "blue" }, () => service.platform.artifacts.put("x/large", Buffer.alloc(1000)));
    await create("red", "first");
    const { things } = limited({ bytes: 10 });
    await inScope({ project: "red" }, async () => {
      await service.platform.artifacts.put("x/small", Buffer.alloc(10));
      // Counted anew once a minute.
      const later = service.replica(kind, {
        quotaOf: () => ({ bytes: 10 }),
        artifacts: { ...service.platform.artifacts },
      });
      await expect(later.create({ id: "second", requestId: "" }, callContext())).rejects.toMatchObject(
        reached("bytes"),
      );
      await things.create({ id: "first", requestId: "" }, callContext());
    });
  });
});

describe("the ledger", () => {
  it("has what each project's work took, once however often it is told, and each attempt for itself", async () => {
    const { create, made, quotaOf, remove, things } = limited({ searches: 5 });
    await create("red", "first");
    await create("blue", "third");
    await made("red", "first");
    const platform = { ...service.platform, quotaOf };
    const since = new Date(Date.now() - DAY_MS);
    const usage = async () => {
      const found = await usageOf(platform, since, new Date(Date.now() + 60_000));
      return found.map(({ project, cost, searches, quota }) => [
        project,
        cost?.seconds,
        cost?.tokens,
        searches,
        quota?.searches,
      ]);
    };
    expect(await usage()).toEqual([
      ["blue", 2, 100n, 0n, 0n],
      ["red", 2, 100n, 0n, 5n],
    ]);
    await things.announce(await inScope({ project: "red" }, () => things.store.require("first")));
    await remove("red", "first");
    expect((await usage())[1]).toEqual(["red", 2, 100n, 0n, 5n]);
    await create("red", "first");
    expect((await usage())[1]).toEqual(["red", 2, 100n, 1n, 5n]);
    await made("red", "first");
    expect((await usage())[1]).toEqual(["red", 4, 200n, 0n, 5n]);
    expect((await inScope({ project: "blue" }, usage)).map(([project]) => project)).toEqual(["blue"]);
  });
});
