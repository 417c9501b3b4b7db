import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Search } from "@climb/proto/search/v1/search_service";
import { type Command, Option } from "commander";
import { type ExportMixture, type ExportPlan, mixtureOf } from "../dataset/export/mixture.js";
import { exportHuggingFace, exportMosaic } from "../dataset/export/text-loaders.js";
import { exportMegatron, exportNanogpt, exportOlmoCore } from "../dataset/export/token-loaders.js";
import { integer } from "../integer.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";

type Export = (session: Session, mixture: ExportMixture, folder: string, tokens: number) => Promise<ExportPlan>;

const LOADERS: Record<string, Export> = {
  huggingface: exportHuggingFace,
  megatron: exportMegatron,
  mosaicml: exportMosaic,
  nanogpt: exportNanogpt,
  "olmo-core": exportOlmoCore,
};

interface ExportOptions {
  for: string;
  out?: string;
  tokens?: number;
}

/** `climb dataset export`: the answer of a search as a loader that mixes on the fly takes it. */
export function addDatasetExport(dataset: Command): void {
  dataset
    .command("export")
    .argument("<search>", "a finished search")
    .description("Write a search's domains and weights as a loader takes them, which mixes while it trains.")
    .addOption(new Option("--for <loader>", "what takes it").choices(Object.keys(LOADERS)).makeOptionMandatory())
    .option(
      "--tokens <n>",
      "for nanogpt, whose file is the mixture: tokens to draw (default: as many as the domains have)",
      integer,
    )
    .option("--out <dir>", "where the files go (default: under --data-dir)")
    .action(async (id: string, given: ExportOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const { search } = await session.search.getSearch({ id }, { signal: session.signal });
        const mixture = mixtureOf(search as Search);
        const folder = resolve(given.out ?? join(options.dataDir, "out", `${id}-${given.for}`));
        mkdirSync(folder, { recursive: true });
        const tokens = given.tokens ?? mixtureTokens(mixture);
        const plan = await (LOADERS[given.for] as Export)(session, mixture, folder, tokens);
        const path = join(folder, "manifest.json");
        writeFileSync(path, manifest(given.for, mixture, plan));
        const files = [...plan.files, "manifest.json"].map((name) => join(folder, name));
        if (session.output.asJson) return session.output.json({ loader: given.for, out: folder, files });
        for (const sentence of plan.use) session.output.say(sentence);
        for (const file of files) session.output.say(`  ${file}`);
      });
    });
}

/** Tokens that the domains give at their weights before one is repeated more often than allowed, at most what they have. */
function mixtureTokens({ domains, maxRepetition }: ExportMixture): number {
  const all = domains.reduce((total, { tokens }) => total + tokens, 0);
  return Math.floor(Math.min(all, ...domains.map(({ tokens, weight }) => (maxRepetition * tokens) / weight)));
}

/** manifest.json of an export: the sampling plan, by domain id. */
function manifest(
  loader: string,
  { domains, ...mixture }: ExportMixture,
  { unit, rates, files, use }: ExportPlan,
): string {
  const plan = domains.map((domain) => ({ ...domain, rate: rates[domain.id] }));
  return `${JSON.stringify({ format: 1, loader, ...mixture, unit, use, domains: plan, files }, null, 2)}\n`;
}
