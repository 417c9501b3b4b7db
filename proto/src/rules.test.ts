import { receive } from "@climb/proto/rules";
import { type SearchSpec, ValidateSearchRequest } from "@climb/proto/search/v1/search_service";
import { describe, expect, it } from "vitest";

const TYPE = "climb.search.v1.ValidateSearchRequest";
const received = (spec: Parameters<typeof SearchSpec.fromPartial>[0]) => {
  const { message, breaches } = receive(
    TYPE,
    ValidateSearchRequest.encode(ValidateSearchRequest.fromPartial({ spec })).finish(),
  );
  return { spec: (message as ValidateSearchRequest).spec, breaches, fields: breaches.map(({ field }) => field) };
};

describe("a request that breaks rules", () => {
  it("is handed on without the values that break them, and with all others", () => {
    const { spec, fields } = received({
      name: "kept",
      seed: 3,
      budget: { rounds: Array.from({ length: 21 }, () => 4), confirmationSeeds: 2 ** 31 - 1, maxRuns: 7 },
      targets: [{ name: "sea", weight: Number.NaN, paths: ["a"] }],
    } as never);
    expect(fields.sort()).toEqual([
      "spec.budget.confirmation_seeds",
      "spec.budget.rounds",
      "spec.input",
      "spec.targets[0].weight",
    ]);
    expect(spec).toMatchObject({ name: "kept", seed: 3, budget: { rounds: [], confirmationSeeds: 0, maxRuns: 7 } });
    expect(spec?.targets).toMatchObject([{ name: "sea", paths: ["a"] }]);
    expect(spec?.targets[0]?.weight ?? 0).toBe(0);
  });

  it("hears its ranges as people say them", () => {
    const { breaches } = received({ budget: { confirmationSeeds: 51, confirmedMixtures: 51 } });
    expect(breaches.find(({ field }) => field.endsWith("confirmation_seeds"))).toMatchObject({ expected: "2 to 50" });
    expect(breaches.find(({ field }) => field.endsWith("confirmed_mixtures"))).toMatchObject({
      expected: "at most 50",
    });
  });

  it("keeps the places of what stands beside them in a list or a map", () => {
    const { spec, fields } = received({
      input: { $case: "corpus", value: { source: { paths: ["a", "\u0000", "c"] } } },
      knownResults: [{ id: "r", mixture: { d0: 0.5, d1: Number.POSITIVE_INFINITY }, values: { sea: 1 } }],
    } as never);
    expect(fields.length).toBeGreaterThan(0);
    expect(spec?.knownResults[0]?.mixture).toEqual({ d0: 0.5 });
    expect(spec?.input).toMatchObject({ value: { source: { paths: { length: 3 } } } });
  });
});
