import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes one data set of MosaicML Streaming (MDS, version 2) whose columns are texts. */
export interface MdsWriter {
  write(values: readonly string[]): void;
  /** Writes what is left and the index; returns the names of all files. */
  close(): string[];
}

/** Bytes after which a shard ends, as Streaming's own writer has them. */
const SHARD_BYTES = 1 << 26;

/** @param folder of the data set; made if it is not there */
export function createMdsWriter(folder: string, columns: readonly string[]): MdsWriter {
  mkdirSync(folder, { recursive: true });
  // Streaming writes the names of columns in order, and their settings into every shard for people.
  const form = {
    column_encodings: columns.map(() => "str"),
    column_names: [...columns],
    column_sizes: columns.map(() => null),
    compression: null,
    format: "mds",
    hashes: [],
    size_limit: SHARD_BYTES,
  };
  const settings = Buffer.from(JSON.stringify(form), "utf8");
  const shards: object[] = [];
  const names: string[] = [];
  let samples: Buffer[] = [];
  let bytes = 0;
  const flush = () => {
    if (samples.length === 0) return;
    const basename = `shard.${String(shards.length).padStart(5, "0")}.mds`;
    const offsets = new Uint32Array(samples.length + 1);
    offsets[0] = 4 + offsets.byteLength + settings.length;
    samples.forEach((sample, i) => {
      offsets[i + 1] = (offsets[i] as number) + sample.length;
    });
    const content = Buffer.concat([
      Buffer.from(Uint32Array.of(samples.length).buffer),
      Buffer.from(offsets.buffer),
      settings,
      ...samples,
    ]);
    writeFileSync(join(folder, basename), content);
    const raw_data = { basename, bytes: content.length, hashes: {} };
    shards.push({ ...form, raw_data, samples: samples.length, version: 2, zip_data: null });
    names.push(basename);
    [samples, bytes] = [[], 0];
  };
  return {
    write(values) {
      const texts = values.map((value) => Buffer.from(value, "utf8"));
      const sample = Buffer.concat([Buffer.from(Uint32Array.from(texts, ({ length }) => length).buffer), ...texts]);
      if (bytes > 0 && bytes + sample.length > SHARD_BYTES) flush();
      samples.push(sample);
      bytes += sample.length;
    },
    close() {
      flush();
      writeFileSync(join(folder, "index.json"), JSON.stringify({ shards, version: 2 }));
      return [...names, "index.json"];
    },
  };
}
