import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { downloadFiles } from "@climb/client";
import type { Proposal } from "@climb/proto/predictor/v1/predictor_service";
import { DatasetSpec, type Search, type SearchResult } from "@climb/proto/search/v1/search_service";
import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { integer } from "../integer.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";

interface ChooseOptions {
  point: number;
  out?: string;
  dataset: boolean;
}

/** `climb search choose`: takes another point of the Pareto front than the answer. */
export function addSearchChoose(search: Command): void {
  search
    .command("choose")
    .argument("<id>", "a finished search with several targets")
    .description("Take a point of the Pareto front instead of the answer: its mixture.json and its data set.")
    .requiredOption("--point <k>", "the point, from 1, as the report and mixture.json number them", integer)
    .option("--out <dir>", "where the files go (default: under --data-dir)")
    .option("--no-dataset", "write mixture.json alone")
    .action(async (id: string, given: ChooseOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const { search: found } = await session.search.getSearch({ id }, { signal: session.signal });
        if (!found?.result) throw new CommandError(`search ${id} has no answer yet; expected one that is finished`);
        const { front } = found.result;
        const point = front[given.point - 1];
        if (!point) {
          const there = front.length > 0 ? `expected 1 to ${front.length}` : "it has none: it is of one target";
          throw new CommandError(`search ${id} has no point ${given.point} on its front; ${there}`);
        }
        const folder = given.out ?? join(options.dataDir, "out", `${id}-point-${given.point}`);
        await mkdir(folder, { recursive: true });
        const path = join(folder, "mixture.json");
        await writeFile(path, pointJson(found, found.result, point, given.point));
        const paths = [path, ...(given.dataset ? await writeDataset(session, found, point, folder) : [])];
        if (session.output.asJson) session.output.json({ id, point: given.point, files: paths });
        else for (const each of paths) session.output.say(each);
      });
    });
}

/** The point as mixture.json has the answer, with what is predicted of it; it was not confirmed. */
function pointJson(search: Search, result: SearchResult, { mixture, origin, prediction }: Proposal, k: number): string {
  // Repetition is weight · target tokens / tokens, so the answer's largest domain tells the target tokens.
  const largest = result.domains.reduce((a, b) => (b.weight > a.weight ? b : a));
  const targetTokens = (largest.repetition * Number(largest.tokens)) / largest.weight;
  const json = {
    verdict: {
      sentences: [
        `Point ${k} of the Pareto front of search ${search.id}: predicted, not confirmed with fresh seeds.`,
        ...result.warnings,
      ],
    },
    weights: Object.fromEntries(result.domains.map(({ id }, j) => [id, mixture[j]])),
    domains: result.domains.map(({ id, label, tokens }, j) => ({
      id,
      label,
      tokens: Number(tokens),
      weight: mixture[j],
      repetition: ((mixture[j] as number) * targetTokens) / Number(tokens),
    })),
    origin,
    predicted: {
      objective: prediction?.objective,
      tasks: Object.fromEntries(search.targets.map(({ name }, t) => [name, prediction?.tasks[t]])),
    },
    searchId: search.id,
    domainSetId: search.domainSetId,
    tokenSetId: search.tokenSetId,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

async function writeDataset(session: Session, found: Search, { mixture }: Proposal, folder: string) {
  if (found.spec && found.spec.decayShare > 0)
    throw new CommandError("--dataset writes one mixture; expected a search without one of its own for the decay");
  const { search: client, signal, output } = session;
  const spec = DatasetSpec.fromPartial({
    domainSetId: found.domainSetId,
    tokenSetId: found.tokenSetId,
    mixture,
    options: found.spec?.dataset ?? {},
    maxRepetition: found.spec?.constraints?.maxRepetition,
    seed: found.spec?.seed,
  });
  const { dataset: created } = await client.createDataset({ requestId: "", spec }, { signal });
  let dataset = created;
  for await (const message of client.watchDataset({ id: created?.id ?? "", afterSequence: 0n }, { signal })) {
    dataset = message.dataset;
    const { stage = "", done = 0, total = 0, unit = "" } = dataset?.status?.progress ?? {};
    output.progress(stage || "writing the data set", done, total, unit);
  }
  output.settle();
  if (dataset?.status?.failure) throw new CommandError(dataset.status.failure.message);
  return downloadFiles(session.store, dataset?.files ?? {}, join(folder, "dataset"), session.patience);
}
