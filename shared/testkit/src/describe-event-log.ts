import type { EventLog } from "@climb/ports";
import { VersionConflictError } from "@climb/runtime";
import { describe, expect, it } from "vitest";

/** Where an implementation keeps its state, and how to open it: again, too, as a restarted process would. */
export interface EventLogBench {
  open(): Promise<EventLog>;
}

const bytes = (text: string) => Buffer.from(text, "utf8");
const text = (record: Uint8Array) => Buffer.from(record).toString("utf8");

async function all(log: EventLog, name: string, after = 0): Promise<string[]> {
  const records: string[] = [];
  for await (const { record } of log.read(name, { after })) records.push(text(record));
  return records;
}

/** What every event log promises. */
export function describeEventLog(name: string, bench: () => EventLogBench): void {
  describe(`an event log ${name}`, () => {
    it("gives back what was appended, in order, with growing versions", async () => {
      const log = await bench().open();
      const first = await log.append("kit/order", 0, bytes("a"));
      const second = await log.append("kit/order", first, bytes("b"));
      expect(second).toBeGreaterThan(first);
      expect(await all(log, "kit/order")).toEqual(["a", "b"]);
      expect(await all(log, "kit/order", first)).toEqual(["b"]);
      expect(await log.last("kit/order")).toMatchObject({ version: second });
    });

    it("knows nothing of a log that nobody appended to", async () => {
      const log = await bench().open();
      expect(await log.last("kit/unknown")).toBeUndefined();
      expect(await all(log, "kit/unknown")).toEqual([]);
    });

    it("lets exactly one of two appenders win", async () => {
      const log = await bench().open();
      const version = await log.append("kit/race", 0, bytes("start"));
      const tries = await Promise.allSettled(["x", "y"].map((word) => log.append("kit/race", version, bytes(word))));
      expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const lost = tries.find((result) => result.status === "rejected");
      expect(lost?.reason).toBeInstanceOf(VersionConflictError);
      expect(await all(log, "kit/race")).toHaveLength(2);
      await expect(log.append("kit/race", 0, bytes("late"))).rejects.toBeInstanceOf(VersionConflictError);
    });

    it("loses no append of many at once that try until they win", async () => {
      const log = await bench().open();
      const add = async (word: string) => {
        for (;;) {
          try {
            return await log.append("kit/many", (await log.last("kit/many"))?.version ?? 0, bytes(word));
          } catch (error) {
            if (!(error instanceof VersionConflictError)) throw error;
          }
        }
      };
      const words = Array.from({ length: 12 }, (_, i) => `word ${i}`);
      const versions = await Promise.all(words.map(add));
      expect(new Set(versions).size).toBe(words.length);
      expect((await all(log, "kit/many")).sort()).toEqual([...words].sort());
    });

    it("refuses names that are not names, and takes any that are", async () => {
      const log = await bench().open();
      for (const bad of ["", "/", "a.b", "a//b", "../a", "A", "a b", "a/*", "a/>"]) {
        await expect(log.append(bad, 0, bytes("x")), bad).rejects.toMatchObject({ reason: "FIELD_INVALID" });
        await expect(log.last(bad), bad).rejects.toMatchObject({ reason: "FIELD_INVALID" });
      }
      for (const good of ["error", "kit/error", "kit/a-b_0"]) await log.append(good, 0, bytes("x"));
    });

    it("is followed from a version on through old records to new ones, and lets go without an error", async () => {
      const log = await bench().open();
      let version = await log.append("kit/follow", 0, bytes("one"));
      const start = version;
      version = await log.append("kit/follow", version, bytes("two"));
      const stop = new AbortController();
      const seen: string[] = [];
      const following = (async () => {
        for await (const { record } of log.follow("kit/follow", { after: start, signal: stop.signal })) {
          seen.push(text(record));
          if (seen.length === 3) stop.abort();
        }
      })();
      version = await log.append("kit/follow", version, bytes("three"));
      await new Promise((resolve) => setTimeout(resolve, 100));
      await log.append("kit/follow", version, bytes("four"));
      await following;
      expect(seen).toEqual(["two", "three", "four"]);
    });

    it("forgets a log that is removed, and only that one", async () => {
      const log = await bench().open();
      const first = await log.append("gone/a", 0, bytes("one"));
      await log.append("gone/a", first, bytes("two"));
      await log.append("gone/ab", 0, bytes("stays"));
      await log.append("gone/a/b", 0, bytes("stays"));
      await log.remove("gone/a");
      await log.remove("gone/never");
      expect(await log.last("gone/a")).toBeUndefined();
      expect(await all(log, "gone/a")).toEqual([]);
      expect([await all(log, "gone/ab"), await all(log, "gone/a/b")]).toEqual([["stays"], ["stays"]]);
      await log.append("gone/a", 0, bytes("anew"));
      expect(await all(log, "gone/a")).toEqual(["anew"]);
      await expect(log.remove("../a")).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    });

    it("is read by one who stops early, and by many at once", async () => {
      const log = await bench().open();
      let version = 0;
      for (let i = 0; i < 700; i++) version = await log.append("kit/long", version, bytes(String(i)));
      for await (const { record } of log.read("kit/long")) {
        if (text(record) === "5") break;
      }
      const readers = await Promise.all(Array.from({ length: 5 }, () => all(log, "kit/long")));
      const expected = Array.from({ length: 700 }, (_, i) => String(i));
      for (const records of readers) expect(records).toEqual(expected);
    });

    it("has everything when it is opened again, and goes on from there", async () => {
      const place = bench();
      const version = await (await place.open()).append("kit/again", 0, bytes("kept"));
      const log = await place.open();
      expect(await all(log, "kit/again")).toEqual(["kept"]);
      await log.append("kit/again", version, bytes("more"));
      expect(await all(log, "kit/again")).toEqual(["kept", "more"]);
    });

    it("keeps records of any bytes, empty ones and large ones", async () => {
      const log = await bench().open();
      const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256);
      let version = await log.append("kit/bytes", 0, new Uint8Array(0));
      version = await log.append("kit/bytes", version, large);
      const last = await log.last("kit/bytes");
      expect(Buffer.from(last?.record ?? []).equals(large)).toBe(true);
      expect(await all(log, "kit/bytes")).toHaveLength(2);
    });
  });
}
