import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "@climb/numeric";
import { JobState } from "@climb/proto/common/v1/job";
import type { Run, RunSpec } from "@climb/proto/training/v1/training_service";
import { expect, it } from "vitest";
import { required } from "./steps/inputs.js";
import { createRun, directory, proxy, type Suite, spec, start, target, tokenSet, untilFinal } from "./testing/suite.js";

async function tensorsOf({ platform }: Suite, { weights }: Run): Promise<Map<string, { data: Float32Array }>> {
  return decodeSafetensors(await readFile(await platform.artifacts.localPath(required(weights)))).tensors;
}

it("a run averages trained weights instead of training, is evaluated as others are, and is told what does not fit", async () => {
  const suite = await start(await directory());
  const { client } = suite;
  const set = await tokenSet(suite);
  const targets = [await target(suite, "kitchen"), await target(suite, "sky")];
  const trained = async (fields: Partial<RunSpec>) =>
    untilFinal(suite, await createRun(suite, spec(set.id, fields), targets));
  const base = (await trained({ mixture: [0.5, 0.5] })).weights;
  const parts = [await trained({ mixture: [1, 0], base }), await trained({ mixture: [0, 1], base })];
  const components = parts.map(({ weights }) => required(weights));
  const merge = { components };
  const merged = await trained({ mixture: [0.25, 0.75], merge });
  expect(merged.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  expect(merged).toMatchObject({ spec: { tokens: 0n }, epochs: [], parameters: parts[0]?.parameters });
  expect(merged.training).toBeUndefined();
  const [first, second] = await Promise.all(parts.map((part) => tensorsOf(suite, part)));
  for (const [name, { data }] of await tensorsOf(suite, merged)) {
    const [a, b] = [first?.get(name)?.data[0] ?? 0, second?.get(name)?.data[0] ?? 0];
    expect(data[0]).toBe(Math.fround(0.25 * a + 0.75 * b));
  }
  // What was merged of three quarters sky knows more of it than what has seen the kitchen alone.
  const bits = (run: Run | undefined, task: number) => run?.tasks[task]?.bitsPerByte ?? Number.NaN;
  expect(bits(merged, 1)).toBeLessThan(bits(parts[0], 1));
  expect(bits(merged, 0)).toBeLessThan(bits(parts[1], 0));

  const alone = await trained({ mixture: [0, 1], merge: { components: components.slice(1) } });
  expect(alone.weights?.sha256).toBe(components[1]?.sha256);
  expect(alone.tasks).toEqual(parts[1]?.tasks);

  const fieldsOf = async (fields: Partial<RunSpec>) =>
    (await client.validateRun({ spec: spec(set.id, fields) })).faults.map(({ field }) => field);
  expect(await fieldsOf({ mixture: [0, 1], merge })).toEqual(["spec.merge.components"]);
  expect(await fieldsOf({ merge, base })).toEqual(["spec.merge"]);
  expect(await fieldsOf({ merge, trainer: "torch" })).toEqual(["spec.merge"]);
  expect(await fieldsOf({ merge, proxy: { ...proxy, width: 32 } })).toEqual([
    "spec.merge.components[0]",
    "spec.merge.components[1]",
  ]);
});
