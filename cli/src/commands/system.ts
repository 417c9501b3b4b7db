import {
  DeadLetter,
  DeadLetterResource,
  Process,
  Queue,
  SystemServiceDefinition,
} from "@climb/proto/system/v1/system_service";
import { wordOfState } from "@climb/resources";
import type { Command } from "commander";
import { CommandError, EXIT } from "../errors.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";
import { table } from "../table.js";

/** As many as the contract gives of each queue at once. */
const MOST_LETTERS = 1000;
const SHOWN_LETTERS = 20;

/** `climb system`: the processes, the queues and the jobs that were given up; `climb system retry` begins those again. */
export function addSystem(program: Command): void {
  const system = program
    .command("system")
    .description("Show which processes are up, what lies in the queues, and the jobs that were given up.")
    .action(async (_: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), show);
    });
  system
    .command("retry [queue] [job]")
    .description("Begin again what was given up: all of it, that of a queue, or one job.")
    .action(async (queue: string | undefined, job: string | undefined, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), (session) => retry(session, queue, job));
    });
}

async function show({ connect, output, signal }: Session): Promise<void> {
  const system = connect(SystemServiceDefinition);
  const [{ processes }, { queues }, { deadLetters }] = await Promise.all([
    system.listProcesses({}, { signal }),
    system.listQueues({}, { signal }),
    system.listDeadLetters({ queue: "", limit: SHOWN_LETTERS }, { signal }),
  ]);
  if (output.asJson) {
    output.json({
      processes: processes.map(Process.toJSON),
      queues: queues.map(Queue.toJSON),
      deadLetters: deadLetters.map(DeadLetter.toJSON),
    });
    return;
  }
  const say = (header: string[], rows: (string | number)[][]) => {
    if (rows.length > 0) output.say(`${table(header, rows).join("\n")}\n`);
  };
  say(["process", "version", "answers", "queues", "jobs in hand"], processes.map(rowOfProcess));
  const full = queues.filter(({ waiting, leased, deadLetters: dead }) => waiting + leased + dead > 0n);
  const rows = full.map((queue) => rowOfQueue(queue, processes));
  say(["queue", "waiting", "in hand", "oldest, s", "given up", "processes"], rows);
  output.say(`${queues.length - full.length} queues are empty.`);
  for (const { queue, jobId, reason, resources } of deadLetters) {
    output.say(
      `\ngiven up: ${queue} ${jobId}\n  ${reason}\n  ${resources.map(said).join(", ") || "nothing is known of it"}`,
    );
  }
  if (deadLetters.length > 0) output.say("\nBegin it again: climb system retry [QUEUE] [JOB]");
}

async function retry({ connect, output, signal }: Session, queue = "", job?: string): Promise<void> {
  const system = connect(SystemServiceDefinition);
  const { deadLetters } = await system.listDeadLetters({ queue, limit: MOST_LETTERS }, { signal });
  const wanted = deadLetters.filter(({ jobId }) => job === undefined || jobId === job);
  if (job !== undefined && wanted.length === 0) {
    throw new CommandError(`${queue} has no job ${job} that was given up`, EXIT.badInput);
  }
  for (const { queue: of, jobId } of wanted) {
    const { resources } = await system.retryDeadLetter({ queue: of, jobId }, { signal });
    if (output.asJson) output.json({ queue: of, jobId, resources: resources.map(DeadLetterResource.toJSON) });
    else
      output.say(
        `${of} ${jobId}: ${resources.map(({ kind, id }) => `${kind} ${id} begins again`).join(", ") || "nothing to begin again"}`,
      );
  }
  if (wanted.length === 0) output.say("No job was given up.");
}

function rowOfProcess({ id, version, jobsHeld, queues, answers }: Process): (string | number)[] {
  return [id, version, answers ? "yes" : "no", queues.length, jobsHeld];
}

function rowOfQueue({ name, waiting, leased, oldestAgeSeconds, deadLetters }: Queue, processes: Process[]) {
  const takers = processes.filter(({ queues }) => queues.some(({ queue }) => queue === name)).length;
  return [name, String(waiting), String(leased), oldestAgeSeconds.toFixed(0), String(deadLetters), takers];
}

function said({ kind, id, state, retriable }: DeadLetterResource): string {
  return `${kind} ${id} ${retriable ? "is FAILED since" : `is ${state === 0 ? "not there" : wordOfState(state)} now`}`;
}
