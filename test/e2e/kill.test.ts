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
    const search = writeSmallSearch(join(folder.path, "input"), 60_000);
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

    const random = seeded("moments");
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, finished } = climb(command("killed"));
      // Late enough to be past the start of the process most of the time, early enough to be in the middle of the work.
      const timer = setTimeout(() => child.kill("SIGKILL"), wholeMs * (0.1 + 0.4 * random.float()));
      const { code, signal, stderr } = await finished;
      clearTimeout(timer);
      expect(code === 0 || signal === "SIGKILL", stderr).toBe(true);
    }
    const last = await climb(command("killed")).finished;
    expect(last, last.stderr).toMatchObject({ code: 0 });

    const mixture = (name: string) => readFileSync(join(folder.path, `${name}-out`, "mixture.json"), "utf8");
    expect(mixture("killed")).toBe(mixture("whole"));

    const logs = openFileEventLog(join(folder.path, "killed", "logs"));
    const runs = await logs.list("training/runs/");
    expect(runs.length).toBeGreaterThan(8);
    for (const run of runs) {
      const states: (JobState | undefined)[] = [];
      for await (const { record } of logs.read(run)) states.push(Run.decode(record).status?.state);
      const finishedAt = states.indexOf(JobState.JOB_STATE_SUCCEEDED);
      expect(finishedAt, run).toBe(states.length - 1);
    }
    await logs.close();
  }, 600_000);
});
