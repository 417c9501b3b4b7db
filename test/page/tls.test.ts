/// <reference lib="dom" />
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { createTestCa, type TemporaryDirectory, temporaryDirectory } from "@climb/testkit";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { CHROMIUM, openPage, startChromium, waitForText } from "./chromium.js";
import { emptySearch, seedSearch } from "./seeds.js";

let [folder, suite, ca]: [TemporaryDirectory, Suite, Awaited<ReturnType<typeof createTestCa>>] = [] as never;

beforeAll(async () => {
  folder = await temporaryDirectory();
  ca = await createTestCa();
  const { cert, key } = await ca.write(folder.path, "page");
  const tokens = join(folder.path, "tokens.txt");
  writeFileSync(tokens, `${createHash("sha256").update("of-the-reader").digest("hex")} reader sea viewer\n`);
  const env = {
    CLIMB_TLS_CERT: cert,
    CLIMB_TLS_KEY: key,
    CLIMB_TLS_RELOAD_MS: "100",
    CLIMB_AUTH_TOKENS: tokens,
    CLIMB_TRACE_URL: "https://traces.example.com/trace/{traceId}",
  };
  suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, pagePort: 0, logLevel: "silent", env });
  await seedSearch(suite.platform, emptySearch("of-sea", "of the sea"), "sea");
});

afterAll(async () => {
  await suite?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** Asks the page as who trusts the test's CA and nobody else. */
function ask(path: string, { method = "GET", body = "", headers = {} } = {}) {
  return new Promise<{ response: IncomingMessage; text: string; serial: string }>((resolve, reject) => {
    const options = {
      method,
      ca: ca.pem,
      agent: false as const,
      headers: { "content-type": "application/json", ...headers },
    };
    const asked = request(`${suite.page}${path}`, options, (response) => {
      const serial = new X509Certificate(
        (response.socket as unknown as { getPeerCertificate(): { raw: Buffer } }).getPeerCertificate().raw,
      ).serialNumber;
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve({ response, text, serial }));
    });
    asked.on("error", reject).end(body);
  });
}

it("is served by TLS with the certificate of the service, to those who trust its CA and to nobody in plain text", async () => {
  expect(suite.page).toMatch(/^https:/);
  expect((await ask("/searches")).response.statusCode).toBe(200);
  await expect(fetch(`${suite.page}/searches`)).rejects.toThrow();
  await expect(fetch(`${suite.page}/searches`.replace("https", "http"))).rejects.toThrow();
});

it("gives its session in a cookie that is sent by TLS alone, and tells where traces are to those who have one", async () => {
  expect(JSON.parse((await ask("/session")).text)).toEqual({ asks: true, signedIn: false });
  const { response } = await ask("/session", { method: "POST", body: JSON.stringify({ token: "of-the-reader" }) });
  expect(response.headers["set-cookie"]?.[0]).toMatch(/^__Host-climb-session=.*; Secure$/);
  const cookie = response.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  expect(JSON.parse((await ask("/session", { headers: { cookie } })).text)).toEqual({
    asks: true,
    signedIn: true,
    traceAddress: "https://traces.example.com/trace/{traceId}",
  });
  const watched = await ask("/watch/search?id=of-sea", { headers: { cookie } });
  expect(watched.text).toContain("of the sea");
});

it("takes a certificate that is exchanged while it runs", async () => {
  const { serial: before } = await ask("/session");
  const { cert } = await ca.write(folder.path, "page");
  const { serialNumber } = new X509Certificate(readFileSync(cert));
  expect(serialNumber).not.toBe(before);
  await vi.waitFor(async () => expect((await ask("/session")).serial).toBe(serialNumber), 10_000);
});

it.runIf(CHROMIUM)("lets a browser sign in, look and sign out", async () => {
  const browser = await startChromium({ acceptInsecureCerts: true });
  try {
    const { page: tab, faults } = await openPage(browser, suite.page ?? "");
    await tab.goto(`${suite.page}/searches`);
    await waitForText(tab, "h1", /^Sign in$/);
    await tab.type("input[type=password]", "of-the-reader");
    await tab.keyboard.press("Enter");
    await waitForText(tab, "tbody th a", /^of the sea$/);
    await tab.goto(`${suite.page}/system`);
    await waitForText(tab, ".card", /an admin of the project \* alone sees them/);
    await tab.$$eval("button", (all) => all.find(({ textContent }) => textContent === "Sign out")?.click());
    await waitForText(tab, "h1", /^Sign in$/);
    // What this reader may not see is refused with a status that browsers note.
    expect(faults.filter((fault) => !/\b(401|403)\b/.test(fault))).toEqual([]);
  } finally {
    await browser.close();
  }
});
