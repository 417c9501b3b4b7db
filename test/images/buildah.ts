import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export const CACHE = join(homedir(), ".cache", "climb", "images");
/** A storage of its own, so that nothing of the machine's is touched. No runtime: what runs is in a chroot. */
const STORAGE = ["--root", join(CACHE, "storage"), "--runroot", join(CACHE, "run"), "--storage-driver", "overlay"];
const ENV = { ...process.env, BUILDAH_ISOLATION: "chroot" };

/** Why images cannot be built here, in a sentence; undefined if they can. */
export function whyNotHere(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "images are built on linux/x64 alone";
  if (process.getuid?.() !== 0) return "images are built as root: their bases are made of packages, without a registry";
  const missing = ["buildah", "debootstrap"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
  if (missing.length > 0) return `there is no ${missing.join(" and no ")}; Debian: apt-get install buildah debootstrap`;
  return undefined;
}

/** Runs a program to its end and returns what it printed. @throws Error with its last words */
export function run(program: string, args: string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: ENV,
  });
  if (status === 0) return stdout.trim();
  throw new Error(`${program} ${args.join(" ")}\n${error?.message ?? `${stdout}\n${stderr}`.slice(-3000)}`);
}

export function buildah(...args: string[]): string {
  mkdirSync(CACHE, { recursive: true });
  return run("buildah", [...STORAGE, ...args]);
}

/** Starts a program of a container, as the user that its image says, on the machine's network. */
export function startInContainer(
  container: string,
  env: Record<string, string>,
  volumes: string[],
  command = ["node", "dist/main.js"],
): ChildProcess {
  const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const mounts = volumes.flatMap((volume) => ["--volume", volume]);
  const args = ["run", ...mounts, ...variables, container, "--", ...command];
  return spawn("buildah", [...STORAGE, ...args], {
    env: ENV,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
}
