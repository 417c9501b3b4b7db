import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { type Patience, patiently } from "./patience.js";
import type { CallOptions } from "./patient-client.js";

/** The call of the store that downloads need. */
export interface DownloadStore {
  download(request: { uri: string }, options?: CallOptions): AsyncIterable<{ data: Uint8Array }>;
}

/**
 * Downloads artifacts into a folder under their names, as a search or a data set lists them. A file is there whole, with
 * the bytes that its SHA-256 says, or not at all.
 * @returns the paths, in the order of the names
 * @throws Error for a name that leads out of the folder, and for content that is not what was promised; ClimbError
 * ARTIFACT_MISSING or ARTIFACT_CORRUPT
 */
export async function downloadFiles(
  store: DownloadStore,
  files: Readonly<Record<string, Artifact>>,
  folder: string,
  options: Patience = {},
): Promise<string[]> {
  const paths: string[] = [];
  for (const [name, artifact] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = resolve(folder, name);
    if (/^(\.\.([/\\]|$)|[/\\]|[A-Za-z]:)/.test(relative(folder, path)))
      throw new Error(`the file name ${name} leads out of ${folder}`);
    await mkdir(dirname(path), { recursive: true });
    const { uri } = artifact;
    const download = () => savePieces(store.download({ uri }, { signal: options.signal }), path, artifact);
    await patiently(`the download of ${name}`, options, download);
    paths.push(path);
  }
  return paths;
}

/**
 * Writes a file that comes in pieces: beside it first, so that a download that breaks off leaves what was there.
 * @throws Error if the bytes are not the expected ones; what the pieces or the file system throw
 */
export async function savePieces(
  pieces: AsyncIterable<{ data: Uint8Array }>,
  path: string,
  expected?: Pick<Artifact, "sha256">,
): Promise<void> {
  const half = `${path}.part`;
  const hash = createHash("sha256");
  const bytes = async function* () {
    for await (const { data } of pieces) {
      hash.update(data);
      yield data;
    }
  };
  try {
    await pipeline(Readable.from(bytes()), createWriteStream(half));
    const sha256 = hash.digest("hex");
    if (expected && expected.sha256 !== sha256)
      throw new Error(`${path}: got content of SHA-256 ${sha256}, expected ${expected.sha256}`);
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}
