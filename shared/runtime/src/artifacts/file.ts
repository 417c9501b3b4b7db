import { createHash, randomUUID } from "node:crypto";
import { createReadStream, type Dirent } from "node:fs";
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { makeFolder, syncFolder } from "../durable-file.js";
import { type OnDiskFull, ServiceError, systemCode, writeError } from "../errors.js";
import type { ArtifactRef, ArtifactStore } from "../ports.js";

/** Beside each artifact stands its digest, written last: an artifact without it is not there. */
const DIGEST = ".sha256";
/** What is being written. */
const HALF = ".part";

/** Artifacts as files under a root: a local disk, or a volume that all services share. */
export function openFileArtifacts(root: string, onDiskFull?: OnDiskFull): ArtifactStore {
  const pathOf = (path: string) => {
    const parts = path.split("/");
    const reserved = path.endsWith(DIGEST) || path.endsWith(HALF);
    if (reserved || parts.some((part) => part === "" || part === "." || part === ".." || part.includes("\0"))) {
      throw new ServiceError("invalid", "FIELD_INVALID", `"${path}" is not an artifact path`, { field: "path" });
    }
    return join(root, ...parts);
  };
  const refOf = async (file: string): Promise<ArtifactRef | undefined> => {
    try {
      const [sha256, { size }] = await Promise.all([digestOf(file), stat(file)]);
      return sha256 === undefined ? undefined : { uri: pathToFileURL(file).href, sha256, sizeBytes: size };
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  };
  /** Publishing to one path happens in turn, or one writer's digest could stand beside another's content. */
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <T>(file: string, work: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(file) ?? Promise.resolve()).then(work);
    const over: Promise<void> = turn.then(
      () => {},
      () => {},
    );
    turns.set(file, over);
    void over.then(() => turns.get(file) === over && turns.delete(file));
    return turn;
  };
  const publish = async (half: string, file: string, sha256: string) => {
    // A job that is delivered again writes the same bytes again: what is there stays, and is there at every moment.
    if ((await refOf(file))?.sha256 === sha256) {
      await rm(half);
      return;
    }
    await writeDurably(`${half}${DIGEST}`, Buffer.from(sha256));
    // The old digest must not vouch for new content, nor the other way round, at any moment between the renames. Where
    // there is none, none is removed: another process may be about to publish these very bytes.
    const old = await digestOf(file);
    if (old !== undefined && old !== sha256) await rm(file + DIGEST, { force: true });
    await rename(half, file);
    await rename(`${half}${DIGEST}`, file + DIGEST);
    await syncFolder(dirname(file));
  };
  return {
    async put(path, content) {
      const file = pathOf(path);
      const half = `${file}.${randomUUID()}${HALF}`;
      try {
        await makeFolder(dirname(file));
        const { sha256, sizeBytes } = await writeDurably(half, content);
        await inTurn(file, () => publish(half, file, sha256));
        return { uri: pathToFileURL(file).href, sha256, sizeBytes };
      } catch (error) {
        await Promise.all([half, half + DIGEST].map((left) => rm(left, { force: true })));
        throw writeError(error, file, onDiskFull);
      }
    },
    async *get(uri) {
      try {
        for await (const chunk of createReadStream(localFile(root, uri))) yield chunk as Uint8Array;
      } catch (error) {
        throw systemCode(error) === "ENOENT" ? missing(uri) : error;
      }
    },
    stat: (path) => refOf(pathOf(path)),
    async *list(prefix) {
      for (const path of await filesUnder(root)) {
        if (!path.startsWith(prefix) || path.endsWith(DIGEST) || path.endsWith(HALF)) continue;
        const ref = await refOf(join(root, path));
        if (ref) yield { path, uri: ref.uri, sizeBytes: ref.sizeBytes };
      }
    },
    async localPath({ uri, sha256 }) {
      const file = localFile(root, uri);
      const found = await refOf(file);
      if (!found) throw missing(uri);
      if (sha256 && found.sha256 !== sha256) {
        const message = `${uri} has SHA-256 ${found.sha256}, expected ${sha256}`;
        throw new ServiceError("wrongState", "ARTIFACT_CORRUPT", message, {
          uri,
          found: found.sha256,
          expected: sha256,
        });
      }
      return file;
    },
    async remove(path) {
      await rm(pathOf(path) + DIGEST, { force: true });
      await rm(pathOf(path), { force: true });
    },
  };
}

async function digestOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file + DIGEST, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function writeDurably(file: string, content: Uint8Array | AsyncIterable<Uint8Array>) {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const handle = await open(file, "w");
  try {
    for await (const chunk of content instanceof Uint8Array ? [content] : content) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest("hex"), sizeBytes };
}

async function filesUnder(root: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(root, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Only what is under the root: addresses come from callers, who must not be able to read the rest of the machine. */
function localFile(root: string, uri: string): string {
  if (uri.startsWith("file:///")) {
    const path = relative(root, fileURLToPath(uri));
    if (path !== "" && path.split(sep)[0] !== ".." && !isAbsolute(path)) return join(root, path);
  }
  const expected = `${pathToFileURL(root).href}/…`;
  throw new ServiceError("notFound", "ARTIFACT_MISSING", `${uri} is not in this store; expected ${expected}`, { uri });
}

function missing(uri: string): ServiceError {
  return new ServiceError("notFound", "ARTIFACT_MISSING", `${uri} does not exist`, { uri });
}
