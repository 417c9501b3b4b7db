/// <reference lib="dom" />
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import puppeteer, { type Browser, type LaunchOptions, type Page } from "puppeteer-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A Chromium of this machine, such as Debian's package; undefined without one. */
export const CHROMIUM = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

export function startChromium(options: LaunchOptions = {}): Promise<Browser> {
  return puppeteer.launch({ executablePath: CHROMIUM ?? "", args: ["--no-sandbox", "--disable-gpu"], ...options });
}

/** A page of the browser, and what it should not have done. */
export interface Watched {
  page: Page;
  /** Errors on the console, exceptions, and requests to anywhere but the page's own address. */
  faults: string[];
}

/** Opens a page and listens to it. @param origin the only place that it may ask; "file:" for a report */
export async function openPage(browser: Browser, origin: string): Promise<Watched> {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`exception: ${String(error)}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("blob:") && !url.startsWith("data:")) faults.push(`request: ${url}`);
  });
  await page.setViewport({ width: 1280, height: 900 });
  return { page, faults };
}

/** What axe-core finds that keeps somebody from using the page, as "rule: element". */
export async function barriers(page: Page): Promise<string[]> {
  // By the debugger, because the page's own policy lets in no script of others.
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run(document)")) as {
    violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary}`),
    );
}

/** Waits until an element says something. */
export async function waitForText(page: Page, selector: string, text: RegExp, timeoutMs = 60_000): Promise<void> {
  await page.waitForFunction(
    (where, what) =>
      [...document.querySelectorAll(where)].some(({ textContent }) => new RegExp(what).test(textContent ?? "")),
    { timeout: timeoutMs, polling: 200 },
    selector,
    text.source,
  );
}
