import { savePieces } from "@climb/client";
import {
  Predictor,
  PredictorFormat,
  PredictorServiceDefinition,
  PredictorSpec,
} from "@climb/proto/predictor/v1/predictor_service";
import { nameOfState } from "@climb/resources";
import type { Command } from "commander";
import { CommandError, EXIT } from "../errors.js";
import { integer } from "../integer.js";
import { addListOptions, everyItem, type ListOptions } from "../list-options.js";
import { addMetadataOptions, type MetadataOptions, metadataOf } from "../metadata-options.js";
import { readKnownResults } from "../results-file.js";
import { type GlobalOptions, withSession } from "../session.js";
import { table } from "../table.js";

interface FitOptions {
  mixtures: string;
  results: string;
  models?: string;
  seed: number;
}

/** `climb predictor`: fits, lists and exports predictors. */
export function addPredictor(program: Command): void {
  const predictor = program.command("predictor").description("List fitted predictors, look at them, and save them.");

  const list = predictor
    .command("list")
    .description("List predictors.")
    .action(async (given: ListOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const client = connect(PredictorServiceDefinition);
        const page = (asked: object) => client.listPredictors(asked, { signal });
        for await (const found of everyItem(given, page, ({ predictors }) => predictors)) {
          if (output.asJson) output.json(Predictor.toJSON(found));
          else output.say(`${found.id}  ${stateOf(found).padEnd(10)} ${found.spec?.rows.length ?? 0} runs`);
        }
      });
    });
  addListOptions(list);

  predictor
    .command("get")
    .argument("<id>")
    .description("Show how well a predictor predicts each task, and what it is made of.")
    .action(async (id: string, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const { predictor: found } = await connect(PredictorServiceDefinition).getPredictor({ id }, { signal });
        if (output.asJson) return output.json(Predictor.toJSON(found as Predictor));
        for (const line of describePredictor(found as Predictor)) output.say(line);
      });
    });

  const fit = predictor
    .command("fit")
    .description("Fit a predictor to known results, as RegMix and Olmix publish them, and show how well it predicts.")
    .requiredOption("--mixtures <csv>", "a key column (index, run, name or id) and a weight for each domain")
    .requiredOption("--results <csv>", "the same key column and a loss for each task; lower is better")
    .option("--models <names>", "separated by commas; default: those that are combined in a search")
    .option("--seed <n>", "seed of folds and starts", integer, 1)
    .action(async (given: FitOptions & MetadataOptions, command: Command) => {
      const { domains, tasks, rows } = readKnownResults(given.mixtures, given.results);
      const spec = PredictorSpec.fromPartial({
        domains: domains.map((id) => ({ id })),
        tasks: tasks.map((name) => ({ name, weight: 1 })),
        rows,
        models: given.models?.split(",") ?? [],
        seed: given.seed,
      });
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const client = connect(PredictorServiceDefinition);
        const { predictor: created } = await client.createPredictor(
          { requestId: "", spec, metadata: metadataOf(given) },
          { signal },
        );
        let found = created as Predictor;
        for await (const message of client.watchPredictor({ id: found.id, afterSequence: 0n }, { signal })) {
          found = message.predictor ?? found;
          const progress = found.status?.progress;
          if (progress) output.progress("fitting", progress.done, progress.total, progress.unit);
        }
        output.settle();
        if (output.asJson) output.json(Predictor.toJSON(found));
        else for (const line of describePredictor(found)) output.say(line);
        if (stateOf(found) !== "succeeded") throw new CommandError("the fit did not finish", EXIT.failed);
      });
    });
  addMetadataOptions(fit);

  predictor
    .command("export")
    .argument("<id>")
    .description("Save a fitted predictor as ONNX (predictions alone) or JSON (everything).")
    .option("--onnx <file>", "write the ONNX model here")
    .option("--json-file <file>", "write the JSON model here")
    .action(async (id: string, files: { onnx?: string; jsonFile?: string }, command: Command) => {
      const wanted = [
        { file: files.onnx, format: PredictorFormat.PREDICTOR_FORMAT_ONNX },
        { file: files.jsonFile, format: PredictorFormat.PREDICTOR_FORMAT_JSON },
      ].flatMap(({ file, format }) => (file ? [{ file, format }] : []));
      if (wanted.length === 0) throw new CommandError("nothing to write; give --onnx FILE, --json-file FILE or both");
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const client = connect(PredictorServiceDefinition);
        for (const { file, format } of wanted) {
          await savePieces(client.downloadPredictor({ id, format }, { signal }), file);
          if (output.asJson) output.json({ file });
          else output.say(file);
        }
      });
    });
}

function describePredictor(predictor: Predictor): string[] {
  const { id, spec, fits, status, warnings } = predictor;
  const number = (value: number) => (Number.isFinite(value) ? value.toFixed(3) : "–");
  const rows = fits.map((fit) => [
    fit.task,
    number(fit.spearman),
    number(fit.rSquared),
    fit.meanSquaredError.toPrecision(3),
    number(fit.coverage),
    fit.noise.toPrecision(3),
    Object.entries(fit.modelWeights)
      .filter(([, weight]) => weight > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([name, weight]) => `${name} ${weight.toFixed(2)}`)
      .join(", "),
  ]);
  return [
    `${id}  ${stateOf(predictor)}  ${spec?.rows.length ?? 0} runs, ${spec?.domains.length ?? 0} domains`,
    ...(status?.failure ? [status.failure.message] : []),
    ...(rows.length > 0 ? table(["task", "Spearman", "R²", "squared error", "coverage", "noise", "models"], rows) : []),
    ...warnings.map((warning) => `! ${warning}`),
  ];
}

function stateOf(predictor: Predictor): string {
  return nameOfState(predictor.status).toLowerCase();
}
