import { mkdtempSync } from "node:fs";
import { openEmbeddedPlatform } from "@climb/ports";
import { Search } from "@climb/proto/search/v1/search_service";
import { Run } from "@climb/proto/training/v1/training_service";
import { createLifecycle, createLogger } from "@climb/runtime";
import puppeteer from "puppeteer-core";
import { startSuite } from "./cli/dist/suite.js";

const dataDir = mkdtempSync("/tmp/shots-");
const lifecycle = createLifecycle();
const logger = createLogger({ service: "x", level: "silent" });
const platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
const put = (kind, id, state, at, record) =>
  platform.snapshots.put(kind, id, { index: { state, owner: "", labels: {}, createTimeMs: at }, record });
const at = Date.UTC(2026, 10, 30, 6, 12);
for (const [i, [id, name, reason]] of [
  ["9f86d081884c7d659a2feaa0c55ad015", "news, 300M proxies", "given up: 4 workers died at it"],
  [
    "a3f5b2c1e4d6978812aa77bc3de90f41",
    "code and docs",
    "ENOENT: no such file or directory, open '/data/corpus/part-00017.jsonl.gz'",
  ],
].entries()) {
  const t = at + i * 3600000;
  await put(
    "search",
    id,
    "FAILED",
    t,
    Search.encode(
      Search.fromPartial({
        id,
        spec: { name },
        status: {
          state: 4,
          createTime: new Date(t),
          endTime: new Date(t + 60000),
          failure: { reason: "JOB_POISONED", message: reason },
        },
      }),
    ).finish(),
  );
  await platform
    .queue("search")
    .enqueue({ id: `${id}-${t}`, payload: Buffer.from(JSON.stringify({ id, attempt: t })) });
  await (await platform.queue("search").lease({ waitMs: 1000 })).bury(reason);
}
await put(
  "search",
  "b1946ac92492d2347c6235b4d2611184",
  "SUCCEEDED",
  at,
  Search.encode(
    Search.fromPartial({
      id: "b1946ac92492d2347c6235b4d2611184",
      spec: { name: "web, docs and code" },
      phase: 4,
      runsPlanned: 24,
      runsFinished: 13,
      status: { state: 2, traceId: "4bf92f3577b34da6a3ce929d0e0e4736", createTime: new Date(at) },
      gain: { mean: 0.0123, lower: 0.0045, upper: 0.0201, runs: 1 },
      cost: { seconds: 4000, tokens: 13000000n, bytes: 0n },
    }),
  ).finish(),
);
await put(
  "run",
  "traced",
  "SUCCEEDED",
  at,
  Run.encode(
    Run.fromPartial({
      id: "traced",
      spec: { tokenSetId: "none", mixture: [0.5, 0.5], tokens: 1000000n },
      status: { state: 3, traceId: "4bf92f3577b34da6a3ce929d0e0e4736", createTime: new Date(at) },
      tasks: [{ target: "arc", bitsPerByte: 1.2345, items: 100 }],
    }),
  ).finish(),
);
await platform.queue("spare").enqueue([{ id: "a", payload: Buffer.from("{}") }]);
await lifecycle.close();
const suite = await startSuite({
  dataDir,
  port: 0,
  pagePort: 0,
  logLevel: "silent",
  env: { CLIMB_TRACE_URL: "https://traces.example.com/trace/{traceId}" },
});
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const tab = await browser.newPage();
for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 1280],
  ["dark", 390],
]) {
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await tab.setViewport({ width, height: 900 });
  for (const [name, path] of [["system", "/system"]]) {
    await tab.goto(suite.page + path);
    await new Promise((r) => setTimeout(r, 1500));
    await tab.screenshot({ path: `/tmp/pictures/${name}-${scheme}-${width}.png`, fullPage: true });
  }
}
await browser.close();
await suite.close();
process.exit(0);
