/// <reference lib="dom" />
import { join } from "node:path";
import { openEmbeddedPlatform } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import { Search } from "@climb/proto/search/v1/search_service";
import { createLifecycle, createLogger } from "@climb/runtime";
import { type TemporaryDirectory, temporaryDirectory } from "@climb/testkit";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { barriers, CHROMIUM, openPage, startChromium, waitForText } from "./chromium.js";
import { emptySearch, seedDeadLetter, seedRun, seedSearch } from "./seeds.js";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const REASON = "no luck with this one";

let [folder, suite]: [TemporaryDirectory, Suite] = [] as never;

beforeAll(async () => {
  folder = await temporaryDirectory();
  const dataDir = join(folder.path, "data");
  const lifecycle = createLifecycle();
  const logger = createLogger({ service: "test", level: "silent" });
  const platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  await seedDeadLetter(platform, emptySearch("given-up", "one that was given up"), REASON);
  await seedRun(platform, "traced", TRACE);
  const gain = { mean: 0.0123, lower: 0.0045, upper: 0.0201, runs: 1 };
  const running = { ...emptySearch("at-work", "one at work"), gain };
  running.status = Search.fromPartial({ status: { state: JobState.JOB_STATE_RUNNING } }).status;
  await seedSearch(platform, running);
  await lifecycle.close();
  const env = { CLIMB_TRACE_URL: "https://traces.example.com/trace/{traceId}" };
  suite = await startSuite({ dataDir, port: 0, pagePort: 0, logLevel: "silent", env });
});

afterAll(async () => {
  await suite?.close();
  await folder?.[Symbol.asyncDispose]();
});

async function call(method: string, body: object = {}) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${suite.page}/call/system/${method}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return (await response.json()) as never;
}

it("a suite tells of its one process, of its queues and of what was given up, through the page's address too", async () => {
  const { processes } = (await call("listProcesses")) as {
    processes: { service: string; queues: { queue: string }[] }[];
  };
  expect(processes.map(({ service }) => service)).toEqual(["climb"]);
  expect(processes[0]?.queues.map(({ queue }) => queue)).toEqual(expect.arrayContaining(["run", "search", "tokens"]));
  const { queues } = (await call("listQueues")) as { queues: { name: string; deadLetters: number }[] };
  expect(queues.filter(({ deadLetters }) => deadLetters > 0)).toMatchObject([{ name: "search", deadLetters: 1 }]);
  expect(await call("listDeadLetters")).toMatchObject({
    deadLetters: [
      { queue: "search", reason: REASON, resources: [{ kind: "search", id: "given-up", state: 4, retriable: true }] },
    ],
  });
});

describe.runIf(CHROMIUM)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  it("the list of searches has the gain so far of one at work, with its interval", async () => {
    const { page: tab } = await openPage(browser, suite.page ?? "");
    await tab.goto(`${suite.page}/searches`);
    await waitForText(tab, "td.number", /^\+0\.0123\s*\+0\.0045 to \+0\.0201 so far$/);
    await tab.close();
  });

  it("a run links to its trace, where the operator says that traces are looked at", async () => {
    const { page: tab, faults } = await openPage(browser, suite.page ?? "");
    await tab.goto(`${suite.page}/runs/traced`);
    await waitForText(tab, "a", /^Trace$/);
    const href = await tab.$$eval("a", (all) => all.find(({ textContent }) => textContent === "Trace")?.href);
    expect(href).toBe(`https://traces.example.com/trace/${TRACE}`);
    expect(faults).toEqual([]);
    await tab.close();
  });

  it("what was given up stands before all else, and begins again by keyboard", async () => {
    const { page: tab, faults } = await openPage(browser, suite.page ?? "");
    await tab.goto(`${suite.page}/system`);
    await waitForText(tab, ".reason", new RegExp(`^${REASON}$`));
    await waitForText(tab, "h2", /^Processes$/);
    expect(await tab.$$eval("h2", (all) => all.map(({ textContent }) => textContent))).toEqual([
      "Given up",
      "Queues",
      "Processes",
      "Use by project",
    ]);
    expect(await barriers(tab)).toEqual([]);
    const link = await tab.$$eval('tbody a[href^="/searches/"]', (all) => all.map((one) => one.getAttribute("href")));
    expect(link).toEqual(["/searches/given-up"]);
    await tab.focus('button[aria-label^="Retry job given-up-"]');
    await tab.keyboard.press("Enter");
    await waitForText(tab, ".card p", /^No job was given up\.$/);
    expect(await call("listDeadLetters")).toEqual({ deadLetters: [] });
    expect(faults).toEqual([]);
    await tab.close();
  });
});
