import { stat } from "node:fs/promises";
import type { Platform } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { toArtifact } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { readGivenDomains } from "../tasks/given-domains.js";

const CHUNK_LENGTH = 64 * 1024;

/**
 * Stores the domains that a caller's file gives, in one form whatever it is in, so that later changes of it change nothing. A
 * file that did not change is stored once.
 */
export async function storeGivenDomains(platform: Platform, path: string): Promise<Artifact> {
  const { artifacts } = platform;
  const file = { path: await platform.callerFile(path), name: path };
  const { size, mtimeMs } = await stat(file.path);
  const name = `clustering/given/${contentId("given", path, size, String(mtimeMs))}.jsonl`;
  async function* lines() {
    let chunk = "";
    for await (const domain of readGivenDomains(file)) {
      chunk += `${JSON.stringify(domain)}\n`;
      if (chunk.length < CHUNK_LENGTH) continue;
      yield Buffer.from(chunk, "utf8");
      chunk = "";
    }
    yield Buffer.from(chunk, "utf8");
  }
  return toArtifact((await artifacts.keep(name)) ?? (await artifacts.put(name, lines())));
}
