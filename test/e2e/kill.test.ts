import { readFileSync } from "node:fs";
import { join } from "node:path";
import { seeded } from "@climb/numeric";
import { temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { describe, expect, it } from "vitest";
import { expectNoRunTwice } from "./once.js";
import { climb } from "./processes.js";

const KILLS = 10;

describe("kill -9 of the embedded suite", () => {
  it("at ten random moments costs nothing: the same mixture, and no finished run trained twice", async () => {
    await using folder = await temporaryDirectory();
    const search = writeSmallSearch(join(folder.path, "input"), 40_000);
    const command = (name: string) => [
      "--data-dir",
      join(folder.path, name),
      "--log-level",
      "info",
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
    let logs = "";
    for (let kills = 0, searches = 1; ; ) {
      const name = `killed-${searches}`;
      const { child, finished } = climb(command(name));
      // Late enough to be past the start of the process most of the time, early enough to be in the middle of the work.
      const moment = wholeMs * (0.1 + 0.5 * random.float());
      const timer = kills < KILLS ? setTimeout(() => child.kill("SIGKILL"), moment) : undefined;
      const { code, signal, stderr } = await finished;
      clearTimeout(timer);
      logs += stderr;
      if (signal === "SIGKILL") {
        kills++;
        continue;
      }
      expect(code, stderr).toBe(0);
      expect(mixture(name)).toBe(mixture("whole"));
      expect(expectNoRunTwice(logs)).toBeGreaterThan(8);
      logs = "";
      if (kills === KILLS) break;
      searches++;
    }
  });
});
