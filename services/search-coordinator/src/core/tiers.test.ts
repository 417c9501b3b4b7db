import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchedDomains } from "./rounds.js";
import type { SearchState } from "./state.js";
import { CURVES, isTiered, sharedAmongCurves, tierGroups } from "./tiers.js";

const domain = (parent: string, tier: number, tokens: number) => ({
  id: `${parent}.q${tier}`,
  label: parent,
  tokens,
  parent,
  tier,
});
const DOMAINS = [domain("a", 1, 100), domain("b", 2, 50), domain("a", 2, 300), domain("b", 1, 50), domain("c", 1, 9)];

describe("tiers of quality", () => {
  it("keep their tokens' ratios on the flat curve, and draw better ones more often, for their tokens, on every other", () => {
    expect(tierGroups(DOMAINS, 10, 1)).toEqual([
      { domainIds: ["a.q1", "a.q2"], ratios: [100, 300] },
      { domainIds: ["b.q2", "b.q1"], ratios: [50, 50] },
    ]);
    expect(tierGroups(DOMAINS, 10, 4)).toEqual([
      { domainIds: ["a.q1", "a.q2"], ratios: [100, 1200] },
      { domainIds: ["b.q2", "b.q1"], ratios: [200, 50] },
    ]);
    expect(isTiered(DOMAINS)).toBe(true);
  });

  it("count as one domain each, and one more for the curve", () => {
    const searched = (domains: SearchState["domains"]) =>
      searchedDomains({ domains, minimumDomainTokens: 10 } as SearchState);
    expect(searched(DOMAINS)).toBe(3);
    expect(searched(DOMAINS.map(({ id, label, tokens }) => ({ id, label, tokens })))).toBe(4);
  });

  it("share a round among the best curve and its neighbours, and lose none of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat({ max: CURVES.length - 1 }), (count, best) => {
        const shares = sharedAmongCurves(count, best);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(count);
        expect(Math.max(...shares)).toBe(shares[best]);
        shares.forEach((share, k) => {
          if (Math.abs(k - best) > 1) expect(share).toBe(0);
        });
      }),
    );
  });
});
