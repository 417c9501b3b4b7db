import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const SERVICES = ["embedding", "clustering", "proxy-training", "predictor", "search-coordinator"];

export interface Source {
  /** From the repository's root, with slashes: services/clustering/src/rpc.ts */
  path: string;
  text: string;
  /** Tests, and what only tests use. */
  test: boolean;
}

/** Every hand-written TypeScript file of the packages. */
export function sources(): Source[] {
  const packages = ["shared", "services"].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${folder}/${entry.name}`),
  );
  return ["proto", "proto/clients/typescript", ...packages, "cli", "test/bench"].flatMap((name) =>
    readdirSync(join(root, name, "src"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => {
        const path = relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/");
        const test =
          path.startsWith("shared/testkit/") || /\.test\.tsx?$|\/(fixtures|testing)\/|\/fixtures\.ts$/.test(path);
        return { path, text: readFileSync(join(root, path), "utf8"), test };
      }),
  );
}

/** What a source imports: packages by name, its own files by their path from the repository's root. */
export function importsOf({ path, text }: Source): string[] {
  const statements = /^\s*(?:import|export)\s[^"';]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...text.matchAll(statements)].map(([, from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic ?? "";
    return specifier.startsWith(".") ? normalize(join(dirname(path), specifier)).replaceAll("\\", "/") : specifier;
  });
}

/** The source without its comments, of which nothing can be called. */
export function codeOf({ text }: Source): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
