import type { PeerRun } from "./python.js";

/** Both sides of a part. Ratios above 1 mean that ours is faster. */
export interface Compared {
  /** Seconds, the least of the rounds. */
  ours: number;
  /** Seconds; null where the peer is not installed. */
  peer: number | null;
  /** Seconds of the peer over ours. */
  ratio: number | null;
  /** Name and version of the peer, or which module is missing. */
  against: string;
}

const ROUNDS = 3;

/** Runs both sides in turn, so that whatever else the machine does falls on both. @param ours resolves to its seconds */
export async function compare(
  ours: () => Promise<number>,
  peer: () => Promise<PeerRun>,
  rounds = ROUNDS,
): Promise<Compared> {
  const [own, others]: [number[], number[]] = [[], []];
  let against = "";
  for (let round = 0; round < rounds; round++) {
    own.push(await ours());
    const run = await peer();
    if ("missing" in run) against = `${run.missing} is not installed`;
    else {
      against = run.peer;
      others.push(run.seconds);
    }
  }
  const least = Math.min(...own);
  const peerSeconds = others.length > 0 ? Math.min(...others) : null;
  return {
    ours: rounded(least),
    peer: peerSeconds && rounded(peerSeconds),
    ratio: peerSeconds && rounded(peerSeconds / least),
    against,
  };
}

/** Seconds that a piece of work takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Seconds of the processor that a piece of work in this process takes. */
export async function cpuSecondsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Four digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
