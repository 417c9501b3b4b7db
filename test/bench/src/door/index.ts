import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { listFiles } from "@climb/readers/list-files";
import { readCorpus } from "@climb/readers/read-corpus";
import { ServiceError } from "@climb/runtime";
import { STRICT } from "../strict.js";
import { fixtureInputs } from "./fixtures.js";
import { type Input, inputs } from "./inputs.js";
import type { KnownRecord } from "./records.js";

type Outcome = "equal" | "refusedWithRemedy" | "silentLoss";

/** What a message tells to do. */
const REMEDY = /--[a-z-]+|download|convert|unpack|pack it again|write it again|git lfs pull|expected/;

/**
 * Files of known truth in every container, packing, shape and encoding, read as corpora: each must give its records to the
 * last character, or be refused by a sentence that names it and says what to do. All else counts as silent loss; what was
 * refused without being damaged is named on standard error.
 */
export async function benchDoor(): Promise<Record<string, unknown>> {
  const counts: Record<Outcome, number> = { equal: 0, refusedWithRemedy: 0, silentLoss: 0 };
  const all = [...(await inputs()), ...fixtureInputs()];
  const folder = await mkdtemp(join(tmpdir(), "climb-bench-"));
  try {
    for (const [i, input] of all.entries()) {
      const { outcome, said } = await outcomeOf(input, join(folder, String(i)));
      counts[outcome]++;
      const isOdd = outcome !== "equal" && (!input.isDamaged || outcome !== "refusedWithRemedy");
      if (isOdd) process.stderr.write(`${outcome}: ${input.name}: ${said}\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { bench: "door", inputs: all.length, ...counts };
}

async function outcomeOf({ files, truth }: Input, folder: string): Promise<{ outcome: Outcome; said: string }> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const names = Object.keys(files);
  // A file is named itself, several by their folder.
  const path = names.length === 1 ? join(folder, names[0] ?? "") : folder;
  const found: KnownRecord[] = [];
  try {
    const reading = readCorpus(await listFiles([path]), STRICT, () => {});
    for await (const { id, text } of reading) found.push({ id, text });
  } catch (error) {
    const said = (error as Error).message;
    const isNamed = error instanceof ServiceError && names.some((name) => said.includes(name));
    return { outcome: isNamed && REMEDY.test(said) ? "refusedWithRemedy" : "silentLoss", said };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const isEqual = JSON.stringify(found) === JSON.stringify(truth);
  return {
    outcome: isEqual ? "equal" : "silentLoss",
    said: `${found.length} records, expected ${truth.length}; ${JSON.stringify(found[0])?.slice(0, 100)}`,
  };
}
