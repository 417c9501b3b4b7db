import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SCRIPT = fileURLToPath(new URL("../../src/peers/peers.py", import.meta.url));

/** What a peer did, or the module that is not there. */
export type PeerRun = { seconds: number; peer: string; documents?: number } | { missing: string };

/** Runs parts of peers.py. */
export type Python = (part: string, input: Record<string, unknown>) => Promise<PeerRun>;

/**
 * @param python the interpreter whose packages are the peers
 * @throws Error with what the script said where it fails; where there is no such interpreter, every part is missing it
 */
export function openPython(python: string): Python {
  return async (part, input) => {
    try {
      const { stdout } = await promisify(execFile)(python, [SCRIPT, part, JSON.stringify(input)]);
      return JSON.parse(stdout) as PeerRun;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return { missing: python };
      throw error;
    }
  };
}
