import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { CommandError } from "@climb/cli/errors";
import { startSuite } from "@climb/cli/suite";
import { agreement } from "@climb/clustering/core/metrics";
import type { DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { assignmentsOf } from "./assignments.js";
import type { BenchOptions } from "./options.js";
import { createPipeline } from "./pipeline.js";

const CLUSTERS = [45, 120];

/**
 * How well found domains agree with the true sources of a labelled corpus, and what pruning with the defaults removes:
 * junkPruned is the share of documents of tier junk that went, goodLost that of tier good.
 */
export async function benchDomains(options: BenchOptions): Promise<Record<string, unknown>> {
  const corpus = resolve(options.corpus ?? "../shared/corpus");
  if (!existsSync(join(corpus, "labels.tsv.gz"))) {
    throw new CommandError(
      `${corpus}: no labels.tsv.gz; expected a labelled corpus (shards *.jsonl.gz, labels.tsv.gz, sources.tsv)`,
    );
  }
  const dataDir = await mkdtemp(join(tmpdir(), "climb-bench-"));
  const suite = await startSuite({ dataDir, port: 0, logLevel: options.logLevel });
  const pipeline = createPipeline(suite);
  try {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    say("embedding");
    let started = performance.now();
    const embedded = await pipeline.embed([join(corpus, "*.jsonl.gz")]);
    const embedSeconds = (performance.now() - started) / 1000;
    const domainSet = async (given: Partial<DomainSpec>) =>
      assignmentsOf(suite.platform.artifacts, (await pipeline.findDomains(embedded, given)).manifest as Artifact);
    const labels = await readLabels(corpus);
    const clusters: Record<string, unknown> = {};
    for (const count of CLUSTERS) {
      say(`clustering into ${count}`);
      started = performance.now();
      const { ids, domains } = await domainSet({ clusters: count, domains: count, minQuality: 0 });
      const truth = ids.map((id) => labels.get(id) ?? "");
      clusters[count] = { ...agreement(domains, truth), seconds: (performance.now() - started) / 1000 };
    }
    say("pruning with the defaults");
    const { ids, domains, manifest } = await domainSet({});
    const tiers = await readTiers(corpus);
    const lost = (tier: string) => {
      const members = ids
        .map((id, i) => ({ tier: tiers.get(labels.get(id) ?? ""), pruned: domains[i] === -1 }))
        .filter((doc) => doc.tier === tier);
      return members.filter(({ pruned }) => pruned).length / members.length;
    };
    return {
      bench: "domains",
      clusters,
      junkPruned: lost("junk"),
      goodLost: lost("good"),
      domains: manifest.domains.length,
      embedSeconds,
    };
  } finally {
    pipeline.close();
    await suite.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function readLabels(corpus: string): Promise<Map<string, string>> {
  const text = (await promisify(gunzip)(await readFile(join(corpus, "labels.tsv.gz")))).toString("utf8");
  return new Map(rowsOf(text).map(([id = "", source = ""]) => [id, source]));
}

async function readTiers(corpus: string): Promise<Map<string, string>> {
  const rows = rowsOf(await readFile(join(corpus, "sources.tsv"), "utf8"));
  return new Map(rows.map(([source = "", , tier = ""]) => [source, tier]));
}

function rowsOf(tsv: string): string[][] {
  return tsv
    .split("\n")
    .slice(1)
    .filter(Boolean)
    .map((line) => line.split("\t"));
}
