import { JobState } from "@climb/proto/common/v1/job";
import { expect, it } from "vitest";
import { createRun, directory, spec, start, target, tokenSet, untilFinal } from "./testing/suite.js";

const providers = process.env.CLIMB_TEST_PROVIDERS ?? "";

it("a provider that cannot train is refused at the start, with its name and the cause", async () => {
  const variables = { CLIMB_EXECUTION_PROVIDERS: "nonsense,cpu" };
  await expect(start(await directory(), variables)).rejects.toThrow(
    /^CLIMB_EXECUTION_PROVIDERS=nonsense,cpu cannot be used for training: no training step could be taken: there is no execution provider nonsense here, .*; "cpu" always can$/s,
  );
});

it("a process that takes no runs does not ask what they would run on", async () => {
  const role = { answers: true, takes: (queue: string) => queue !== "run" };
  const suite = await start(await directory(), { CLIMB_EXECUTION_PROVIDERS: "nonsense,cpu" }, { role });
  expect((await tokenSet(suite)).status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
});

// For example webgpu,cpu, where there is a Vulkan device (a software one serves).
it.skipIf(providers === "")(
  "runs on another provider end as on the CPU, up to rounding (run if CLIMB_TEST_PROVIDERS names providers of this machine)",
  async () => {
    const ends = await Promise.all(
      ["cpu", providers].map(async (names) => {
        const suite = await start(await directory(), { CLIMB_EXECUTION_PROVIDERS: names });
        const { id } = await tokenSet(suite);
        const short = spec(id, { tokens: 8_000n });
        return untilFinal(suite, await createRun(suite, short, [await target(suite, "kitchen")]));
      }),
    );
    for (const { status } of ends) expect(status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    const [cpu, other] = ends.map(({ tasks }) => tasks[0]?.bitsPerByte ?? Number.NaN) as [number, number];
    expect(Math.abs(other / cpu - 1)).toBeLessThan(0.01);
  },
);
