import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutTiers, tierId, tierOf } from "./tiers.js";

const documents = fc.array(
  fc.record({
    domain: fc.integer({ min: -1, max: 2 }),
    quality: fc.integer({ min: 0, max: 5 }),
    bytes: fc.integer({ min: 1, max: 100 }),
  }),
  { minLength: 1, maxLength: 60 },
);

describe("tiers", () => {
  it("put better documents of a domain in no lower tier, and as much text in each as whole documents allow", () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 2, max: 4 }), (made, tiers) => {
        const cut = cutTiers(
          {
            domains: Int32Array.from(made, ({ domain }) => domain),
            quality: Float32Array.from(made, ({ quality }) => quality),
            textBytes: Float32Array.from(made, ({ bytes }) => bytes),
          },
          tiers,
        );
        made.forEach((one, i) => {
          expect(cut[i] === 0).toBe(one.domain < 0);
          made.forEach((other, j) => {
            if (one.domain >= 0 && one.domain === other.domain && one.quality > other.quality)
              expect(cut[i]).toBeGreaterThanOrEqual(cut[j] as number);
          });
        });
        for (const domain of [0, 1, 2]) {
          const own = made.flatMap(({ domain: of, bytes }, i) => (of === domain ? [{ bytes, tier: cut[i] }] : []));
          const total = own.reduce((sum, { bytes }) => sum + bytes, 0);
          const longest = Math.max(0, ...own.map(({ bytes }) => bytes));
          for (let tier = 1; tier <= tiers; tier++) {
            const bytes = own.reduce((sum, one) => sum + (one.tier === tier ? one.bytes : 0), 0);
            expect(Math.abs(bytes - total / tiers)).toBeLessThanOrEqual(longest);
          }
        }
      }),
    );
  });

  it("have ids that tell the domain and the tier", () => {
    expect(tierId("d03", 2)).toBe("d03.q2");
    expect(tierOf("d03.q2")).toEqual({ parent: "d03", tier: 2 });
    expect(() => tierOf("d03")).toThrow("d03 is no tier of a domain");
  });
});
