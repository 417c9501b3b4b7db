import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { type ArtifactStore, contentId } from "@climb/runtime";
import { artifactOf } from "./artifacts.js";

/** Stores a user's file, so that later changes of it change nothing. A file that did not change is stored once. */
export async function storeFile(artifacts: ArtifactStore, folder: string, path: string): Promise<Artifact> {
  const { size, mtimeMs } = await stat(path);
  const name = `clustering/${folder}/${contentId("file", path, size, String(mtimeMs))}`;
  return artifactOf((await artifacts.stat(name)) ?? (await artifacts.put(name, createReadStream(path))));
}
