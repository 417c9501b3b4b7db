import { expect, it } from "vitest";
import { openSgemmPeak } from "./sgemm-peak.js";

it("measures how fast a core multiplies matrices", async () => {
  const peak = await openSgemmPeak(() => performance.now(), 128);
  expect(await peak.stretch(5)).toBeGreaterThan(0.1);
  await peak.close();
});
