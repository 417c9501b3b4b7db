import {
  connectNats,
  openBroker,
  openJetStreamEventLog,
  openJetStreamJobQueue,
  openJetStreamSnapshots,
} from "@climb/ports";
import { createLogger } from "@climb/runtime";
import { describe, expect, it } from "vitest";
import { startNatsServer } from "./nats-server.js";

const logger = createLogger({ service: "test", level: "silent" });
const value = (record: string) => ({
  index: { state: "RUNNING", owner: "", labels: {}, createTimeMs: 1 },
  record: Buffer.from(record),
});
const text = ({ record }: { record: Uint8Array }) => Buffer.from(record).toString();

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Tries again while the broker is away. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as { kind?: string }).kind !== "unavailable") throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

describe("nats-server killed and started again", () => {
  it("has every job, record and snapshot that it confirmed, and who follows them goes on", async () => {
    await using server = await startNatsServer();
    const nats = await connectNats({ url: server.url, logger });
    const broker = await openBroker(nats, { namespace: "durable", logger });
    const stop = new AbortController();
    const log = openJetStreamEventLog(broker);
    const queue = openJetStreamJobQueue(broker, "work");
    const snapshots = openJetStreamSnapshots(broker, stop.signal);
    const progress = openJetStreamSnapshots(broker, stop.signal, { volatile: true });
    const version = await log.append("durable/log", 0, Buffer.from("kept"));
    await queue.enqueue(["a", "b"].map((id) => ({ id, payload: Buffer.from("kept") })));
    const held = await queue.lease({ waitMs: 5000 });
    await snapshots.put("things", "a", value("kept"));
    for (let i = 0; i < 5; i++) await progress.put("things", "a", value(`${i}`));
    expect((await progress.list("things", { pageSize: 5, pageToken: "" })).items.map(text)).toEqual(["4"]);

    const followed: string[] = [];
    const watched: string[] = [];
    const following = Promise.all([
      (async () => {
        for await (const record of log.follow("durable/log", { signal: stop.signal })) followed.push(text(record));
      })(),
      (async () => {
        for await (const snapshot of snapshots.watch("things", "a", stop.signal)) watched.push(text(snapshot));
      })(),
    ]);
    await until(() => followed.length === 1 && watched.length === 1);

    await server.kill();
    const unavailable = { kind: "unavailable", reason: "PEER_UNREACHABLE" };
    const page = { pageSize: 5, pageToken: "" };
    await Promise.all([
      expect(log.last("durable/log")).rejects.toMatchObject(unavailable),
      expect(queue.depth()).rejects.toMatchObject(unavailable),
      expect(snapshots.get("things", "a")).rejects.toMatchObject(unavailable),
      expect(snapshots.put("things", "a", value("lost"))).rejects.toMatchObject(unavailable),
      expect(snapshots.list("things", page)).rejects.toMatchObject(unavailable),
    ]);
    await server.restart();

    expect(await patiently(() => log.append("durable/log", version, Buffer.from("more")))).toBeGreaterThan(version);
    expect(text((await snapshots.get("things", "a")) ?? value(""))).toBe("kept");
    await snapshots.put("things", "a", value("more"));
    await until(() => followed.length === 2 && watched.length === 2);
    expect([followed, watched]).toEqual([
      ["kept", "more"],
      ["kept", "more"],
    ]);
    expect((await snapshots.list("things", page)).items.map(text)).toEqual(["more"]);

    // What was in memory is gone, and a list knows it.
    expect(await progress.get("things", "a")).toBeUndefined();
    await progress.put("things", "b", value("anew"));
    expect((await progress.list("things", page)).items.map(text)).toEqual(["anew"]);

    await held?.complete();
    const lease = await queue.lease({ waitMs: 20_000 });
    expect(lease?.id).toBe("b");
    await lease?.complete();
    expect(await queue.depth()).toBe(0);
    stop.abort();
    await following;
    await nats.close();
  });
});
