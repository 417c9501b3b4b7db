import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startSuite } from "@climb/cli/suite";
import { LEXICAL_DEFAULTS, MAX_SHARE } from "@climb/embedding/core/options";
import { createPipeline } from "../pipeline.js";
import { compare, secondsOf } from "./compare.js";
import type { Python } from "./python.js";

/** From JSON lines to vectors with the lexical model, by the whole service, against scikit-learn on two threads. */
export function measureLexical(paths: string[], folder: string, logLevel: string, python: Python) {
  const ours = async () => {
    const dataDir = await mkdtemp(join(folder, "data-"));
    const suite = await startSuite({ dataDir, port: 0, logLevel });
    const pipeline = createPipeline(suite);
    try {
      return await secondsOf(() => pipeline.embed(paths));
    } finally {
      pipeline.close();
      await suite.close();
      await rm(dataDir, { recursive: true });
    }
  };
  const { dimensions, maxTerms, minDocuments } = LEXICAL_DEFAULTS;
  const input = {
    paths,
    folder,
    threads: 2,
    dimensions,
    max_terms: maxTerms,
    min_documents: minDocuments,
    max_share: MAX_SHARE,
  };
  return compare(ours, () => python("lexical", input), 2);
}
