import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a program did to the world around it. */
export interface Seen {
  /** Paths that it opened for writing or made. */
  writes: string[];
  /** Addresses that it sent something to, and names that it looked up. */
  speaksTo: string[];
}

/** Variables by which programs are watched from within, and what was seen of them. Needs a C++ compiler, as Climb does. */
export function watchIn(folder: string): { env: Record<string, string>; seen(): Seen } {
  const [library, log] = [join(folder, "watch.so"), join(folder, "watch.log")];
  const source = fileURLToPath(new URL("./watch.cc", import.meta.url));
  const compiler = process.env.CXX ?? "c++";
  const flags = ["-O1", "-fPIC", "-shared", source, "-o", library, "-ldl"];
  const { status, stderr } = spawnSync(compiler, flags, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${source} was not compiled: ${stderr}`);
  return {
    env: { LD_PRELOAD: library, WATCH_LOG: log },
    seen() {
      const lines = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
      const of = (what: RegExp) =>
        [...new Set(lines.filter((line) => what.test(line)))].map((line) => line.split("\t")[1] ?? "");
      return { writes: of(/^writes/), speaksTo: of(/^(connects|looks up)/) };
    },
  };
}
