import { setTimeout as sleep } from "node:timers/promises";
import { type Run, TaskResult, type TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type Client, ServiceError } from "@climb/runtime";

/** A trainer outside Climb that computes its results instead of training. */
export interface SimulatedTrainer {
  /** Ids of the runs that it was given, in their order; one that comes again stands again. */
  taken: string[];
  close(): Promise<void>;
}

/**
 * Takes the runs of a trainer's name one after another.
 * @param lossOf bits per byte of each target of a run; undefined where the run fails
 */
export function simulateTrainer(
  client: Client<typeof TrainingServiceDefinition>,
  trainer: string,
  lossOf: (run: Run) => number | undefined | Promise<number | undefined>,
): SimulatedTrainer {
  const stopped = new AbortController();
  const taken: string[] = [];
  const work = async () => {
    while (!stopped.signal.aborted) {
      const { run, leaseId } = await client.leaseRun({ trainer, waitSeconds: 0 });
      if (!run) {
        await sleep(20);
        continue;
      }
      taken.push(run.id);
      const loss = await lossOf(run);
      try {
        if (loss === undefined) await client.failRun({ leaseId, message: "the loss became NaN" });
        else await complete(client, leaseId, run, loss);
      } catch (error) {
        // It was cancelled meanwhile.
        if (!(error instanceof ServiceError && error.kind === "wrongState")) throw error;
      }
    }
  };
  const working = work();
  return {
    taken,
    async close() {
      stopped.abort();
      await working;
    },
  };
}

async function complete(client: Client<typeof TrainingServiceDefinition>, leaseId: string, run: Run, loss: number) {
  const tasks = run.targets.map(({ name, items, scoring }) =>
    TaskResult.fromPartial({
      target: name,
      targetSha256: items?.sha256 ?? "",
      scoring,
      bitsPerByte: loss,
      items: 20,
    }),
  );
  await client.completeRun({ leaseId, tasks, seconds: 2, parameters: 1000n, weights: undefined, epochs: [] });
}
