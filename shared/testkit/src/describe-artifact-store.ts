import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ArtifactStore } from "@climb/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

export interface ArtifactStoreBench {
  open(): Promise<ArtifactStore>;
}

async function read(store: ArtifactStore, uri: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.get(uri)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("half of it");
  throw new Error("the source broke off");
}

/** What every artifact store promises. */
export function describeArtifactStore(name: string, bench: () => ArtifactStoreBench): void {
  describe(`an artifact store ${name}`, () => {
    it("gives back any bytes, streamed or whole, with their digest and size", async () => {
      const store = await bench().open();
      await fc.assert(
        fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 4 }), async (chunks) => {
          const whole = Buffer.concat(chunks);
          const ref = await store.put(
            "any/bytes.bin",
            (async function* () {
              yield* chunks;
            })(),
          );
          expect(ref).toMatchObject({
            sizeBytes: whole.length,
            sha256: createHash("sha256").update(whole).digest("hex"),
          });
          expect((await read(store, ref.uri)).equals(whole)).toBe(true);
          expect(await store.stat("any/bytes.bin")).toEqual(ref);
        }),
        { numRuns: 25 },
      );
    });

    it("never shows half an artifact, and keeps the old one when a new one breaks off", async () => {
      const store = await bench().open();
      await expect(store.put("half/new", broken())).rejects.toThrow("broke off");
      expect(await store.stat("half/new")).toBeUndefined();
      const old = await store.put("half/old", Buffer.from("whole"));
      await expect(store.put("half/old", broken())).rejects.toThrow("broke off");
      expect(await store.stat("half/old")).toEqual(old);
      const listed: string[] = [];
      for await (const { path } of store.list("half/")) listed.push(path);
      expect(listed).toEqual(["half/old"]);
    });

    it("replaces an artifact at once, and takes equal content from many writers", async () => {
      const store = await bench().open();
      await store.put("same/x", Buffer.from("first"));
      const refs = await Promise.all(Array.from({ length: 8 }, () => store.put("same/x", Buffer.from("second"))));
      expect(new Set(refs.map(({ sha256 }) => sha256)).size).toBe(1);
      expect((await read(store, refs[0]?.uri ?? "")).toString()).toBe("second");
    });

    it("has the digest of what it holds, whoever of many writers of different contents was last", async () => {
      const store = await bench().open();
      for (let round = 0; round < 20; round++) {
        const path = `mixed/${round}`;
        await Promise.all(["one", "two", "three"].map((text) => store.put(path, Buffer.from(text))));
        const ref = await store.stat(path);
        const content = await read(store, ref?.uri ?? "");
        expect(createHash("sha256").update(content).digest("hex")).toBe(ref?.sha256);
      }
    });

    it("keeps what one process has published while another publishes the same", async () => {
      const place = bench();
      const stores = [await place.open(), await place.open(), await place.open()];
      for (let round = 0; round < 60; round++) {
        const path = `twice/${round}`;
        await Promise.all(
          stores.map(async (store) => {
            await store.put(path, Buffer.from("the same"));
            expect(await store.stat(path)).toBeDefined();
          }),
        );
      }
    });

    it("lists by prefix in order, and forgets what is removed", async () => {
      const store = await bench().open();
      for (const path of ["l/b", "l/a/2", "l/a/1"]) await store.put(path, Buffer.from(path));
      const paths = async (prefix: string) => {
        const found: string[] = [];
        for await (const { path } of store.list(prefix)) found.push(path);
        return found;
      };
      expect(await paths("l/")).toEqual(["l/a/1", "l/a/2", "l/b"]);
      await store.remove("l/a/1");
      await store.remove("l/never");
      expect(await paths("l/a")).toEqual(["l/a/2"]);
    });

    it("gives a local file whose digest was checked, and names what is missing or changed", async () => {
      const store = await bench().open();
      const ref = await store.put("local/x", Buffer.from("content"));
      expect(await readFile(await store.localPath(ref), "utf8")).toBe("content");
      await expect(store.localPath({ uri: ref.uri, sha256: "0".repeat(64) })).rejects.toMatchObject({
        reason: "ARTIFACT_CORRUPT",
      });
      await expect(store.localPath({ uri: `${ref.uri}-gone` })).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
      await expect(read(store, `${ref.uri}-gone`)).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
    });

    it("refuses paths that lead elsewhere", async () => {
      const store = await bench().open();
      for (const path of ["../x", "a/../../x", "/etc/x", "a//b", "", "a\0b"]) {
        await expect(store.put(path, Buffer.from("x")), path).rejects.toMatchObject({ reason: "FIELD_INVALID" });
      }
      const { uri } = await store.put("in/side", Buffer.from("x"));
      for (const elsewhere of ["file:///etc/hostname", "https://example.org/x", `${uri}/../../../../etc/hostname`]) {
        await expect(read(store, elsewhere), elsewhere).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
        await expect(store.localPath({ uri: elsewhere })).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
      }
    });
  });
}
