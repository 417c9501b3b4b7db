import { type ChannelCredentials, Client, Metadata } from "@grpc/grpc-js";
import { TOKEN } from "./messages.js";

export interface Call {
  path: string;
  request: Buffer;
}

interface Speed {
  p50Ms: number;
  p99Ms: number;
  callsPerSecond: number;
}

type Which = "bare" | "ours";

const WARM_UP = 1500;
/** Turns of each server; short, so that what else the machine does meets both. */
const TURNS = 40;
const CALLS_EACH = 50;
const AT_ONCE = 32;

/** Two servers in turn: latencies of calls one after the other, then calls a second with several at once. */
export async function compare(addresses: Record<Which, string>, tls: ChannelCredentials, call: Call) {
  const clients = {
    bare: new Client(addresses.bare, tls),
    ours: new Client(addresses.ours, tls),
  };
  const names = ["bare", "ours"] as const;
  const latencies: Record<Which, number[]> = { bare: [], ours: [] };
  const seconds: Record<Which, number> = { bare: 0, ours: 0 };
  try {
    for (const name of names) await together(clients[name], call, WARM_UP, AT_ONCE);
    for (let turn = 0; turn < TURNS; turn++) {
      // Who begins changes, too.
      for (const name of turn % 2 === 0 ? names : [...names].reverse()) {
        for (let i = 0; i < CALLS_EACH; i++) latencies[name].push(await timed(clients[name], call));
      }
    }
    for (let turn = 0; turn < TURNS; turn++) {
      for (const name of turn % 2 === 0 ? names : [...names].reverse()) {
        const begun = performance.now();
        await together(clients[name], call, 2 * CALLS_EACH, AT_ONCE);
        seconds[name] += (performance.now() - begun) / 1000;
      }
    }
  } finally {
    for (const client of Object.values(clients)) client.close();
  }
  const speed = (name: Which): Speed => ({
    p50Ms: quantile(latencies[name], 0.5),
    p99Ms: quantile(latencies[name], 0.99),
    callsPerSecond: Math.round((TURNS * 2 * CALLS_EACH) / seconds[name]),
  });
  const [bare, ours] = [speed("bare"), speed("ours")];
  const ratio = (of: keyof Speed) => Math.round((100 * ours[of]) / bare[of]) / 100;
  return { bare, ours, p50Ratio: ratio("p50Ms"), p99Ratio: ratio("p99Ms"), rateRatio: ratio("callsPerSecond") };
}

async function together(client: Client, call: Call, calls: number, atOnce: number): Promise<void> {
  let left = calls;
  const worker = async () => {
    while (left-- > 0) await timed(client, call);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Milliseconds of one call, from bytes to bytes. @throws the error of grpc-js if it fails */
function timed(client: Client, { path, request }: Call): Promise<number> {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${TOKEN}`);
  const bytes = (value: Buffer) => value;
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, bytes, bytes, request, metadata, (error) =>
      error ? reject(error) : resolve(performance.now() - begun),
    );
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(1000 * (sorted[Math.floor(share * (sorted.length - 1))] ?? 0)) / 1000;
}
