import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandError, EXIT } from "@climb/cli/errors";
import { startSuite } from "@climb/cli/suite";
import { table } from "@climb/cli/table";
import { normalise, roundMixture, seeded } from "@climb/numeric";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import { type Target, TargetSource } from "@climb/proto/training/v1/target";
import { type Run, RunSpec, type TokenSet } from "@climb/proto/training/v1/training_service";
import type { BenchOptions } from "../options.js";
import { createPipeline } from "../pipeline.js";
import { predictHeldOut } from "./held-out.js";

const PROXY = "tiny";
const TOKENS = 409_600;
const MIXTURES = 64;
const COUNTS = [8, 16, 24, 40];

/** Groups of benchmark files as targets, about 100 KB of each. */
const TARGETS: Record<string, string[]> = {
  science: ["arc_easy.validation", "arc_challenge.validation", "openbookqa.validation"],
  commonsense: ["piqa.valid", "hellaswag.validation", "copa.validation"],
  code: ["human_eval.llmfoundry"],
  maths: ["gsm8k.test"],
  social: ["mmlu.validation"],
};
const SOCIAL_GROUP = "social sciences";

/**
 * What the training-free features are worth: proxies are trained on many mixtures of a corpus, once (they stay under the
 * data directory, and the same command goes on where it stopped), and predicted from some of them with and without.
 */
export async function benchFeatures(options: BenchOptions): Promise<Record<string, unknown>> {
  const corpus = resolve(options.corpus ?? "../shared/corpus");
  const tasks = resolve(options.tasks ?? "../shared/tasks");
  for (const folder of [corpus, tasks]) {
    if (!existsSync(folder)) throw new CommandError(`${folder} does not exist; give --corpus and --tasks`);
  }
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const suite = await startSuite({ dataDir: options.dataDir, port: 0, logLevel: options.logLevel });
  const pipeline = createPipeline(suite);
  try {
    say("embedding");
    const embedded = await pipeline.embed([join(corpus, "*.jsonl.gz")]);
    say("finding domains");
    const domainSet = await pipeline.findDomains(embedded, {});
    say("tokenising");
    const tokenSet = await pipeline.tokenise(domainSet, 2048);
    const sources = Object.entries(TARGETS).map(([name, files]) =>
      TargetSource.fromPartial({
        name,
        paths: files.map((file) => join(tasks, `${file}.jsonl.gz`)),
        group: name === "social" ? SOCIAL_GROUP : "",
      }),
    );
    const { targets } = await pipeline.training.importTargets({ sources }, { timeoutMs: 120_000 });
    const { statistics } = await pipeline.countStatistics(tokenSet, targets);
    const runs = await trainAll(pipeline, tokenSet, targets, (done) => say(`runs: ${done} of ${MIXTURES}`));
    const domains = tokenSet.domains.map(({ domainId }) => domainId);
    const found = predictHeldOut({
      domains,
      targets: await Promise.all(
        targets.map(async ({ name }, t) => ({
          name,
          statisticsPath: await suite.platform.artifacts.localPath(statistics[t] as Artifact),
        })),
      ),
      runs: runs.map(({ id, spec, tasks: results }) => ({
        id,
        mixture: spec?.mixture ?? [],
        values: targets.map(({ name }) => results.find(({ target }) => target === name)?.bitsPerByte ?? Number.NaN),
      })),
      proxyTokens: TOKENS,
      counts: COUNTS,
      onFit: (done, total) => {
        if (done % Math.ceil(total / 8) === 0) say(`fits: ${done} of ${total}`);
      },
    });
    if (!options.json) for (const line of lines(found)) say(line);
    return { bench: "features", targets: found };
  } finally {
    pipeline.close();
    await suite.close();
  }
}

/** Proportional, uniform, and Dirichlet draws around the tempered token shares and around uniform weights. */
function mixtures({ domains }: TokenSet, minimumTokens: bigint): number[][] {
  const random = seeded("features bench");
  const tokens = domains.map(({ tokens: count }) => (count >= minimumTokens ? Number(count) : 0));
  const present = tokens.map((count) => (count > 0 ? 1 : 0));
  const tempered = normalise(tokens.map(Math.sqrt));
  const draws = Array.from({ length: MIXTURES - 2 }, (_, i) => {
    const strength = 0.1 * 50 ** ((i % 16) / 15);
    const alpha = tokens.map((_, j) =>
      i % 5 === 4 ? (1 + (i % 2)) * (present[j] as number) : tokens.length * strength * (tempered[j] as number),
    );
    return random.dirichlet(Float64Array.from(alpha, (value) => Math.max(value, 1e-9)));
  });
  return [normalise(tokens), normalise(present), ...draws].map((mixture) =>
    Array.from(roundMixture(normalise(Array.from(mixture, (w, j) => w * (present[j] as number))))),
  );
}

async function trainAll(
  { training }: ReturnType<typeof createPipeline>,
  tokenSet: TokenSet,
  targets: Target[],
  onRun: (done: number) => void,
): Promise<Run[]> {
  const asked = { proxy: { preset: PROXY }, tokens: BigInt(TOKENS), seed: 1 };
  const { minimumDomainTokens } = await training.validateRun({ spec: RunSpec.fromPartial(asked) });
  const wanted = mixtures(tokenSet, minimumDomainTokens);
  const ids: string[] = [];
  for (const mixture of wanted) {
    const spec = RunSpec.fromPartial({ ...asked, tokenSetId: tokenSet.id, mixture });
    ids.push((await training.createRun({ requestId: "", spec, targets })).run?.id ?? "");
  }
  const runs: Run[] = [];
  for (const id of ids) {
    let last: Run | undefined;
    for await (const { run } of training.watchRun({ id, afterSequence: 0n })) last = run;
    if (last?.status?.state !== JobState.JOB_STATE_SUCCEEDED) {
      throw new CommandError(`run ${id} failed: ${last?.status?.failure?.message}`, EXIT.failed);
    }
    runs.push(last);
    onRun(runs.length);
  }
  return runs;
}

function lines(found: ReturnType<typeof predictHeldOut>): string[] {
  const rows = Object.entries(found).flatMap(([target, counts]) =>
    Object.entries(counts).map(([count, { with: w, without }]) => [
      `${target}, ${count} runs`,
      w.r2.toFixed(2),
      without.r2.toFixed(2),
      w.spearman.toFixed(2),
      without.spearman.toFixed(2),
    ]),
  );
  return table(["target", "R² with", "without", "Spearman with", "without"], rows);
}
