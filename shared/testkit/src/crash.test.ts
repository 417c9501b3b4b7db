import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { lockDataDir, openFileArtifacts, openFileEventLog, openFileJobQueue } from "@climb/runtime";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "./temporary-directory.js";

const ROOT = new URL("../../..", import.meta.url).pathname;

/** Arguments that make node run some lines with the runtime at hand, in a process of its own. */
const program = (lines: string) => [
  "--input-type=module",
  "-e",
  `import { lockDataDir, openFileArtifacts, openFileEventLog, openFileJobQueue } from "@climb/runtime";
  const die = () => process.kill(process.pid, "SIGKILL");
  ${lines}`,
];

/** Runs lines in a process that may write files of one KiB at most: the limit stands for a full disk. */
const onSmallDisk = async (lines: string) => {
  const limited = ["-c", 'ulimit -f 1; exec "$0" "$@"', process.execPath];
  const { stdout } = await promisify(execFile)("bash", [...limited, ...program(lines)], { cwd: ROOT });
  return stdout.trim();
};

async function killed(lines: string): Promise<void> {
  const child = spawn(process.execPath, program(lines), { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  expect((await once(child, "exit"))[1]).toBe("SIGKILL");
}

describe("a process killed", () => {
  it("while it holds a job has that delivery counted, so that a job that kills is seen", async () => {
    await using folder = await temporaryDirectory();
    const file = join(folder.path, "jobs");
    const before = await openFileJobQueue(file);
    await before.enqueue({ id: "killer", payload: Buffer.from("x") });
    await before.close();
    for (let death = 1; death <= 2; death++) {
      await killed(`const queue = await openFileJobQueue(${JSON.stringify(file)});
        const lease = await queue.lease({ waitMs: 0 });
        if (lease?.delivery === ${death}) die();`);
    }
    const after = await openFileJobQueue(file);
    expect(await after.lease({ waitMs: 0 })).toMatchObject({ id: "killer", delivery: 3 });
    await after.close();
  });

  it("in the middle of an artifact shows nothing of it, and the next one writes it", async () => {
    await using folder = await temporaryDirectory();
    await killed(`await openFileArtifacts(${JSON.stringify(folder.path)}).put("a/b", (async function* () {
      yield Buffer.alloc(100_000, 1);
      die();
    })());`);
    const store = openFileArtifacts(folder.path);
    expect(await readdir(join(folder.path, "a"))).toHaveLength(1);
    expect(await store.stat("a/b")).toBeUndefined();
    const listed: string[] = [];
    for await (const { path } of store.list("")) listed.push(path);
    expect(listed).toEqual([]);
    expect(await store.put("a/b", Buffer.from("whole"))).toEqual(await store.stat("a/b"));
  });

  it("leaves its data directory to the next, of which exactly one gets it", async () => {
    await using folder = await temporaryDirectory();
    const held = JSON.stringify(folder.path);
    const owner = spawn(
      process.execPath,
      program(`await lockDataDir(${held}); console.log("locked"); setInterval(() => {}, 1000);`),
      { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(owner.stdout, "data");
    await expect(lockDataDir(folder.path)).rejects.toMatchObject({
      reason: "DATA_DIR_LOCKED",
      metadata: { pid: String(owner.pid), path: folder.path },
    });
    owner.kill("SIGKILL");
    await once(owner, "exit");
    const tries = await Promise.allSettled([1, 2, 3].map(() => lockDataDir(folder.path)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("before it signed its lock does not keep the directory", async () => {
    await using folder = await temporaryDirectory();
    await writeFile(join(folder.path, "lock"), "");
    const lock = await lockDataDir(folder.path);
    await expect(lockDataDir(folder.path)).rejects.toMatchObject({ metadata: { pid: String(process.pid) } });
    await lock.release();
    await (await lockDataDir(folder.path)).release();
  });
});

describe("a journal that a crash tore", () => {
  it("loses the torn entry and nothing else", async () => {
    await using folder = await temporaryDirectory();
    const file = join(folder.path, "jobs");
    const before = await openFileJobQueue(file);
    await before.enqueue({ id: "whole", payload: Buffer.from("1") });
    await before.close();
    await appendFile(file, Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 5]));
    const torn = await openFileJobQueue(file);
    await torn.enqueue({ id: "next", payload: Buffer.from("2") });
    await torn.close();
    const after = await openFileJobQueue(file);
    const ids = [await after.lease({ waitMs: 0 }), await after.lease({ waitMs: 0 })].map((lease) => lease?.id);
    expect(ids).toEqual(["whole", "next"]);
    await after.close();
  });
});

describe("a full disk", () => {
  it("refuses a record by name, and what is accepted afterwards is not hidden behind half of it", async () => {
    await using folder = await temporaryDirectory();
    const said = await onSmallDisk(`const log = openFileEventLog(${JSON.stringify(folder.path)});
      await log.append("a", 0, Buffer.alloc(600));
      const refused = await log.append("a", 1, Buffer.alloc(600)).catch((error) => error);
      console.log(refused.kind, refused.reason, refused.metadata.path);
      await log.append("a", 1, Buffer.from("after"));`);
    expect(said).toBe(`exhausted DISK_FULL ${join(folder.path, "a.log")}`);
    const log = openFileEventLog(folder.path);
    expect(Buffer.from((await log.last("a"))?.record ?? []).toString()).toBe("after");
  });

  it("refuses a job, and those queued before and afterwards are there", async () => {
    await using folder = await temporaryDirectory();
    const file = join(folder.path, "jobs");
    const said = await onSmallDisk(`const queue = await openFileJobQueue(${JSON.stringify(file)});
      await queue.enqueue({ id: "before", payload: Buffer.alloc(1) });
      const refused = await queue.enqueue({ id: "large", payload: Buffer.alloc(900) }).catch((error) => error);
      console.log(refused.kind, refused.reason);
      await queue.enqueue({ id: "after", payload: Buffer.alloc(1) });`);
    expect(said).toBe("exhausted DISK_FULL");
    const queue = await openFileJobQueue(file);
    const leases = [1, 2, 3].map(() => queue.lease({ waitMs: 0 }));
    expect((await Promise.all(leases)).map((lease) => lease?.id)).toEqual(["before", "after", undefined]);
    await queue.close();
  });

  it("refuses an artifact, keeps the old one, and leaves no half file behind", async () => {
    await using folder = await temporaryDirectory();
    const root = join(folder.path, "artifacts");
    await mkdir(root);
    const said = await onSmallDisk(`const store = openFileArtifacts(${JSON.stringify(root)});
      await store.put("a", Buffer.from("old"));
      const refused = await store.put("a", Buffer.alloc(5000)).catch((error) => error);
      console.log(refused.kind, refused.reason, refused.metadata.path);`);
    expect(said).toBe(`exhausted DISK_FULL ${join(root, "a")}`);
    expect((await readdir(root)).sort()).toEqual(["a", "a.sha256"]);
    expect((await stat(join(root, "a"))).size).toBe(3);
  });
});
