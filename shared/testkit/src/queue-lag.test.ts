import {
  type Broker,
  connectNats,
  jetStreamQueueCounts,
  type NatsConnection,
  openBroker,
  openJetStreamJobQueue,
  queueStates,
} from "@climb/ports";
import { createLogger } from "@climb/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "./free-port.js";
import { type NatsServer, startNatsServer } from "./nats-server.js";

const logger = createLogger({ service: "test", level: "silent" });
const JOBS_PER_POD = 2;
const MOST_PODS = 3;

let monitoringPort: number;
let server: NatsServer;
let nats: NatsConnection;
let broker: Broker;
beforeAll(async () => {
  monitoringPort = await freePort();
  server = await startNatsServer({ monitoringPort });
  nats = await connectNats({ url: server.url, logger });
  broker = await openBroker(nats, { namespace: "climb-lag", logger });
});
afterAll(async () => {
  await nats.close();
  await server[Symbol.asyncDispose]();
});

interface Monitored {
  account_details: {
    name: string;
    stream_detail?: {
      name: string;
      consumer_detail?: { name: string; num_pending: number; num_ack_pending: number }[];
    }[];
  }[];
}

/** What KEDA's scaler nats-jetstream reads: pending and unacknowledged messages of a consumer. */
async function lag(stream: string): Promise<number> {
  const query = "acc=$G&consumers=true&config=true";
  const answer = await fetch(`http://127.0.0.1:${monitoringPort}/jsz?${query}`);
  const { account_details } = (await answer.json()) as Monitored;
  const details = account_details.flatMap(({ stream_detail = [] }) => stream_detail);
  const consumers = details.find(({ name }) => name === stream)?.consumer_detail ?? [];
  const workers = consumers.find(({ name }) => name === "workers");
  if (!workers) throw new Error(`no consumer "workers" of the stream ${stream}`);
  return workers.num_pending + workers.num_ack_pending;
}
/** The pods that an autoscaler then wants: none without a job, else one for each so many, up to the most. */
const podsFor = (jobs: number) => (jobs === 0 ? 0 : Math.min(MOST_PODS, Math.ceil(jobs / JOBS_PER_POD)));

it("takes a pool of workers from none to three and back by the lag that NATS's monitoring tells of, leased jobs included", async () => {
  const stream = "CLIMB-LAG_JOBS_run";
  const queue = openJetStreamJobQueue(broker, "run");
  const pods: number[] = [];
  const jobs: number[] = [];
  const look = async () => {
    const found = await lag(stream);
    jobs.push(found);
    pods.push(podsFor(found));
    expect((await queueStates(broker)).find((state) => state.queue === "run")?.jobs).toBe(found);
  };
  // The API asks for the depth of a queue before any worker was there: stream and consumer are made then.
  expect(await queue.depth()).toBe(0);
  await look();
  await queue.enqueue(Array.from({ length: 7 }, (_, index) => ({ id: `r${index}`, payload: Buffer.from("x") })));
  await look();
  const leases = [];
  for (let taken = 0; taken < 7; taken++) leases.push(await queue.lease({ waitMs: 5000 }));
  // All in hand and none waiting: taking the workers away now would cut every run.
  await look();
  for (const lease of leases.slice(0, 5)) await lease?.complete();
  await look();
  for (const lease of leases.slice(5)) await lease?.complete();
  await look();
  expect(jobs).toEqual([0, 7, 7, 2, 0]);
  expect(pods).toEqual([0, 3, 3, 1, 0]);
});

it("tells the age of the oldest job that is not done, of every queue of the namespace and of no other", async () => {
  const before = Date.now();
  const other = await openBroker(nats, { namespace: "climb-other", logger });
  await openJetStreamJobQueue(other, "aside").enqueue({ id: "a", payload: Buffer.from("x") });
  await openJetStreamJobQueue(broker, "aged").enqueue({ id: "a", payload: Buffer.from("x") });
  const laterMs = 90_000;
  const states = await queueStates(broker, before + laterMs);
  expect(states.map(({ queue }) => queue).sort()).toEqual(["aged", "run"]);
  const aged = states.find(({ queue }) => queue === "aged");
  // The job is at most as old as this test.
  expect(aged?.oldestAgeMs).toBeLessThanOrEqual(laterMs + 1000);
  expect(aged?.oldestAgeMs).toBeGreaterThan(laterMs - 10_000);
  expect(states.find(({ queue }) => queue === "run")).toEqual({ queue: "run", jobs: 0, oldestAgeMs: 0 });
});

it("tells apart what waits, what is in hand and what was given up", async () => {
  const apart = await openBroker(nats, { namespace: "climb-apart", logger });
  const queue = openJetStreamJobQueue(apart, "counted");
  await queue.enqueue(["a", "b", "c", "d"].map((id) => ({ id, payload: Buffer.from("x") })));
  const [held, dead] = [await queue.lease({ waitMs: 5000 }), await queue.lease({ waitMs: 5000 })];
  await dead?.bury("no use");
  const [counts, ...others] = await jetStreamQueueCounts(apart);
  expect(others).toEqual([]);
  expect(counts).toMatchObject({ queue: "counted", waiting: 2, leased: 1, dead: 1 });
  expect(counts?.oldestAgeMs).toBeLessThan(60_000);
  await held?.complete();
  expect(await jetStreamQueueCounts(apart)).toMatchObject([{ waiting: 2, leased: 0, dead: 1 }]);
});
