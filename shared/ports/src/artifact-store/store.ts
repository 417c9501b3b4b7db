import { createHash } from "node:crypto";
import { count, ServiceError } from "@climb/runtime";
import { inOrder } from "../in-order.js";
import type { Blobs } from "./blobs.js";
import type { ArtifactRef, ArtifactStore } from "./port.js";
import {
  type ArtifactAddress,
  checkArtifactPath,
  checkArtifactPrefix,
  formatUri,
  newReplacedAddress,
  parseUri,
} from "./uri.js";

const NAMES = "names/";
/** Names whose pointers are read at once while they are listed. */
const READ_AT_ONCE = 16;

/** The layout that stores share: contents by digest or number, and names that are small pointers to them. */
export function createArtifactStore(blobs: Blobs): ArtifactStore {
  const pointer = async (path: string) => {
    const small = await blobs.small(NAMES + path);
    return small && { small, ref: decodePointer(path, small.bytes) };
  };
  const standsFor = async (path: string, renewed: boolean): Promise<ArtifactRef | undefined> => {
    checkArtifactPath(path);
    let gone: string | undefined;
    for (;;) {
      const found = await pointer(path);
      // A content may go because its name stands for another one by now; if the name is the same, it is lost.
      if (!found || found.ref.uri === gone) return undefined;
      if (renewed && !(await blobs.renew(NAMES + path, found.small))) continue;
      const stat = await blobs.stat(keyOf(parseUri(found.ref.uri)));
      if (stat?.sizeBytes === found.ref.sizeBytes) return found.ref;
      gone = found.ref.uri;
    }
  };
  /** The content that is lost with a name: one that no other name stands for. A pointer that is damaged tells of none. */
  const replacedBy = async (path: string): Promise<string | undefined> => {
    const { ref } = (await pointer(path).catch(forgiveCorrupt)) ?? {};
    return ref && parseUri(ref.uri).kind === "replaced" ? keyOf(parseUri(ref.uri)) : undefined;
  };
  return {
    async put(path, content, { replaced = false } = {}) {
      checkArtifactPath(path);
      const staged = await blobs.stage(content);
      try {
        const { sha256, sizeBytes } = staged;
        const address: ArtifactAddress = replaced ? newReplacedAddress() : { kind: "sha256", id: sha256 };
        const key = keyOf(address);
        const ref: ArtifactRef = { uri: formatUri(address), sha256, sizeBytes };
        const wasThere = await staged.publish(key, { byDigest: !replaced });
        const old = await replacedBy(path);
        await blobs.write(NAMES + path, Buffer.from(JSON.stringify(ref)));
        // A sweep may have found it just before that it had no name.
        if (wasThere && !(await blobs.stat(key))) await staged.publish(key, { byDigest: true });
        if (old) await blobs.remove(old);
        count("artifactBytes", {}, sizeBytes);
        return ref;
      } finally {
        await staged.discard();
      }
    },
    async *get(ref, range) {
      const { key, expected } = wanted(ref);
      if (range) checkRange(range);
      if (range?.length === 0) return;
      const bytes = await blobs.read(key, range);
      if (!bytes) throw missing(ref.uri);
      const hash = expected && !range ? createHash("sha256") : undefined;
      for await (const chunk of bytes) {
        hash?.update(chunk);
        yield chunk;
      }
      const found = hash?.digest("hex");
      if (found && expected && found !== expected) throw corrupt(ref.uri, found, expected);
    },
    stat: (path) => standsFor(path, false),
    keep: (path) => standsFor(path, true),
    async *list(prefix) {
      checkArtifactPrefix(prefix);
      const read = async (key: string) => {
        const path = key.slice(NAMES.length);
        const found = await pointer(path);
        return found && { path, ...found.ref, time: found.small.time };
      };
      for await (const named of inOrder(blobs.keys(NAMES + prefix), READ_AT_ONCE, read)) if (named) yield named;
    },
    async localPath(ref) {
      const { key, expected } = wanted(ref);
      const local = await blobs.local(key, expected);
      if (!local) throw missing(ref.uri);
      if (expected && local.sha256 !== expected) throw corrupt(ref.uri, local.sha256, expected);
      return local.file;
    },
    async remove(path) {
      checkArtifactPath(path);
      const content = await replacedBy(path);
      await blobs.remove(NAMES + path);
      if (content) await blobs.remove(content);
    },
    async *contents(olderThan) {
      for (const prefix of ["contents/", "replaced/"]) {
        for await (const { key, sizeBytes, time } of blobs.list(prefix)) {
          const uri = uriOf(key);
          if (uri && time < olderThan) yield { uri, sizeBytes };
        }
      }
    },
    removeContent: async (uri) => blobs.remove(keyOf(parseUri(uri))),
  };
}

function keyOf({ kind, id }: ArtifactAddress): string {
  return kind === "sha256" ? `contents/${id.slice(0, 2)}/${id}` : `replaced/${id}`;
}

/** Undefined for what others put there. */
function uriOf(key: string): string | undefined {
  const [, sha256, number] = /^(?:contents\/[0-9a-f]{2}\/([0-9a-f]{64})|replaced\/([0-9a-f]{32}))$/.exec(key) ?? [];
  if (sha256) return formatUri({ kind: "sha256", id: sha256 });
  return number && formatUri({ kind: "replaced", id: number });
}

/** The key of a reference, and its digest where it is known. @throws ServiceError wrongState ARTIFACT_CORRUPT */
function wanted({ uri, sha256 }: { uri: string; sha256?: string }): { key: string; expected?: string } {
  const address = parseUri(uri);
  const named = address.kind === "sha256" ? address.id : undefined;
  if (named && sha256 && named !== sha256) throw corrupt(uri, named, sha256);
  const expected = named ?? (sha256 || undefined);
  return { key: keyOf(address), ...(expected && { expected }) };
}

function decodePointer(path: string, bytes: Buffer): ArtifactRef {
  try {
    const { uri, sha256, sizeBytes } = JSON.parse(bytes.toString("utf8")) as ArtifactRef;
    if (/^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(sizeBytes) && parseUri(uri)) {
      return { uri, sha256, sizeBytes };
    }
  } catch {
    // Said below.
  }
  const found = bytes.subarray(0, 100).toString("latin1");
  const expected = "a URI, a digest and a size";
  const message = `the name "${path}" holds ${JSON.stringify(found)}, expected ${expected}: store it again or remove it`;
  throw new ServiceError("wrongState", "ARTIFACT_CORRUPT", message, { uri: path, found, expected });
}

function forgiveCorrupt(error: unknown): undefined {
  if (!(error instanceof ServiceError && error.reason === "ARTIFACT_CORRUPT")) throw error;
}

function checkRange({ start, length }: { start: number; length: number }): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(length) && start >= 0 && length >= 0) return;
  const found = `start ${start}, length ${length}`;
  const metadata = { field: "range", found, expected: "whole numbers that are not negative" };
  throw new ServiceError(
    "invalid",
    "FIELD_INVALID",
    `got a range of ${found}, expected ${metadata.expected}`,
    metadata,
  );
}

function missing(uri: string): ServiceError {
  return new ServiceError("notFound", "ARTIFACT_MISSING", `${uri} does not exist`, { uri });
}

function corrupt(uri: string, found: string, expected: string): ServiceError {
  const message = `${uri} has SHA-256 ${found}, expected ${expected}`;
  return new ServiceError("wrongState", "ARTIFACT_CORRUPT", message, { uri, found, expected });
}
