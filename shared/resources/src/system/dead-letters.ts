import type { DeadLetter as Buried, Platform } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import type { DeadLetter, DeadLetterResource } from "@climb/proto/system/v1/system_service";
import { ServiceError } from "@climb/runtime";
import { jobOfAttempt, workOfJob } from "../job-payload.js";
import { createShardGroups } from "../shard-group.js";

const DEFAULT_LIMIT = 50;

type World = Pick<Platform, "queue" | "queues" | "snapshots">;

/** A resource of which a job was given up, with the attempt that this ended. */
interface Lost {
  attempt: number;
  resource: DeadLetterResource;
}

/**
 * Jobs that were given up, by queue, the oldest first.
 * @param wanted the queue; all, if it is empty
 * @param limit at most so many of each; 0 means 50
 */
export async function everyDeadLetter(platform: World, wanted: string, limit: number): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (const { queue, dead } of await platform.queues()) {
    if (dead === 0 || (wanted !== "" && wanted !== queue)) continue;
    for (const letter of await platform.queue(queue).deadLetters(limit || DEFAULT_LIMIT)) {
      const lost = await lostBy(platform, queue, letter);
      letters.push({
        queue,
        jobId: letter.id,
        deliveries: letter.deliveries,
        reason: letter.reason,
        time: letter.timeMs > 0 ? new Date(letter.timeMs) : undefined,
        resources: lost.map(({ resource }) => resource),
      });
    }
  }
  return letters;
}

/**
 * Has what a job was to make begun again, by whichever worker takes its queue, and removes the dead letter. Told apart from
 * other jobs by their payload, because only the workers of a kind know how it begins.
 * @returns what is begun again
 * @throws ServiceError notFound RESOURCE_UNKNOWN
 */
export async function retryDeadLetter(platform: World, queue: string, jobId: string): Promise<DeadLetterResource[]> {
  // A queue that nobody has used must not be made by asking for it.
  const known = (await platform.queues()).some((one) => one.queue === queue && one.dead > 0);
  const letter = known ? await platform.queue(queue).deadLetter(jobId) : undefined;
  if (!letter) {
    const id = `${queue}/${jobId}`;
    throw new ServiceError("notFound", "RESOURCE_UNKNOWN", `there is no dead letter ${id}`, {
      kind: "dead-letter",
      id,
    });
  }
  const lost = (await lostBy(platform, queue, letter)).filter(({ resource }) => resource.retriable);
  for (const { attempt, resource } of lost) {
    await platform.queue(resource.kind).enqueue(jobOfAttempt({ id: resource.id, attempt, again: true }));
  }
  await platform.queue(queue).removeDeadLetter(jobId);
  return lost.map(({ resource }) => resource);
}

/** What a job was to make: its resource, or those that waited for the shard. */
async function lostBy(platform: World, queue: string, letter: Buried): Promise<Lost[]> {
  const work = workOfJob(letter);
  const attempts = "id" in work ? [{ ...work, kind: queue }] : await waitersOf(platform, work.key);
  return Promise.all(
    attempts.map(async ({ kind, id, attempt }) => {
      const found = await platform.snapshots.get(kind, id);
      const { state = "UNSPECIFIED", owner = "", createTimeMs = 0 } = found?.index ?? {};
      const retriable = state === "FAILED" && createTimeMs === attempt;
      const word = `JOB_STATE_${state}` as keyof typeof JobState;
      return { attempt, resource: { kind, id, state: JobState[word], owner, retriable } };
    }),
  );
}

async function waitersOf({ snapshots }: World, key: string) {
  const group = await createShardGroups({ snapshots }, () => new Date()).state(key);
  return group?.waiters ?? [];
}
