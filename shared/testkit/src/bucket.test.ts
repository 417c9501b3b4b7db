import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ArtifactStore, openS3Artifacts, readWhole } from "@climb/ports";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeArtifactStore } from "./describe-artifact-store.js";
import { type FakeS3, startFakeS3 } from "./fake-s3.js";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.js";

const MIB = 1024 * 1024;
let s3: FakeS3;
let folder: TemporaryDirectory;
let count = 0;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  folder = await temporaryDirectory();
  s3 = await startFakeS3();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await s3[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Each store has a cache of its own, as processes on other machines have. */
const open = (options: { url?: string; attempts?: number } = {}): Promise<ArtifactStore> =>
  openS3Artifacts({
    url: `s3://${s3.bucket}/some/prefix`,
    endpoint: s3.address,
    cacheDir: join(folder.path, String(count++)),
    cacheBytes: 100 * MIB,
    ...options,
  });

describeArtifactStore("in a bucket", () => ({ open }));

describe("artifacts in a bucket", () => {
  it("may be larger than one request, and are read in pieces of which any may break off", async () => {
    const [one, other] = [await open(), await open()];
    const content = Buffer.alloc(40 * MIB + 7);
    for (let i = 0; i < content.length; i += 4093) content[i] = i % 256;
    const streamed = async function* () {
      for (let at = 0; at < content.length; at += MIB) yield content.subarray(at, at + MIB);
    };
    const ref = await one.put("large/a", streamed());
    expect(ref.sizeBytes).toBe(content.length);
    s3.breakReads = 3;
    expect((await readWhole(other, ref)).equals(content)).toBe(true);
    expect(s3.breakReads).toBe(0);
    s3.breakReads = 2;
    expect((await readFile(await other.localPath(ref))).equals(content)).toBe(true);
    const chunks: Uint8Array[] = [];
    for await (const chunk of other.get(ref, { start: 8 * MIB - 3, length: 9 * MIB })) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(content.subarray(8 * MIB - 3, 17 * MIB - 3))).toBe(true);
  });

  it("are found when a request was refused for a moment, and unavailable if the store stays away", async () => {
    const store = await open({ attempts: 3 });
    const ref = await store.put("away/a", Buffer.from("text"));
    s3.refuse = 2;
    expect((await readWhole(store, ref)).toString()).toBe("text");
    s3.refuse = Number.POSITIVE_INFINITY;
    const unavailable = { kind: "unavailable", reason: "PEER_UNREACHABLE" };
    try {
      await expect(store.stat("away/a")).rejects.toMatchObject(unavailable);
      await expect(readWhole(store, ref)).rejects.toMatchObject(unavailable);
      await expect(store.put("away/b", Buffer.from("new"))).rejects.toMatchObject(unavailable);
    } finally {
      s3.refuse = 0;
    }
    expect(await store.stat("away/a")).toEqual(ref);
  });

  it("need a bucket that exists, and an address that names one", async () => {
    const invalid = { kind: "invalid", reason: "FIELD_INVALID" };
    await expect(open({ url: "s3://nobodys-bucket/x" })).rejects.toMatchObject(invalid);
    await expect(open({ url: "s3://bucket/../x" })).rejects.toMatchObject(invalid);
  });
});
