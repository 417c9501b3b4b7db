import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSuite } from "@climb/cli/suite";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { declarationDocuments, declarationLanguages } from "@climb/testkit/declaration";
import { assignmentsOf } from "../assignments.js";
import type { BenchOptions } from "../options.js";
import { createPipeline } from "../pipeline.js";
import { junkKinds } from "./junk.js";
import { createReadable } from "./readable.js";

const LETTERS = 500;
/** Texts of each language that junk of every kind is made of; they themselves are left out. */
const SPOILED = 2;

interface Document {
  id: string;
  text: string;
  language: string;
  /** Undefined for prose. */
  junk?: string;
}

/**
 * One corpus of the Declaration of Human Rights in languages of every writing system, with junk made of it, through
 * the front door with the defaults of pruning: goodPruned and junkKept count documents, labelsReadable is the share of
 * the domains whose label is made of whole words.
 */
export async function benchScripts(options: BenchOptions): Promise<Record<string, unknown>> {
  const languages = Object.values(declarationLanguages).flat();
  const documents = languages.flatMap(documentsOf);
  const dataDir = await mkdtemp(join(tmpdir(), "climb-bench-"));
  const corpus = join(dataDir, "scripts.jsonl");
  await writeFile(corpus, documents.map(({ id, text }) => `${JSON.stringify({ id, text })}\n`).join(""));
  const suite = await startSuite({ dataDir, port: 0, logLevel: options.logLevel });
  const pipeline = createPipeline(suite);
  try {
    const embedded = await pipeline.embed([corpus]);
    const count = languages.length;
    const set = await pipeline.findDomains(embedded, { clusters: 2 * count, domains: count });
    const { artifacts } = suite.platform;
    const { ids, domains, manifest } = await assignmentsOf(artifacts, set.manifest as Artifact);
    const pruned = new Set(ids.filter((_, i) => domains[i] === -1));
    const good = documents.filter(({ junk }) => junk === undefined);
    const goodPruned = good.filter(({ id }) => pruned.has(id));
    const junkKept = documents.filter(({ id, junk }) => junk !== undefined && !pruned.has(id));
    const readable = createReadable(good.map(({ text }) => text));
    const labels = manifest.domains.map(({ label }) => label);
    const unreadable = labels.filter((label) => !readable(label.toLowerCase().split(", ")));
    for (const { id } of [...goodPruned, ...junkKept])
      process.stderr.write(`${pruned.has(id) ? "lost" : "kept"} ${id}\n`);
    for (const label of unreadable) process.stderr.write(`no words: ${label}\n`);
    return {
      bench: "scripts",
      languages: count,
      scripts: Object.keys(declarationLanguages).length,
      good: good.length,
      goodPruned: goodPruned.length,
      junk: documents.length - good.length,
      junkKept: junkKept.length,
      domains: labels.length,
      labelsReadable: (labels.length - unreadable.length) / Math.max(1, labels.length),
    };
  } finally {
    pipeline.close();
    await suite.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function documentsOf(language: string): Document[] {
  const texts = declarationDocuments(language, LETTERS);
  const good = texts.slice(SPOILED).map((text, i): Document => ({ id: `${language}-${i}`, text, language }));
  const junk = Object.entries(junkKinds).flatMap(([kind, make]) =>
    texts.slice(0, SPOILED).map((text, i): Document => {
      const id = `${language}-${kind}-${i}`;
      return { id, text: make(text, id), language, junk: kind };
    }),
  );
  return [...good, ...junk];
}
