import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLifecycle, createLogger } from "@climb/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmbeddedPlatform } from "./embedded.js";
import type { Platform } from "./platform.js";

const logger = createLogger({ service: "test", level: "silent" });
const lifecycle = createLifecycle({ logger });
let folder: string;
let platform: Platform;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "climb-places-"));
  await mkdir(join(folder, "allowed"));
  await writeFile(join(folder, "allowed", "labels.jsonl"), "{}");
  await writeFile(join(folder, "secret"), "x");
  await symlink(join(folder, "secret"), join(folder, "allowed", "link"));
  const places = { roots: [join(folder, "allowed")], buckets: ["corpora"] };
  platform = await openEmbeddedPlatform({ dataDir: join(folder, "data"), logger, lifecycle, places });
});

afterAll(async () => {
  await lifecycle.close();
  await rm(folder, { recursive: true, force: true });
});

describe("files that callers name", () => {
  it("may lie below the folders that the operator named", async () => {
    const path = join(folder, "allowed", "labels.jsonl");
    expect(await platform.callerFile(path)).toBe(path);
  });

  it.each([
    ["beside them", "secret"],
    ["beside them, by the parent's name", "allowed/../secret"],
    ["behind a link", "allowed/link"],
    ["nowhere", "nothing"],
  ])("are refused %s, and in the same words whether they are there or not", async (_, name) => {
    const path = `${folder}/${name}`;
    await expect(platform.callerFile(path)).rejects.toMatchObject({
      reason: "PATH_UNREADABLE",
      message: `${path} is outside the folders of CLIMB_CORPUS_ROOTS; expected a path below ${join(folder, "allowed")}, or an s3:// address`,
    });
  });

  it("may lie in the buckets that the operator named alone", async () => {
    for (const path of ["s3://elsewhere/x", "s3://corpora-too/x"]) {
      await expect(platform.callerFile(path)).rejects.toMatchObject({
        reason: "PATH_UNREADABLE",
        message: `${path} is outside the buckets of CLIMB_CORPUS_BUCKETS; expected corpora`,
      });
    }
  });
});
