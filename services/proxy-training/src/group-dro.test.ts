import { describe, expect, it } from "vitest";
import { createRun, directory, spec, start, target, tokenSet, untilFinal, untilSteps } from "./testing/suite.js";

describe("a run whose mixture follows the excess loss", () => {
  it("moves weight to the domain that its reference knows better, and says what it had on average", async () => {
    const suite = await start(await directory());
    const { id } = await tokenSet(suite);
    const targets = [await target(suite, "kitchen")];
    // The reference has seen one domain alone, so that the other can show no excess once a little is learnt of it.
    const reference = await untilFinal(suite, await createRun(suite, spec(id, { mixture: [1, 0] }), targets));
    const asked = spec(id, {
      mixture: [0.5, 0.5],
      groupDro: { reference: reference.weights, stepSize: 0, smoothing: 0 },
    });
    const run = await untilFinal(suite, await createRun(suite, asked, targets));
    expect(run.status?.failure).toBeUndefined();
    expect(run.spec?.groupDro).toMatchObject({ stepSize: 1, smoothing: 0.001 });
    const [kitchen = 0, sky = 0] = run.groupWeights;
    expect(kitchen + sky).toBeCloseTo(1, 9);
    expect(kitchen).toBeGreaterThan(0.6);
    expect(run.epochs[0]).toBeGreaterThan(run.epochs[1] as number);
    expect(reference.groupWeights).toEqual([]);

    // Another reference is another run; a domain without weight stays without.
    const even = await untilFinal(
      suite,
      await createRun(suite, spec(id, { mixture: [0.5, 0.5], tokens: 2_000n }), targets),
    );
    expect(even.id).not.toBe(run.id);
    const alone = { ...asked, mixture: [0, 1], tokens: 2_000n };
    expect((await untilFinal(suite, await createRun(suite, alone, targets))).groupWeights).toEqual([0, 1]);

    const foreign = { ...asked, trainer: "torch" };
    await expect(suite.client.createRun({ requestId: "", spec: foreign, targets })).rejects.toMatchObject({
      message: expect.stringContaining("spec.group_dro: found trainer torch"),
    });
    const wider = { ...asked, proxy: { ...asked.proxy, width: 32 } } as typeof asked;
    await expect(suite.client.createRun({ requestId: "", spec: wider, targets })).rejects.toMatchObject({
      message: expect.stringContaining("spec.group_dro.reference"),
    });
  });

  it("goes on from a checkpoint to the same bits", async () => {
    const path = await directory();
    const first = await start(path, { CLIMB_CHECKPOINT_MS: "50" });
    const set = await tokenSet(first);
    const targets = [await target(first, "kitchen")];
    const reference = await untilFinal(
      first,
      await createRun(first, spec(set.id, { mixture: [0.5, 0.5], tokens: 2_000n }), targets),
    );
    const asked = spec(set.id, {
      mixture: [0.5, 0.5],
      // So many that the cancelling comes before the end on any machine.
      tokens: 150_000n,
      groupDro: { reference: reference.weights, stepSize: 1, smoothing: 0.01 },
    });
    const id = await createRun(first, asked, targets);
    await untilSteps(first, id);
    await first.client.cancelRun({ id });
    await untilFinal(first, id);
    const resumed = await untilFinal(first, await createRun(first, asked, targets));
    expect(resumed.attempts).toBeGreaterThan(1);

    const other = await start(await directory());
    const again = await tokenSet(other);
    const same = await target(other, "kitchen");
    const begun = await untilFinal(
      other,
      await createRun(other, spec(again.id, { mixture: [0.5, 0.5], tokens: 2_000n }), [same]),
    );
    const whole = await untilFinal(
      other,
      await createRun(
        other,
        { ...asked, tokenSetId: again.id, groupDro: { reference: begun.weights, stepSize: 1, smoothing: 0.01 } },
        [same],
      ),
    );
    expect(whole.id).toBe(resumed.id);
    expect(resumed.weights?.sha256).toBe(whole.weights?.sha256);
    expect(resumed.groupWeights).toEqual(whole.groupWeights);
  });
});
