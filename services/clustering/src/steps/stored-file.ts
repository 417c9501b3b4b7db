import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Platform } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { toArtifact } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { type NamedFile, readGivenDomains } from "../tasks/given-domains.js";

const CHUNK_LENGTH = 64 * 1024;

/**
 * Stores a caller's file, so that later changes of it change nothing. A file that did not change is stored once.
 * @param contentOf what is stored of it; its bytes, unless given
 */
export async function storeFile(
  platform: Platform,
  folder: string,
  path: string,
  contentOf: (file: NamedFile) => AsyncIterable<Uint8Array> = (file) => createReadStream(file.path),
): Promise<Artifact> {
  const { artifacts } = platform;
  const file = { path: await platform.callerFile(path), name: path };
  const { size, mtimeMs } = await stat(file.path);
  const name = `clustering/${folder}/${contentId("file", path, size, String(mtimeMs))}`;
  return toArtifact((await artifacts.keep(name)) ?? (await artifacts.put(name, contentOf(file))));
}

/** Stores the domains that a caller's file gives, in one form whatever it is in: JSON lines. */
export function storeGivenDomains(platform: Platform, path: string): Promise<Artifact> {
  return storeFile(platform, "labels", path, linesOf);
}

async function* linesOf(file: NamedFile): AsyncGenerator<Uint8Array> {
  let chunk = "";
  for await (const domain of readGivenDomains(file)) {
    chunk += `${JSON.stringify(domain)}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield Buffer.from(chunk, "utf8");
    chunk = "";
  }
  yield Buffer.from(chunk, "utf8");
}
