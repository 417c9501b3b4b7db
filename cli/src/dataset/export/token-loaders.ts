import { closeSync, openSync, readSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { documentLengths } from "@climb/corpus";
import { type DocumentSizes, hashSeed, selectCopies, shuffleKey } from "@climb/numeric";
import { stringify } from "yaml";
import type { Session } from "../../session.js";
import { type ExportMixture, type ExportPlan, tokenRates } from "./mixture.js";
import { copyTokens } from "./tokens.js";

const MEGATRON_MAGIC = "MMIDIDX\x00\x00";
/** What Megatron calls types of tokens, by their bytes: uint16 and int32, which ids fit in. */
const MEGATRON_TYPES: Readonly<Record<number, number>> = { 2: 8, 4: 4 };

/** Megatron's indexed data sets, one for each domain, and what --data-path takes. */
export async function exportMegatron(session: Session, mixture: ExportMixture, folder: string): Promise<ExportPlan> {
  const { domains, tokenSetId } = mixture;
  const { paths, endOfText, bytes } = await copyTokens(session, tokenSetId, domains, folder, ".bin");
  for (const [j, { id }] of domains.entries()) {
    const lengths = await documentLengths(paths[j] as string, endOfText, bytes);
    writeFileSync(join(folder, `${id}.idx`), megatronIndex(lengths, bytes));
  }
  const blend = domains.map(({ id, weight }) => `${weight} ${join(folder, id)}`).join(" ");
  writeFileSync(join(folder, "data-path.txt"), `${blend}\n`);
  const files = domains.flatMap(({ id }) => [`${id}.bin`, `${id}.idx`]);
  return {
    unit: "tokens",
    rates: tokenRates(domains),
    files: [...files, "data-path.txt", "tokenizer.json"],
    use: [
      "--data-path $(cat data-path.txt) --tokenizer-type HuggingFaceTokenizer, with the folder's tokenizer.json.",
      "Megatron draws sequences of one length, so its weights are shares of tokens.",
    ],
  };
}

/** The index of one of Megatron's data sets, every document a sequence. @param lengths tokens of each document, each of `bytes` */
function megatronIndex(lengths: Uint32Array, bytes: number): Buffer {
  const head = Buffer.alloc(MEGATRON_MAGIC.length + 8 + 1 + 8 + 8);
  head.write(MEGATRON_MAGIC, "latin1");
  let at = MEGATRON_MAGIC.length;
  at = head.writeBigUInt64LE(1n, at);
  at = head.writeUInt8(MEGATRON_TYPES[bytes] as number, at);
  at = head.writeBigUInt64LE(BigInt(lengths.length), at);
  // One more than there are documents: where the last one ends.
  head.writeBigUInt64LE(BigInt(lengths.length + 1), at);
  let begin = 0n;
  const pointers = BigInt64Array.from(lengths, (length) => {
    const own = begin;
    begin += BigInt(bytes * length);
    return own;
  });
  return Buffer.concat([
    head,
    Buffer.from(Int32Array.from(lengths).buffer),
    Buffer.from(pointers.buffer),
    Buffer.from(BigInt64Array.from({ length: lengths.length + 1 }, (_, i) => BigInt(i)).buffer),
  ]);
}

/** OLMo-core's source mixture: a YAML of SourceMixtureList, and raw arrays of tokens. */
export async function exportOlmoCore(session: Session, mixture: ExportMixture, folder: string): Promise<ExportPlan> {
  const { domains, tokenSetId, maxRepetition } = mixture;
  const { bytes } = await copyTokens(session, tokenSetId, domains, folder, ".npy");
  const sources = domains.map(({ id, weight }) => ({
    source_name: id,
    target_ratio: weight,
    paths: [join(folder, `${id}.npy`)],
    // A millionth of slack, because the loader compares whole tokens.
    max_repetition_ratio: Math.max(1, maxRepetition * (1 + 1e-4)),
  }));
  writeFileSync(join(folder, "source-mixture.yaml"), stringify({ sources }));
  return {
    unit: "tokens",
    rates: tokenRates(domains),
    files: [...domains.map(({ id }) => `${id}.npy`), "source-mixture.yaml", "tokenizer.json"],
    use: [`SourceMixtureDatasetConfig with source_list from source-mixture.yaml; the arrays are ${numpyType(bytes)}.`],
  };
}

/** One in so many documents of a domain is for validation, and at least one. */
const VALIDATION_EVERY = 200;

/**
 * nanoGPT's train.bin and val.bin: the mixture itself, drawn by seed and shuffled by document. No document is in both.
 * Memory holds a few numbers for each document.
 */
export async function exportNanogpt(
  session: Session,
  mixture: ExportMixture,
  folder: string,
  tokens: number,
): Promise<ExportPlan> {
  const { domains, tokenSetId, seed } = mixture;
  const { paths, endOfText, vocabulary, bytes } = await copyTokens(session, tokenSetId, domains, folder, ".tokens");
  const lengths = await Promise.all(paths.map((path) => documentLengths(path, endOfText, bytes)));
  const documents = lengths.flatMap((own, domain) => {
    let start = 0;
    return Array.from(own, (length) => {
      const begin = start;
      start += length;
      return { domain, start: begin, length };
    });
  });
  const isValidation = forValidation(documents, domains.length, seed);
  const write = (name: string, validation: boolean, wanted: number) => {
    const sizes: DocumentSizes = {
      domains: Int32Array.from(documents, ({ domain }, i) => (isValidation[i] === validation ? domain : -1)),
      tokens: Uint32Array.from(documents, ({ length }) => length),
    };
    const copies = selectCopies(
      sizes,
      domains.map(({ weight }) => weight * wanted),
      seed,
    );
    const drawn = documents.flatMap((document, i) =>
      Array.from({ length: copies[i] ?? 0 }, (_, copy) => ({ ...document, key: shuffleKey(seed, i, copy) })),
    );
    drawn.sort((a, b) => a.key - b.key);
    concatenate(paths, drawn, join(folder, name), bytes);
    return drawn.reduce((total, { length }) => total + length, 0);
  };
  // No document of the few that validate is repeated.
  const own = domains.map(() => 0);
  for (const [i, { domain, length }] of documents.entries())
    if (isValidation[i]) own[domain] = (own[domain] as number) + length;
  const validation = Math.min(
    tokens / VALIDATION_EVERY,
    ...domains.map(({ weight }, j) => (own[j] as number) / weight),
  );
  const written = { train: write("train.bin", false, tokens), val: write("val.bin", true, validation) };
  for (const path of paths) unlinkSync(path);
  writeFileSync(
    join(folder, "meta.json"),
    `${JSON.stringify({ vocab_size: vocabulary, eot: endOfText, dtype: numpyType(bytes), tokens: written }, null, 2)}\n`,
  );
  return {
    unit: "tokens",
    rates: tokenRates(domains),
    files: ["train.bin", "val.bin", "meta.json", "tokenizer.json"],
    use: [
      `np.memmap('train.bin', dtype=np.${numpyType(bytes)}, mode='r'); the mixture is in the file, nothing is drawn by weight.`,
    ],
  };
}

/** What NumPy calls tokens of so many bytes. */
function numpyType(bytes: number): string {
  return `uint${8 * bytes}`;
}

/** Which documents validate: those of each domain that come first in a seeded order. */
function forValidation(documents: readonly { domain: number }[], domains: number, seed: number): boolean[] {
  const chosen = documents.map(() => false);
  for (let domain = 0; domain < domains; domain++) {
    const own = documents.flatMap((document, i) => (document.domain === domain ? [i] : []));
    const keys = new Map(own.map((i) => [i, hashSeed(seed, "validation", i)]));
    own.sort((a, b) => (keys.get(a) as number) - (keys.get(b) as number) || a - b);
    for (const i of own.slice(0, Math.ceil(own.length / VALIDATION_EVERY))) chosen[i] = true;
  }
  return chosen;
}

function concatenate(
  paths: readonly string[],
  drawn: readonly { domain: number; start: number; length: number }[],
  path: string,
  bytesOfOne: number,
) {
  const sources = paths.map((source) => openSync(source, "r"));
  const target = openSync(path, "w");
  try {
    for (const { domain, start, length } of drawn) {
      const bytes = Buffer.alloc(bytesOfOne * length);
      readSync(sources[domain] as number, bytes, 0, bytes.length, bytesOfOne * start);
      writeSync(target, bytes);
    }
  } finally {
    for (const file of [...sources, target]) closeSync(file);
  }
}
