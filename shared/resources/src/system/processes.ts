import { hostname } from "node:os";
import type { Platform } from "@climb/ports";
import { Process } from "@climb/proto/system/v1/system_service";
import { VERSION } from "@climb/runtime";
import { type HeldJob, heldJobs, takenQueues } from "../at-work.js";
import { everySnapshot } from "../every-snapshot.js";
import { workOfJob } from "../job-payload.js";

const KIND = "process";
const TELL_EVERY_MS = 10_000;
/** Who has told nothing for so long is taken for dead. */
const SILENT_MS = 60_000;
const MOST_JOBS = 100;

type Told = Pick<Platform, "progress" | "role" | "lifecycle" | "logger">;

/**
 * Has this process tell every ten seconds that it is up, which queues it takes and which jobs it holds, until it closes.
 * What is told may be lost with the broker: it is told again.
 * @param service the one that it is there for
 */
export function tellProcess(platform: Told, service: string, now: () => Date = () => new Date()): void {
  const { progress, lifecycle, logger } = platform;
  const startTime = now();
  const id = `${service}-${hostname()}-${process.pid}`.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 128);
  let telling: Promise<unknown> = Promise.resolve();
  const tell = () => {
    const record = Process.encode(thisProcess(platform, { id, service, startTime, seenTime: now() })).finish();
    const index = { state: "", owner: "", labels: {}, createTimeMs: startTime.getTime() };
    telling = progress
      .put(KIND, id, { index, record })
      .catch((error) => logger.debug({ err: error }, "this process could not tell that it is up"));
  };
  tell();
  const timer = setInterval(tell, TELL_EVERY_MS).unref();
  lifecycle.onClose("process", async () => {
    clearInterval(timer);
    await telling;
    await progress.remove(KIND, id).catch(() => {});
  });
}

/** The processes that are up, by service and id. */
export async function everyProcess({ progress }: Pick<Platform, "progress">, now: Date): Promise<Process[]> {
  const found: Process[] = [];
  for await (const { id, record } of everySnapshot(progress, KIND)) {
    const told = Process.decode(record);
    if (now.getTime() - (told.seenTime?.getTime() ?? 0) <= SILENT_MS) found.push(told);
    else await progress.remove(KIND, id);
  }
  const order = ({ service, id }: Process) => `${service} ${id}`;
  return found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function thisProcess(
  { role }: Pick<Platform, "role">,
  named: Required<Pick<Process, "id" | "service" | "startTime" | "seenTime">>,
): Process {
  const jobs = heldJobs();
  return {
    ...named,
    version: VERSION,
    host: hostname(),
    answers: role.answers,
    queues: [...takenQueues()].map(([queue, atOnce]) => ({ queue, atOnce })),
    jobs: jobs.slice(0, MOST_JOBS).map(({ queue, id, payload, delivery, sinceMs }) => ({
      queue,
      jobId: id,
      resourceId: resourceOf(payload),
      delivery,
      since: new Date(performance.timeOrigin + sinceMs),
    })),
    jobsHeld: jobs.length,
  };
}

function resourceOf(payload: HeldJob["payload"]): string {
  const work = workOfJob({ payload });
  return "id" in work ? work.id : "";
}
