import { describe, expect, it } from "vitest";
import { createRun, directory, spec, start, target, tokenSet, untilFinal, untilSteps } from "./testing/suite.js";

describe("a run whose mixture follows the targets' gradients", () => {
  it("moves weight to the domain that a target is like, and to the other for another target", async () => {
    const suite = await start(await directory());
    const { id } = await tokenSet(suite);
    const [kitchen, sky] = [await target(suite, "kitchen"), await target(suite, "sky")];
    const following = (targets: (typeof kitchen)[]) =>
      spec(id, { mixture: [0.5, 0.5], targetAlignment: { targets, stepSize: 0, smoothing: 0 } });
    const weightsFor = async (targets: (typeof kitchen)[]) => {
      const run = await untilFinal(suite, await createRun(suite, following(targets), [kitchen]));
      expect(run.status?.failure).toBeUndefined();
      expect(run.spec?.targetAlignment).toMatchObject({ stepSize: 64, smoothing: 0.001 });
      expect(run.groupWeights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 9);
      return run;
    };
    const [own, other] = [await weightsFor([kitchen]), await weightsFor([sky])];
    expect(own.groupWeights[0]).toBeGreaterThan(0.6);
    expect(other.groupWeights[1]).toBeGreaterThan(0.6);
    expect(own.epochs[0]).toBeGreaterThan(own.epochs[1] as number);
    // A guardrail earns nothing, so nothing follows it.
    const guarded = await weightsFor([kitchen, { ...sky, weight: 0 }]);
    expect(guarded.id).not.toBe(own.id);
    expect(guarded.groupWeights).toEqual(own.groupWeights);
  });

  it("is refused with what does not go with it", async () => {
    const suite = await start(await directory());
    const { id } = await tokenSet(suite);
    const kitchen = await target(suite, "kitchen");
    const asked = spec(id, { mixture: [0.5, 0.5], targetAlignment: { targets: [kitchen], stepSize: 0, smoothing: 0 } });
    const refused = (changed: Partial<typeof asked>, message: string) =>
      expect(
        suite.client.createRun({ requestId: "", spec: { ...asked, ...changed }, targets: [kitchen] }),
      ).rejects.toMatchObject({ message: expect.stringContaining(message) });
    await refused({ trainer: "torch" }, "spec.target_alignment: found trainer torch");
    const groupDro = { reference: kitchen.items, stepSize: 0, smoothing: 0 };
    await refused({ groupDro }, "spec.target_alignment: found group_dro with it");
    const unweighted = { targets: [{ ...kitchen, weight: 0 }], stepSize: 0, smoothing: 0 };
    await refused({ targetAlignment: unweighted }, "spec.target_alignment.targets: found weights of 0 alone");
  });

  it("goes on from a checkpoint to the same bits", async () => {
    const first = await start(await directory(), { CLIMB_CHECKPOINT_MS: "50" });
    const asked = async (suite: typeof first) => {
      const kitchen = await target(suite, "kitchen");
      // So many that the cancelling comes before the end on any machine.
      const options = { mixture: [0.5, 0.5], tokens: 150_000n };
      const targetAlignment = { targets: [kitchen], stepSize: 0, smoothing: 0 };
      const { id } = await tokenSet(suite);
      return createRun(suite, spec(id, { ...options, targetAlignment }), [kitchen]);
    };
    const id = await asked(first);
    await untilSteps(first, id);
    await first.client.cancelRun({ id });
    await untilFinal(first, id);
    const resumed = await untilFinal(first, await asked(first));
    expect(resumed.attempts).toBeGreaterThan(1);
    const other = await start(await directory());
    const whole = await untilFinal(other, await asked(other));
    expect(whole.id).toBe(resumed.id);
    expect(resumed.weights?.sha256).toBe(whole.weights?.sha256);
    expect(resumed.groupWeights).toEqual(whole.groupWeights);
  });
});
