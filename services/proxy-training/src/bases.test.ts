import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readWhole } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import { Schedule } from "@climb/proto/training/v1/training_service";
import { expect, it } from "vitest";
import { readManifest, required } from "./steps/inputs.js";
import { createRun, directory, proxy, spec, start, target, tokenSet, untilFinal } from "./testing/suite.js";

it("a run that keeps its state is a base: another goes on from its moments, here or from its file, as another run", async () => {
  const suite = await start(await directory());
  const { client, platform } = suite;
  const set = await tokenSet(suite);
  const targets = [await target(suite, "kitchen")];
  const constant = { ...proxy, schedule: Schedule.SCHEDULE_CONSTANT };
  const plain = await untilFinal(suite, await createRun(suite, spec(set.id, { proxy: constant }), targets));
  const kept = await untilFinal(
    suite,
    await createRun(suite, spec(set.id, { proxy: constant, keepState: true }), targets),
  );
  expect(kept.id).not.toBe(plain.id);
  // The same weights in another file.
  expect(kept.tasks).toEqual(plain.tasks);
  expect(Number(kept.weights?.sizeBytes)).toBeGreaterThan(3 * Number(plain.weights?.sizeBytes) - 10_000);

  const manifest = await readManifest(platform.artifacts, set);
  const told = await client.importCheckpoint({ path: kept.weights?.uri });
  expect(told).toMatchObject({
    checkpoint: { sha256: kept.weights?.sha256 },
    tokenizer: { sha256: manifest.tokenizer?.sha256 },
    vocabulary: manifest.vocabulary,
    hasMoments: true,
    tokens: 16_000n,
  });
  expect(await client.importCheckpoint({ path: plain.weights?.uri })).toMatchObject({
    tokenizer: undefined,
    vocabulary: manifest.vocabulary,
    hasMoments: false,
    tokens: 0n,
  });
  const path = join(await directory(), "base.safetensors");
  await writeFile(path, await readWhole(platform.artifacts, required(kept.weights)));
  expect((await client.importCheckpoint({ path })).checkpoint?.sha256).toBe(kept.weights?.sha256);

  const decay = { proxy: { ...proxy, schedule: Schedule.SCHEDULE_DECAY }, tokens: 4_000n, base: told.checkpoint };
  const [onward, fresh, weightsAlone] = await Promise.all(
    [decay, { ...decay, freshMoments: true }, { ...decay, base: plain.weights }].map(async (fields) =>
      untilFinal(suite, await createRun(suite, spec(set.id, fields), targets)),
    ),
  );
  for (const run of [onward, fresh, weightsAlone]) expect(run?.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  expect(onward?.weights?.sha256).not.toBe(fresh?.weights?.sha256);
  // Without moments in the file there are none to go on from.
  expect(weightsAlone?.weights?.sha256).toBe(fresh?.weights?.sha256);
  expect(new Set([onward?.id, fresh?.id, weightsAlone?.id]).size).toBe(3);
  const bits = (run: typeof onward) => run?.tasks[0]?.bitsPerByte ?? Number.NaN;
  expect(bits(onward)).toBeLessThan(bits(kept));
});

it("a base of another shape is told before there are tokens, with what was found and expected", async () => {
  const suite = await start(await directory());
  const { client } = suite;
  const set = await tokenSet(suite);
  const kept = await untilFinal(suite, await createRun(suite, spec(set.id, { keepState: true, tokens: 1_000n }), []));
  const fields = { tokenSetId: "", mixture: [], base: kept.weights };
  expect((await client.validateRun({ spec: spec("", fields) })).faults).toEqual([]);
  const heads = { ...proxy, heads: 4 };
  const { faults } = await client.validateRun({ spec: spec("", { ...fields, proxy: heads }) });
  expect(faults).toMatchObject([{ field: "spec.base", reason: "FIELD_INVALID" }]);
  expect(faults[0]?.message).toMatch(/found 1 layers of width 16 with 2 heads.* expected a model of .* with 4 heads/);
  await expect(
    client.createRun({ requestId: "", spec: spec(set.id, { base: kept.weights, proxy: heads }), targets: [] }),
  ).rejects.toMatchObject({ reason: "FIELD_INVALID", message: `spec.base: ${faults[0]?.message}` });
  const foreign = await client.validateRun({ spec: spec("", { tokenSetId: "", keepState: true, trainer: "torch" }) });
  expect(foreign.faults).toMatchObject([{ field: "spec.keep_state" }]);
});
