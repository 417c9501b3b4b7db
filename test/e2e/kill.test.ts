import { readFileSync } from "node:fs";
import { join } from "node:path";
import { seeded } from "@climb/numeric";
import { JobState } from "@climb/proto/common/v1/job";
import { Run } from "@climb/proto/training/v1/training_service";
import { openFileEventLog } from "@climb/runtime";
import { temporaryDirectory } from "@climb/testkit";
import { describe, expect, it } from "vitest";
import { climb } from "./processes.js";
import { writeSmallSearch } from "./small-search.js";

const KILLS = 10;

describe("kill -9 of the embedded suite", () => {
  it("at ten random moments costs nothing: the same mixture, and no finished run trained twice", async () => {
    await using folder = await temporaryDirectory();
    const search = writeSmallSearch(join(folder.path, "input"), 40_000);
    const command = (name: string) => [
      "--data-dir",
      join(folder.path, name),
      "run",
      search,
      "--out",
      join(folder.path, `${name}-out`),
    ];

    const begun = performance.now();
    const whole = await climb(command("whole")).finished;
    expect(whole, whole.stderr).toMatchObject({ code: 0 });
    const wholeMs = performance.now() - begun;

    const mixture = (name: string) => readFileSync(join(folder.path, `${name}-out`, "mixture.json"), "utf8");
    const random = seeded("moments");
    // A search that ends between two kills is checked, and the next kills meet a new one.
    for (let kills = 0, searches = 1; ; ) {
      const name = `killed-${searches}`;
      const { child, finished } = climb(command(name));
      // Late enough to be past the start of the process most of the time, early enough to be in the middle of the work.
      const moment = wholeMs * (0.1 + 0.5 * random.float());
      const timer = kills < KILLS ? setTimeout(() => child.kill("SIGKILL"), moment) : undefined;
      const { code, signal, stderr } = await finished;
      clearTimeout(timer);
      if (signal === "SIGKILL") {
        kills++;
        continue;
      }
      expect(code, stderr).toBe(0);
      expect(mixture(name)).toBe(mixture("whole"));
      await expectNoRunTwice(join(folder.path, name, "logs"));
      if (kills === KILLS) break;
      searches++;
    }
  }, 600_000);
});

/** In the log of each run, success is there once, and last. */
async function expectNoRunTwice(folder: string): Promise<void> {
  const logs = openFileEventLog(folder);
  const runs = await logs.list("training/runs/");
  expect(runs.length).toBeGreaterThan(8);
  for (const run of runs) {
    const states: (JobState | undefined)[] = [];
    for await (const { record } of logs.read(run)) states.push(Run.decode(record).status?.state);
    expect(states.indexOf(JobState.JOB_STATE_SUCCEEDED), run).toBe(states.length - 1);
  }
  await logs.close();
}
