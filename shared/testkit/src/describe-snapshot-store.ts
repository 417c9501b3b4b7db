import type { Snapshot, SnapshotFilter, SnapshotIndex, SnapshotStore } from "@climb/ports";
import { VersionConflictError } from "@climb/runtime";
import { describe, expect, it } from "vitest";

export interface SnapshotStoreBench {
  /** Opens the store; again, too, as another process would. */
  open(): Promise<SnapshotStore>;
  /** Readers that the store has for its watchers now, where that can be counted. */
  readers?(): Promise<number>;
}

const bytes = (text: string) => Buffer.from(text, "utf8");
const text = (snapshot: Snapshot | undefined) => snapshot && Buffer.from(snapshot.record).toString("utf8");
const indexed = (index: Partial<SnapshotIndex> = {}): SnapshotIndex => ({
  state: "PENDING",
  owner: "",
  labels: {},
  createTimeMs: 1000,
  ...index,
});
const value = (record: string, index: Partial<SnapshotIndex> = {}) => ({
  index: indexed(index),
  record: bytes(record),
});

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error("it did not happen within ten seconds");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Every id of a kind, page by page. */
async function idsOf(
  store: SnapshotStore,
  kind: string,
  { filter, order, pageSize = 3 }: { filter?: SnapshotFilter; order?: "newest" | "oldest"; pageSize?: number } = {},
): Promise<string[]> {
  const ids: string[] = [];
  let pageToken = "";
  do {
    const page = await store.list(kind, { filter, order, pageSize, pageToken });
    expect(page.items.length).toBeLessThanOrEqual(pageSize);
    for (const { id } of page.items) ids.push(id);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return ids;
}

/** Watches in the background, noting the records. */
function watching(store: SnapshotStore, kind: string, id: string, options?: { awaits: boolean }) {
  const stop = new AbortController();
  const seen: string[] = [];
  const revisions: number[] = [];
  const ended = (async () => {
    for await (const snapshot of store.watch(kind, id, stop.signal, options)) {
      seen.push(text(snapshot) ?? "");
      revisions.push(snapshot.revision);
    }
  })();
  return { seen, revisions, ended, stop: () => stop.abort() };
}

/** What every snapshot store promises. */
export function describeSnapshotStore(name: string, bench: () => SnapshotStoreBench): void {
  describe(`a snapshot store ${name}`, () => {
    it("gives back what was put last, with its index and revision", async () => {
      const store = await bench().open();
      const index = indexed({ state: "RUNNING", owner: "search/1", labels: { größe: "5 µm", team: "a=b,c" } });
      const first = await store.put("kit", "a=1", { index, record: bytes("one") }, 0);
      expect(first).toBeGreaterThan(0);
      expect(await store.get("kit", "a=1")).toMatchObject({ id: "a=1", revision: first, index });
      const second = await store.put("kit", "a=1", { index, record: new Uint8Array(0) }, first);
      expect(second).toBeGreaterThan(first);
      const last = await store.get("kit", "a=1");
      expect([last?.revision, last?.record.length]).toEqual([second, 0]);
      const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256);
      await store.put("kit", "large", { index, record: large });
      expect(Buffer.from((await store.get("kit", "large"))?.record ?? []).equals(large)).toBe(true);
    });

    it("keeps kinds and ids apart, and knows nothing of what nobody put", async () => {
      const store = await bench().open();
      await store.put("one", "same", value("1"));
      await store.put("two", "same", value("2"));
      expect([text(await store.get("one", "same")), text(await store.get("two", "same"))]).toEqual(["1", "2"]);
      expect(await store.get("one", "other")).toBeUndefined();
      expect((await store.list("never", { pageSize: 10, pageToken: "" })).items).toEqual([]);
    });

    it("refuses kinds and ids that are not words", async () => {
      const store = await bench().open();
      for (const bad of ["", "a.b", "a b", "*", ">", "a/b", "ä"]) {
        await expect(store.put("kit", bad, value("x")), bad).rejects.toMatchObject({ reason: "FIELD_INVALID" });
        await expect(store.get(bad, "a"), bad).rejects.toMatchObject({ reason: "FIELD_INVALID" });
      }
    });

    it("puts only over the revision that was expected, or over anything if none was", async () => {
      const store = await bench().open();
      const revision = await store.put("cas", "a", value("first"), 0);
      await expect(store.put("cas", "a", value("again"), 0)).rejects.toBeInstanceOf(VersionConflictError);
      await expect(store.put("cas", "b", value("none"), revision)).rejects.toBeInstanceOf(VersionConflictError);
      const tries = await Promise.allSettled(["x", "y"].map((word) => store.put("cas", "a", value(word), revision)));
      expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const any = await store.put("cas", "a", value("whatever"));
      const last = await store.get("cas", "a");
      expect([last?.revision, text(last)]).toEqual([any, "whatever"]);
      await store.put("cas", "new", value("made"));
      expect(text(await store.get("cas", "new"))).toBe("made");
    });

    it("loses no update of many at once that try until they win", async () => {
      const store = await bench().open();
      await store.put("count", "a", value("0"), 0);
      const add = async () => {
        for (;;) {
          const before = await store.get("count", "a");
          try {
            return await store.put("count", "a", value(String(Number(text(before)) + 1)), before?.revision);
          } catch (error) {
            if (!(error instanceof VersionConflictError)) throw error;
          }
        }
      };
      const revisions = await Promise.all(Array.from({ length: 12 }, add));
      expect(new Set(revisions).size).toBe(12);
      expect(text(await store.get("count", "a"))).toBe("12");
    });

    it("removes, and makes anew with a revision that has grown", async () => {
      const store = await bench().open();
      const first = await store.put("gone", "a", value("one"), 0);
      await expect(store.remove("gone", "a", first + 1000)).rejects.toBeInstanceOf(VersionConflictError);
      await store.remove("gone", "a", first);
      expect(await store.get("gone", "a")).toBeUndefined();
      expect(await idsOf(store, "gone")).toEqual([]);
      await store.remove("gone", "a");
      await store.remove("gone", "never");
      await expect(store.put("gone", "a", value("stale"), first)).rejects.toBeInstanceOf(VersionConflictError);
      const second = await store.put("gone", "a", value("two"), 0);
      expect(second).toBeGreaterThan(first);
      await store.remove("gone", "a");
      expect(await store.put("gone", "a", value("three"))).toBeGreaterThan(second);
      expect(await idsOf(store, "gone")).toEqual(["a"]);
    });

    it("lists newest or oldest first, equal times by id, in pages", async () => {
      const store = await bench().open();
      const times: [string, number][] = [
        ["c", 10],
        ["a", 20],
        ["e", 20],
        ["b", 20],
        ["d", 5],
      ];
      for (const [id, createTimeMs] of times) await store.put("order", id, value(id, { createTimeMs }));
      const oldest = ["d", "c", "a", "b", "e"];
      expect(await idsOf(store, "order", { order: "oldest", pageSize: 2 })).toEqual(oldest);
      expect(await idsOf(store, "order", { order: "newest", pageSize: 2 })).toEqual([...oldest].reverse());
      expect(await idsOf(store, "order", { pageSize: 5 })).toEqual([...oldest].reverse());
      expect(await idsOf(store, "order", { pageSize: 1 })).toEqual([...oldest].reverse());
      const { items } = await store.list("order", { pageSize: 1, pageToken: "" });
      expect(items[0]).toMatchObject({ id: "e", index: { createTimeMs: 20 } });
      expect(text(items[0])).toBe("e");
    });

    it("narrows a list by state, owner, labels and time", async () => {
      const store = await bench().open();
      const put = (id: string, index: Partial<SnapshotIndex>) => store.put("narrow", id, value(id, index));
      await put("a", { state: "RUNNING", owner: "x", labels: { team: "red", size: "s" }, createTimeMs: 1 });
      await put("b", { state: "DONE", owner: "x", labels: { team: "red" }, createTimeMs: 2 });
      await put("c", { state: "FAILED", owner: "y", labels: { team: "blue" }, createTimeMs: 3 });
      const ids = (filter: SnapshotFilter) => idsOf(store, "narrow", { filter, order: "oldest", pageSize: 2 });
      expect(await ids({})).toEqual(["a", "b", "c"]);
      expect(await ids({ states: ["RUNNING", "FAILED"] })).toEqual(["a", "c"]);
      expect(await ids({ owner: "x" })).toEqual(["a", "b"]);
      expect(await ids({ labels: { team: "red" } })).toEqual(["a", "b"]);
      expect(await ids({ labels: { team: "red", size: "s" } })).toEqual(["a"]);
      expect(await ids({ labels: { toString: "red" } })).toEqual([]);
      expect(await ids({ createdFromMs: 2 })).toEqual(["b", "c"]);
      expect(await ids({ createdFromMs: 2, createdBeforeMs: 3 })).toEqual(["b"]);
      expect(await ids({ owner: "x", states: ["DONE"], labels: { team: "red" } })).toEqual(["b"]);
      await put("a", { state: "DONE", owner: "x", createTimeMs: 1 });
      expect(await ids({ states: ["RUNNING"] })).toEqual([]);
      expect(await ids({ owner: "x", states: ["DONE"] })).toEqual(["a", "b"]);
    });

    it("shows in a list what this process has put, at once", async () => {
      const store = await bench().open();
      for (let i = 0; i < 30; i++) {
        await store.put("own", `id-${i}`, value("new", { createTimeMs: i }));
        const { items } = await store.list("own", { pageSize: 1, pageToken: "" });
        expect(items[0]?.id).toBe(`id-${i}`);
        await store.put("own", `id-${i}`, value("changed", { createTimeMs: i, state: "DONE" }));
        const done = await store.list("own", { filter: { states: ["DONE"] }, pageSize: 1, pageToken: "" });
        expect(text(done.items[0])).toBe("changed");
        if (i % 3 === 0) {
          await store.remove("own", `id-${i}`);
          expect(await idsOf(store, "own", { pageSize: 100 })).not.toContain(`id-${i}`);
        }
      }
    });

    it("pages through what was there once each, while new ones come and others go", async () => {
      const store = await bench().open();
      for (let i = 0; i < 12; i++) await store.put("stable", `old-${i}`, value("x", { createTimeMs: 100 + i }));
      const seen: string[] = [];
      let pageToken = "";
      for (let page = 0; page === 0 || pageToken; page++) {
        const next = await store.list("stable", { pageSize: 3, pageToken });
        for (const { id } of next.items) seen.push(id);
        pageToken = next.nextPageToken;
        await store.put("stable", `new-${page}`, value("x", { createTimeMs: 1000 + page }));
        if (page === 0) await store.remove("stable", "old-9");
      }
      expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => `old-${11 - i}`));
    });

    it("refuses tokens that it did not give", async () => {
      const store = await bench().open();
      await store.put("token", "a", value("x"));
      for (const pageToken of ["nonsense", "!", "e30", Buffer.from("x").toString("base64url")]) {
        await expect(store.list("token", { pageSize: 1, pageToken }), pageToken).rejects.toMatchObject({
          kind: "invalid",
          reason: "FIELD_INVALID",
        });
      }
    });

    it("has everything when it is opened again, and sees what another has put", async () => {
      const place = bench();
      const [one, other] = [await place.open(), await place.open()];
      const revision = await one.put("again", "a", value("kept"), 0);
      const seen = await other.get("again", "a");
      expect([seen?.revision, text(seen)]).toEqual([revision, "kept"]);
      expect(await idsOf(other, "again")).toEqual(["a"]);
      await one.put("again", "b", value("more", { createTimeMs: 2000 }));
      await eventually(async () => (await idsOf(other, "again")).join() === "b,a");
      await one.remove("again", "a");
      await eventually(async () => (await idsOf(other, "again")).join() === "b");
      expect(await idsOf(await place.open(), "again")).toEqual(["b"]);
    });

    it("is watched from what there is now, through every change that is waited for, until it is removed", async () => {
      const place = bench();
      const [store, other] = [await place.open(), await place.open()];
      await store.put("watch", "a", value("one"));
      await store.put("watch", "b", value("not this one"));
      const watch = watching(store, "watch", "a");
      await eventually(() => watch.seen.length === 1);
      await store.put("watch", "a", value("two"));
      await eventually(() => watch.seen.length === 2);
      await other.put("watch", "a", value("three"));
      await other.put("watch", "b", value("nor now"));
      await eventually(() => watch.seen.length === 3);
      await other.remove("watch", "a");
      await watch.ended;
      expect(watch.seen).toEqual(["one", "two", "three"]);
      expect(watch.revisions).toEqual([...watch.revisions].sort((a, b) => a - b));
    });

    it("lets go of a watch when its signal aborts, without an error", async () => {
      const store = await bench().open();
      await store.put("let-go", "a", value("one"));
      const watch = watching(store, "let-go", "a");
      await eventually(() => watch.seen.length === 1);
      watch.stop();
      await watch.ended;
      await store.put("let-go", "a", value("two"));
      expect(watch.seen).toEqual(["one"]);
      const aborted = AbortSignal.abort();
      for await (const _ of store.watch("let-go", "a", aborted)) throw new Error("it was aborted before");
    });

    it("ends a watch of what is not there", async () => {
      const store = await bench().open();
      const watch = watching(store, "nothing", "a");
      await watch.ended;
      expect(watch.seen).toEqual([]);
    });

    it("waits for what is not there, and for what comes after a removal, if it is asked to", async () => {
      const place = bench();
      const [store, other] = [await place.open(), await place.open()];
      const watch = watching(store, "awaited", "a", { awaits: true });
      await other.put("awaited", "b", value("another"));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await other.put("awaited", "a", value("one"));
      await eventually(() => watch.seen.length === 1);
      await other.remove("awaited", "a");
      await new Promise((resolve) => setTimeout(resolve, 200));
      await other.put("awaited", "a", value("two"));
      await eventually(() => watch.seen.length === 2);
      watch.stop();
      await watch.ended;
      expect(watch.seen).toEqual(["one", "two"]);
    });

    it("tells a slow watcher the latest, not all between", async () => {
      const store = await bench().open();
      await store.put("slow", "a", value("0"));
      const seen: string[] = [];
      for await (const snapshot of store.watch("slow", "a", AbortSignal.timeout(20_000))) {
        seen.push(text(snapshot) ?? "");
        if (seen.length === 1) for (let i = 1; i <= 20; i++) await store.put("slow", "a", value(String(i)));
        await new Promise((resolve) => setTimeout(resolve, 300));
        if (seen.at(-1) === "20") break;
      }
      expect(seen.at(-1)).toBe("20");
      expect(seen.length).toBeLessThan(6);
    });

    it("has one reader for many watchers, each of which hears of its own", async () => {
      const place = bench();
      const [store, other] = [await place.open(), await place.open()];
      const ids = Array.from({ length: 100 }, (_, i) => `id-${i}`);
      for (const id of ids) await store.put("crowd", id, value("one"));
      const before = (await place.readers?.()) ?? 0;
      const watches = [...ids, ...ids].map((id) => watching(store, "crowd", id));
      await eventually(() => watches.every(({ seen }) => seen.length === 1));
      if (place.readers) expect((await place.readers()) - before).toBeLessThanOrEqual(1);
      await Promise.all(ids.map((id) => other.put("crowd", id, value(id))));
      await eventually(() => watches.every(({ seen }) => seen.length === 2));
      watches.forEach(({ seen }, i) => {
        expect(seen).toEqual(["one", ids[i % ids.length]]);
      });
      for (const { stop } of watches) stop();
      await Promise.all(watches.map(({ ended }) => ended));
    });

    it("finds a page of a hundred among ten thousand quickly", async () => {
      const store = await bench().open();
      const ids = Array.from({ length: 10_000 }, (_, i) => i);
      for (let from = 0; from < ids.length; from += 200) {
        await Promise.all(
          ids
            .slice(from, from + 200)
            .map((i) => store.put("many", `id-${i}`, value(String(i), { createTimeMs: i, state: `S${i % 2}` }))),
        );
      }
      const page = { filter: { states: ["S1"] }, pageSize: 100, pageToken: "" };
      await store.list("many", page);
      const times: number[] = [];
      for (let i = 0; i < 9; i++) {
        const start = performance.now();
        const { items } = await store.list("many", page);
        times.push(performance.now() - start);
        expect([items.length, items[0]?.id, items[99]?.id]).toEqual([100, "id-9999", "id-9801"]);
      }
      // Half of them, as other work shares the cores that tests run on.
      expect(times.sort((a, b) => a - b)[4]).toBeLessThan(50);
    }, 120_000);
  });
}
