import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Platform } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { toArtifact } from "@climb/resources";
import { contentId } from "@climb/runtime";

/** Stores a caller's file, so that later changes of it change nothing. A file that did not change is stored once. */
export async function storeFile(platform: Platform, folder: string, path: string): Promise<Artifact> {
  const { artifacts } = platform;
  const file = await platform.callerFile(path);
  const { size, mtimeMs } = await stat(file);
  const name = `clustering/${folder}/${contentId("file", path, size, String(mtimeMs))}`;
  return toArtifact((await artifacts.keep(name)) ?? (await artifacts.put(name, createReadStream(file))));
}
