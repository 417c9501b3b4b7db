import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type ArtifactRef, type ArtifactStore, type NamedArtifact, readWhole } from "@climb/ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

export interface ArtifactStoreBench {
  /** Opens the store; again, too, as another process would. */
  open(): Promise<ArtifactStore>;
}

const bytes = (text: string) => Buffer.from(text, "utf8");
const digestOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const textOf = async (store: ArtifactStore, ref: { uri: string }) => (await readWhole(store, ref)).toString("utf8");

async function* broken(): AsyncGenerator<Uint8Array> {
  yield bytes("half of it");
  throw new Error("the source broke off");
}

async function listed(store: ArtifactStore, prefix: string): Promise<NamedArtifact[]> {
  const found: NamedArtifact[] = [];
  for await (const named of store.list(prefix)) found.push(named);
  return found;
}

async function pathsOf(store: ArtifactStore, prefix: string): Promise<string[]> {
  return (await listed(store, prefix)).map(({ path }) => path);
}

/** What every artifact store promises. */
export function describeArtifactStore(name: string, bench: () => ArtifactStoreBench): void {
  describe(`an artifact store ${name}`, () => {
    it("gives back any bytes, streamed or whole, with their digest and size", async () => {
      const store = await bench().open();
      await fc.assert(
        fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 4 }), async (chunks) => {
          const whole = Buffer.concat(chunks);
          const streamed = async function* () {
            yield* chunks;
          };
          const ref = await store.put("any/bytes.bin", streamed());
          const sha256 = digestOf(whole);
          expect(ref).toEqual({ uri: `climb://sha256/${sha256}`, sha256, sizeBytes: whole.length });
          expect(await store.put("any/whole.bin", whole)).toEqual(ref);
          expect((await readWhole(store, ref)).equals(whole)).toBe(true);
          expect(await store.stat("any/bytes.bin")).toEqual(ref);
        }),
        { numRuns: 25 },
      );
    });

    it("gives any range of a content, as far as it goes", async () => {
      const store = await bench().open();
      const content = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
      const { uri } = await store.put("range/a", content);
      const range = async (start: number, length: number) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of store.get({ uri }, { start, length })) chunks.push(chunk);
        return Buffer.concat(chunks);
      };
      for (const [start, length] of [
        [0, 1000],
        [10, 20],
        [990, 100],
        [999, 1],
        [0, 0],
        [1000, 5],
        [5000, 5],
      ] as const) {
        expect((await range(start, length)).equals(content.subarray(start, start + length)), `${start}`).toBe(true);
      }
      await expect(range(-1, 5)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    });

    it("never shows half an artifact, and keeps the old one when a new one breaks off", async () => {
      const store = await bench().open();
      await expect(store.put("half/new", broken())).rejects.toThrow("broke off");
      expect(await store.stat("half/new")).toBeUndefined();
      const old = await store.put("half/old", bytes("whole"));
      await expect(store.put("half/old", broken())).rejects.toThrow("broke off");
      expect(await store.stat("half/old")).toEqual(old);
      expect(await pathsOf(store, "half/")).toEqual(["half/old"]);
    });

    it("replaces what a name stands for at once; what it stood for before stays", async () => {
      const store = await bench().open();
      const first = await store.put("same/x", bytes("first"));
      const refs = await Promise.all(Array.from({ length: 8 }, () => store.put("same/x", bytes("second"))));
      expect(new Set(refs.map(({ uri }) => uri)).size).toBe(1);
      const now = (await store.stat("same/x")) as ArtifactRef;
      expect([await textOf(store, now), await textOf(store, first)]).toEqual(["second", "first"]);
    });

    it("lets what is written again and again go at once", async () => {
      const store = await bench().open();
      const first = await store.put("again/x", bytes("first"), { replaced: true });
      expect(first.uri).toMatch(/^climb:\/\/replaced\/[0-9a-f]{32}$/);
      expect(first.sha256).toBe(digestOf(bytes("first")));
      const second = await store.put("again/x", bytes("second"), { replaced: true });
      expect(await store.stat("again/x")).toEqual(second);
      expect(await textOf(store, second)).toBe("second");
      expect(await readFile(await store.localPath(second), "utf8")).toBe("second");
      await expect(readWhole(store, first)).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
      await store.remove("again/x");
      await expect(readWhole(store, second)).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
      const equal = await Promise.all([1, 2].map((i) => store.put(`again/${i}`, bytes("equal"), { replaced: true })));
      await store.remove("again/1");
      expect(await textOf(store, equal[1] as ArtifactRef)).toBe("equal");
    });

    it("has the digest of what it holds, whoever of many writers of different contents was last", async () => {
      const store = await bench().open();
      for (let round = 0; round < 20; round++) {
        const path = `mixed/${round}`;
        await Promise.all(["one", "two", "three"].map((text) => store.put(path, bytes(text))));
        const ref = (await store.stat(path)) as ArtifactRef;
        expect(digestOf(await readWhole(store, ref))).toBe(ref.sha256);
      }
    });

    it("keeps what one process has published while another publishes the same", async () => {
      const place = bench();
      const stores = [await place.open(), await place.open(), await place.open()];
      for (let round = 0; round < 40; round++) {
        const path = `twice/${round}`;
        await Promise.all(
          stores.map(async (store) => {
            await store.put(path, bytes(`the same ${round}`));
            expect(await store.stat(path)).toBeDefined();
          }),
        );
      }
    });

    it("lists names by prefix in the order of their bytes, and forgets what is removed", async () => {
      const store = await bench().open();
      const before = Date.now() - 2000;
      const refs = new Map<string, ArtifactRef>();
      for (const path of ["l/b", "l/a/2", "l/a/1", "l/a.b", "l/é & <x>"]) {
        refs.set(path, await store.put(path, bytes(path)));
      }
      const found = await listed(store, "l/");
      expect(found.map(({ path }) => path)).toEqual(["l/a.b", "l/a/1", "l/a/2", "l/b", "l/é & <x>"]);
      for (const { path, time, ...ref } of found) {
        expect(ref).toEqual(refs.get(path));
        expect(time.getTime()).toBeGreaterThan(before);
      }
      await store.remove("l/a/1");
      await store.remove("l/never");
      expect(await pathsOf(store, "l/a")).toEqual(["l/a.b", "l/a/2"]);
      expect(await pathsOf(store, "l/a/")).toEqual(["l/a/2"]);
      expect(await pathsOf(store, "l/nothing")).toEqual([]);
    });

    it("keeps a name for who goes on to use it, unless its content is gone", async () => {
      const place = bench();
      const [store, other] = [await place.open(), await place.open()];
      const ref = await store.put("keep/a", bytes("to be kept"));
      expect(await other.keep("keep/a")).toEqual(ref);
      expect(await other.keep("keep/never")).toBeUndefined();
      await store.removeContent(ref.uri);
      expect(await other.keep("keep/a")).toBeUndefined();
      expect(await other.stat("keep/a")).toBeUndefined();
      expect(await other.put("keep/a", bytes("to be kept"))).toEqual(ref);
      expect(await store.keep("keep/a")).toEqual(ref);
      expect(await textOf(store, ref)).toBe("to be kept");
    });

    it("tells the contents by their age, and removes them one by one", async () => {
      const store = await bench().open();
      const [named, loose] = [await store.put("age/a", bytes("named")), await store.put("age/b", bytes("loose"))];
      await store.remove("age/b");
      const urisBefore = async (time: Date) => {
        const uris = new Map<string, number>();
        for await (const { uri, sizeBytes } of store.contents(time)) uris.set(uri, sizeBytes);
        return uris;
      };
      const all = await urisBefore(new Date(Date.now() + 60_000));
      expect([all.get(named.uri), all.get(loose.uri)]).toEqual([5, 5]);
      expect((await urisBefore(new Date(Date.now() - 60_000))).size).toBe(0);
      await store.removeContent(loose.uri);
      await store.removeContent(loose.uri);
      expect(await textOf(store, named)).toBe("named");
      await expect(readWhole(store, loose)).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
    });

    it("gives a local file whose digest was checked, and names what is missing or changed", async () => {
      const store = await bench().open();
      const ref = await store.put("local/x", bytes("content"));
      const files = await Promise.all([store.localPath(ref), store.localPath({ uri: ref.uri })]);
      for (const file of files) expect(await readFile(file, "utf8")).toBe("content");
      const other = { uri: ref.uri, sha256: "0".repeat(64) };
      await expect(store.localPath(other)).rejects.toMatchObject({ reason: "ARTIFACT_CORRUPT" });
      await expect(readWhole(store, other)).rejects.toMatchObject({ reason: "ARTIFACT_CORRUPT" });
      for (const uri of [`climb://sha256/${"0".repeat(64)}`, `climb://replaced/${"0".repeat(32)}`]) {
        await expect(store.localPath({ uri })).rejects.toMatchObject({ kind: "notFound", reason: "ARTIFACT_MISSING" });
        await expect(readWhole(store, { uri })).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
      }
    });

    it("refuses names that lead elsewhere, and has nothing at addresses that are not its own", async () => {
      const store = await bench().open();
      for (const path of ["../x", "a/../../x", "/etc/x", "a//b", "", "a\0b", "a/"]) {
        await expect(store.put(path, bytes("x")), path).rejects.toMatchObject({ reason: "FIELD_INVALID" });
        await expect(store.stat(path), path).rejects.toMatchObject({ reason: "FIELD_INVALID" });
      }
      const { uri } = await store.put("in/side", bytes("x"));
      for (const elsewhere of ["file:///etc/hostname", "https://example.org/x", `${uri}/../../../../etc/hostname`]) {
        await expect(readWhole(store, { uri: elsewhere })).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
        await expect(store.localPath({ uri: elsewhere })).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
      }
    });
  });
}
