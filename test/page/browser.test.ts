/// <reference lib="dom" />
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Search, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { createClient } from "@climb/runtime";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSearchFile } from "../../cli/src/search-file.js";
import { startSuite } from "../../cli/src/suite.js";
import { artifactsNamed } from "../support/artifacts.js";
import { barriers, CHROMIUM, openPage, startChromium, waitForText } from "./chromium.js";
import { type PageProcess, startWithPage } from "./page-process.js";
import { emptySearch, seedRuns, seedSearch } from "./seeds.js";

if (!CHROMIUM) {
  it("the page in a browser", (context) => context.skip("there is no chromium on PATH: apt-get install chromium"));
}

/** Presses Tab until the focus is on what says so. */
async function tabTo(page: Page, text: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const said = await page.evaluate(() => {
      const at = document.activeElement;
      return at?.textContent || at?.getAttribute("aria-label") || at?.id || "";
    });
    if (text.test(said)) return;
  }
  throw new Error(`80 presses of Tab led to nothing that says ${text}`);
}

describe.runIf(CHROMIUM)("the page in a browser", () => {
  let [folder, dataDir, id]: [TemporaryDirectory, string, string] = [] as never;
  let suite: PageProcess | undefined;
  let browser: Browser;

  beforeAll(async () => {
    folder = await temporaryDirectory();
    dataDir = join(folder.path, "data");
    [suite, browser] = await Promise.all([startWithPage(dataDir), startChromium()]);
    const client = createClient(SearchServiceDefinition, suite.address);
    const spec = readSearchFile(writeSmallSearch(join(folder.path, "input"), 20_000));
    const metadata = { displayName: "small & <strange>", labels: { team: "sea" } };
    id = (await client.createSearch({ requestId: "", spec, metadata })).search?.id ?? "";
    client.close();
  });

  afterAll(async () => {
    await browser?.close();
    await suite?.kill("SIGTERM");
    await folder?.[Symbol.asyncDispose]();
  });

  it("shows while a search is at work which process holds it", async () => {
    const { page } = suite as PageProcess;
    const { page: tab, faults } = await openPage(browser, page);
    await tab.goto(`${page}/system`);
    await waitForText(tab, "td a", new RegExp(`^search ${id.slice(0, 8)}$`));
    expect(await barriers(tab)).toEqual([]);
    expect(faults).toEqual([]);
    await tab.close();
  });

  it("follows a search that is held and let go by keyboard, killed and begun again, without a reload", async () => {
    const { page, address } = suite as PageProcess;
    const { page: tab, faults } = await openPage(browser, page);
    await tab.goto(`${page}/searches/${id}`);
    await waitForText(tab, ".facts dd", /^[1-9]\d* of \d+ planned/);
    expect(await barriers(tab)).toEqual([]);
    await tab.evaluate("window.sameDocument = true");

    await tabTo(tab, /^Pause$/);
    await tab.keyboard.press("Enter");
    await waitForText(tab, ".state", /^paused$/);
    await tabTo(tab, /^Resume$/);
    await tab.keyboard.press("Enter");
    await waitForText(tab, ".state", /^(running|waiting)$/);
    await waitForText(tab, ".facts dd", /^[3-9] of \d+ planned/);
    expect(faults).toEqual([]);

    await suite?.kill("SIGKILL");
    await waitForText(tab, ".follows", /^reconnecting/);
    const portOf = (where: string) => where.slice(where.lastIndexOf(":") + 1);
    suite = await startWithPage(dataDir, [portOf(address), portOf(page)]);
    await waitForText(tab, ".follows", /^live$/);
    await waitForText(tab, ".state", /^succeeded$/, 300_000);
    await waitForText(tab, "h2", /^Verdict$/);
    expect(await tab.evaluate("window.sameDocument")).toBe(true);
    await tab.close();
  });

  it("shows every view without an error, a request to elsewhere or a barrier, light and wide, dark and on a phone", async () => {
    const { page } = suite as PageProcess;
    const { page: tab, faults } = await openPage(browser, page);
    await tab.goto(`${page}/searches/${id}`);
    await tab.waitForSelector('a[href^="/domains/"]');
    const domains = await tab.$eval('a[href^="/domains/"]', (link) => link.getAttribute("href"));
    await tab.goto(`${page}/searches/${id}/runs`);
    await waitForText(tab, "th a", /^1$/);
    const run = await tab.$eval('a[href^="/runs/"]', (link) => link.getAttribute("href"));
    const views: [path: string, selector: string, text: RegExp][] = [
      ["/searches", "th", /^small & <strange>/],
      [`/searches/${id}`, "h3", /^Settings$/],
      [`/searches/${id}/what-if`, ".lead", /As good as the answer/],
      [`/searches/${id}/runs`, "th a", /^1$/],
      [`/searches/compare?ids=${id}`, "h2", /^Settings that differ$/],
      [run ?? "", "h2", /^Reached$/],
      ["/domains", "td", /succeeded/],
      [domains ?? "", "h3", /^Map of the corpus$/],
      ["/system", "th", /^stored$/],
    ];
    for (const [scheme, width] of [
      ["light", 1280],
      ["dark", 390],
    ] as const) {
      await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await tab.setViewport({ width, height: 844 });
      for (const [path, selector, text] of views) {
        await tab.goto(page + path);
        await waitForText(tab, selector, text);
        expect(await barriers(tab), `${path} ${scheme}`).toEqual([]);
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${path} at ${width}`).toBeLessThanOrEqual(width);
      }
    }
    expect(faults).toEqual([]);
    await tab.close();
  });

  it("says what the predictor expects of a mixture that is moved by keyboard, and keeps it in the address", async () => {
    const { page } = suite as PageProcess;
    const { page: tab } = await openPage(browser, page);
    await tab.goto(`${page}/searches/${id}`);
    await waitForText(tab, "a", /^What if$/);
    await tabTo(tab, /^What if$/);
    await tab.keyboard.press("Enter");
    await waitForText(tab, ".lead", /As good as the answer/);
    await tabTo(tab, /^w-d00$/);
    for (let i = 0; i < 20; i++) await tab.keyboard.press("ArrowRight");
    await waitForText(tab, ".lead", /bits per byte (better|worse) than the answer/);
    const moved = new URL(tab.url());
    expect(moved.searchParams.get("w")).toMatch(/d00:0\.\d+/);
    const { page: other } = await openPage(browser, page);
    await other.goto(moved.href);
    await waitForText(other, ".lead", /bits per byte/);
    const said = (await other.$eval(".lead", ({ textContent }) => textContent)) ?? "";
    // The answer to the last key may still be on its way.
    await waitForText(tab, ".lead", new RegExp(`^${said.replace(/[.]/g, "\\.")}$`));
    await other.close();
    await tab.close();
  });

  it("renames a domain by keyboard, and shows its title wherever the domain is named", async () => {
    const { page } = suite as PageProcess;
    const { page: tab, faults } = await openPage(browser, page);
    await tab.goto(`${page}/searches/${id}`);
    await tab.waitForSelector('a[href^="/domains/"]');
    const domains = await tab.$eval('a[href^="/domains/"]', (link) => link.getAttribute("href"));
    await tab.goto(page + domains);
    await waitForText(tab, ".domain-title", /d00/);
    await tabTo(tab, /^Rename …$/);
    await tab.keyboard.press("Enter");
    await tab.waitForSelector(".rename input");
    expect(await barriers(tab)).toEqual([]);
    await tab.keyboard.press("Tab");
    await tab.$eval(".rename input", (input) => (input as HTMLInputElement).select());
    await tab.keyboard.type("What sailors say");
    await tab.keyboard.press("Enter");
    await waitForText(tab, ".domain-title", /What sailors say/);
    await waitForText(tab, ".legend li", /What sailors say/);
    await tab.goto(`${page}/searches/${id}`);
    await waitForText(tab, "th, td", /What sailors say/);
    expect(faults).toEqual([]);
    await tab.close();
  });

  it("has a report that opens from a disk, asks for nothing, and can be read on a phone and in the dark", async () => {
    const [report] = artifactsNamed(dataDir, "report.html");
    const path = join(folder.path, "report.html");
    writeFileSync(path, report ?? "");
    const address = pathToFileURL(path).href;
    const { page: tab, faults } = await openPage(browser, address);
    for (const [scheme, width] of [
      ["light", 1280],
      ["dark", 390],
    ] as const) {
      await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await tab.setViewport({ width, height: 844 });
      await tab.goto(address);
      await waitForText(tab, "h2", /^Verdict$/);
      expect(await barriers(tab), scheme).toEqual([]);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    expect(faults).toEqual([]);
    const figures = await tab.$$eval("figure", (all) =>
      all.map((one) => [one.querySelector("figcaption p")?.textContent, one.querySelector("table")?.rows.length]),
    );
    expect(figures.length).toBeGreaterThan(4);
    for (const [sentence, rows] of figures) {
      expect(sentence).toMatch(/\.$/);
      expect(rows, String(sentence)).toBeGreaterThan(1);
    }
    await tab.close();
  });

  it("draws a part of 1,000 searches and of 10,000 runs at once, and finds, sorts and shows all of them", async () => {
    await suite?.kill("SIGTERM");
    suite = undefined;
    const own = await startSuite({ dataDir, port: 0, pagePort: 0, logLevel: "silent" });
    try {
      for (let i = 0; i < 999; i++) {
        await seedSearch(own.platform, emptySearch(`seeded-${i}`, `number ${i}`, new Date(Date.UTC(2026, 0, 1, 0, i))));
      }
      const large = Search.fromPartial({ ...emptySearch("seeded-0", "number 0"), runsPlanned: 10_000 });
      await seedSearch(own.platform, large);
      await seedRuns(own.platform, large, 10_000);
      const { page: tab, faults } = await openPage(browser, own.page ?? "");
      const rows = () => tab.$$eval("tbody tr", (all) => all.length);
      await tab.goto(`${own.page}/searches`);
      await waitForText(tab, ".tools .soft", /^1000 of 1000$/);
      expect(await rows()).toBe(200);
      await tab.type("input[type=search]", "number 77");
      // 77 to 977 and 770 to 779, of which 777 is one.
      await waitForText(tab, ".tools .soft", /^19 of 1000$/);
      expect(await rows()).toBe(19);

      await tab.goto(`${own.page}/searches/seeded-0/runs?sort=-number`);
      await waitForText(tab, ".tools .soft", /^10,000 of 10,000$/);
      expect(await rows()).toBe(200);
      await waitForText(tab, "th a", /^10000$/);
      await tab.$$eval("button", (all) => all.find(({ textContent }) => textContent?.startsWith("Show more"))?.click());
      await tab.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1200);
      expect(faults).toEqual([]);
      await tab.close();
    } finally {
      await own.close();
    }
  });
});
