import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openDatabase, openEmbeddedEventLog, openEmbeddedJobQueue, openFileArtifacts, readWhole } from "@climb/ports";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "./temporary-directory.js";

const ROOT = new URL("../../..", import.meta.url).pathname;

/** Arguments that make node run some lines with the ports at hand, in a process of its own. */
const program = (lines: string) => [
  "--input-type=module",
  "-e",
  `import { openDatabase, openEmbeddedEventLog, openEmbeddedJobQueue, openFileArtifacts } from "@climb/ports";
  const die = () => process.kill(process.pid, "SIGKILL");
  ${lines}`,
];

/** Runs lines in a process that may write files of 256 KiB at most: the limit stands for a full disk. */
const onSmallDisk = async (lines: string) => {
  const limited = ["-c", 'ulimit -f 256; exec "$0" "$@"', process.execPath];
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
    const open = `const queue = openEmbeddedJobQueue(openDatabase(${JSON.stringify(folder.path)}), "q");`;
    await killed(`${open} await queue.enqueue({ id: "killer", payload: Buffer.from("x") }); die();`);
    for (let death = 1; death <= 2; death++) {
      await killed(`${open} if ((await queue.lease({ waitMs: 0 }))?.delivery === ${death}) die();`);
    }
    const database = openDatabase(folder.path);
    const after = openEmbeddedJobQueue(database, "q");
    expect(await after.lease({ waitMs: 0 })).toMatchObject({ id: "killer", delivery: 3 });
    await database.close();
  });

  it("in the middle of an artifact shows nothing of it, and the next one writes it", async () => {
    await using folder = await temporaryDirectory();
    await killed(`await openFileArtifacts(${JSON.stringify(folder.path)}).put("a/b", (async function* () {
      yield Buffer.alloc(3_000_000, 1);
      die();
    })());`);
    const store = openFileArtifacts(folder.path);
    expect(await readdir(folder.path)).toEqual(["tmp"]);
    expect(await store.stat("a/b")).toBeUndefined();
    for await (const { path } of store.list("")) throw new Error(`${path} is there`);
    const ref = await store.put("a/b", Buffer.from("whole"));
    expect(await store.stat("a/b")).toEqual(ref);
    expect((await readWhole(store, ref)).toString()).toBe("whole");
  });

  it("leaves its data directory to the next, of which exactly one gets it", async () => {
    await using folder = await temporaryDirectory();
    const held = JSON.stringify(folder.path);
    const lines = `openDatabase(${held}); console.log("locked"); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, program(lines), { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    await once(owner.stdout, "data");
    const locked = { reason: "DATA_DIR_LOCKED", metadata: { pid: String(owner.pid), path: folder.path } };
    expect(() => openDatabase(folder.path)).toThrow(expect.objectContaining(locked));
    owner.kill("SIGKILL");
    await once(owner, "exit");
    const database = openDatabase(folder.path);
    const mine = { reason: "DATA_DIR_LOCKED", metadata: { pid: String(process.pid), path: folder.path } };
    expect(() => openDatabase(folder.path)).toThrow(expect.objectContaining(mine));
    await database.close();
    await openDatabase(folder.path).close();
  });

  it("in the middle of a commit loses that one and no other", async () => {
    await using folder = await temporaryDirectory();
    await killed(`const log = openEmbeddedEventLog(openDatabase(${JSON.stringify(folder.path)}));
      await log.append("a", 0, Buffer.from("whole"));
      die();`);
    await appendFile(join(folder.path, "climb.db-wal"), Buffer.alloc(2000, 7));
    const database = openDatabase(folder.path);
    const log = openEmbeddedEventLog(database);
    expect(await log.append("a", 1, Buffer.from("next"))).toBe(2);
    const records: string[] = [];
    for await (const { record } of log.read("a")) records.push(Buffer.from(record).toString());
    expect(records).toEqual(["whole", "next"]);
    await database.close();
  });
});

describe("a full disk", () => {
  it("refuses a record by name, and what is accepted afterwards is there", async () => {
    await using folder = await temporaryDirectory();
    const said = await onSmallDisk(`const told = [];
      const database = openDatabase(${JSON.stringify(folder.path)}, (error) => told.push(error.reason));
      const log = openEmbeddedEventLog(database);
      await log.append("a", 0, Buffer.from("before"));
      const refused = await log.append("a", 1, Buffer.alloc(400_000)).catch((error) => error);
      console.log(refused.kind, refused.reason, refused.metadata.path, told.join());
      await log.append("a", 1, Buffer.from("after"));`);
    expect(said).toBe(`exhausted DISK_FULL ${join(folder.path, "climb.db")} DISK_FULL`);
    const database = openDatabase(folder.path);
    const last = await openEmbeddedEventLog(database).last("a");
    expect(Buffer.from(last?.record ?? []).toString()).toBe("after");
    await database.close();
  });

  it("refuses a job, and those queued before and afterwards are there", async () => {
    await using folder = await temporaryDirectory();
    const said = await onSmallDisk(`const database = openDatabase(${JSON.stringify(folder.path)});
      const queue = openEmbeddedJobQueue(database, "q");
      await queue.enqueue({ id: "before", payload: Buffer.alloc(1) });
      const refused = await queue.enqueue({ id: "large", payload: Buffer.alloc(400_000) }).catch((error) => error);
      console.log(refused.kind, refused.reason);
      await queue.enqueue({ id: "after", payload: Buffer.alloc(1) });
      await database.close();`);
    expect(said).toBe("exhausted DISK_FULL");
    const database = openDatabase(folder.path);
    const queue = openEmbeddedJobQueue(database, "q");
    const ids: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++) ids.push((await queue.lease({ waitMs: 0 }))?.id);
    expect(ids).toEqual(["before", "after", undefined]);
    await database.close();
  });

  it("refuses an artifact, keeps the old one, and leaves no half file behind", async () => {
    await using folder = await temporaryDirectory();
    const said = await onSmallDisk(`const store = openFileArtifacts(${JSON.stringify(folder.path)});
      const old = await store.put("a", Buffer.from("old"));
      const refused = await store.put("a", Buffer.alloc(400_000)).catch((error) => error);
      console.log(refused.kind, refused.reason, old.uri === (await store.stat("a"))?.uri);`);
    expect(said).toBe("exhausted DISK_FULL true");
    expect(await readdir(join(folder.path, "tmp"))).toEqual([]);
    expect(await readdir(join(folder.path, "contents"))).toHaveLength(1);
  });
});
