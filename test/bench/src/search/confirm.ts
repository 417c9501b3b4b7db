import { CommandError, EXIT } from "@climb/cli/errors";
import { normalise } from "@climb/numeric";
import { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import { type Run, RunSpec, type TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { Client } from "@climb/runtime";
import { DECAY_SHARE, type Experiment, type Size } from "./experiment.js";
import type { Answer, Confirmation } from "./figures.js";

type TrainingClient = Client<typeof TrainingServiceDefinition>;

/** What names a mixture: its weights in millionths, as runs are named by them. */
export const mixtureKey = (mixture: readonly number[]) => mixture.map((weight) => Math.round(weight * 1e6)).join(" ");

/**
 * Trains the answers of all searches with the experiment's fresh seeds, each mixture once with each proxy and seed, and
 * evaluates every target on each. Runs that are there are found again.
 * @throws CommandError with the reason of the first run that fails
 */
export async function confirmAnswers(
  training: TrainingClient,
  { proxy, larger, freshSeeds }: Experiment,
  tokenSetId: string,
  targets: Target[],
  answers: readonly Answer[],
  onDone: (done: number, total: number) => void,
): Promise<Map<string, Confirmation>> {
  const domains = Math.min(...answers.map(({ mixture }) => mixture.length));
  const mixtures = new Map(answers.map(({ mixture }) => [mixtureKey(mixture), mixture]));
  const wanted = [...mixtures].flatMap(([key, mixture]) =>
    (
      [
        ["proxy", proxy],
        ["larger", larger],
      ] as const
    ).flatMap(([size, model]) =>
      freshSeeds.map((seed) => ({ key, size, spec: specOf(model, tokenSetId, domains, mixture, seed) })),
    ),
  );
  const ids: string[] = [];
  for (const { spec } of wanted) ids.push((await training.createRun({ requestId: "", spec, targets })).run?.id ?? "");
  const found = new Map<string, Confirmation>();
  for (const [key, mixture] of mixtures) found.set(key, { mixture, proxy: [], larger: [] });
  for (const [i, { key, size }] of wanted.entries()) {
    const run = await finished(training, ids[i] as string);
    found.get(key)?.[size].push(Object.fromEntries(run.tasks.map(({ target, bitsPerByte }) => [target, bitsPerByte])));
    onDone(i + 1, wanted.length);
  }
  return found;
}

function specOf(
  { preset, tokens }: Size,
  tokenSetId: string,
  domains: number,
  mixture: number[],
  seed: number,
): RunSpec {
  const run = { tokenSetId, mixture, proxy: { preset }, tokens: BigInt(tokens), seed };
  if (mixture.length === domains) return RunSpec.fromPartial(run);
  // The weights before the decay, then those in it.
  const part = (from: number, to: number) => Array.from(normalise(mixture.slice(from, to)));
  const decayMixture = { share: DECAY_SHARE, mixture: part(domains, mixture.length) };
  return RunSpec.fromPartial({ ...run, mixture: part(0, domains), decayMixture });
}

async function finished(training: TrainingClient, id: string): Promise<Run> {
  let last: Run | undefined;
  for await (const { run } of training.watchRun({ id, afterSequence: 0n })) last = run;
  if (last?.status?.state === JobState.JOB_STATE_SUCCEEDED) return last;
  throw new CommandError(`run ${id} failed: ${last?.status?.failure?.message}`, EXIT.failed);
}
