import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Session } from "./session.js";

/** Copies artifacts into a folder under their names; a file is there whole or not at all. Returns the paths. */
export async function exportArtifacts(
  { store, signal }: Pick<Session, "store" | "signal">,
  files: Record<string, Artifact>,
  folder: string,
): Promise<string[]> {
  const paths: string[] = [];
  for (const [name, { uri }] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await savePieces(store.download({ uri }, { signal }), path);
    paths.push(path);
  }
  return paths;
}

/** Writes a file that comes in pieces: beside it first, so that a download that breaks off leaves what was there. */
export async function savePieces(pieces: AsyncIterable<{ data: Uint8Array }>, file: string): Promise<void> {
  const half = `${file}.part`;
  const bytes = async function* () {
    for await (const { data } of pieces) yield data;
  };
  try {
    await pipeline(Readable.from(bytes()), createWriteStream(half));
    await rename(half, file);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}
