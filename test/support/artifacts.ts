import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The content of an artifact in a data directory, by its URI. */
export function artifactBytes(dataDir: string, uri = ""): Buffer<ArrayBuffer> {
  const [, kind, id = ""] = /^climb:\/\/(sha256|replaced)\/([0-9a-f]+)$/.exec(uri) ?? [];
  const path = kind === "sha256" ? join("contents", id.slice(0, 2), id) : join("replaced", id);
  return Buffer.from(Uint8Array.from(readFileSync(join(dataDir, "artifacts", path))).buffer);
}

/** The contents of all artifacts of a data directory whose name ends so. */
export function artifactsNamed(dataDir: string, ending: string): Buffer[] {
  const names = join(dataDir, "artifacts", "names");
  return readdirSync(names, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => {
      const { uri } = JSON.parse(readFileSync(join(names, name), "utf8")) as { uri: string };
      return artifactBytes(dataDir, uri);
    });
}
