import { describe, expect, it } from "vitest";
import { agreement } from "./metrics.js";

// Made with scikit-learn 1.9.1 (numpy 2.4.6, default_rng(7)): normalized_mutual_info_score and
// adjusted_mutual_info_score with their default, arithmetic averaging.
const found = "333212111030003230211023202133023322021002222321220021210013";
const truth = "303244111033023310004023102443023302021002224323224024113000";

describe("agreement", () => {
  it("equals scikit-learn", () => {
    const { nmi, ami, purity } = agreement([...found], [...truth]);
    expect(nmi).toBeCloseTo(0.35977602120095126, 12);
    expect(ami).toBeCloseTo(0.3053397956903682, 12);
    expect(purity).toBeCloseTo(0.6333333333333333, 12);
  });

  it("is 1 for equal groups under other names", () => {
    const { nmi, ami, purity } = agreement([0, 0, 1, 1, 2], ["b", "b", "a", "a", "c"]);
    expect([nmi, ami, purity]).toEqual([expect.closeTo(1), expect.closeTo(1), 1]);
  });

  it("refuses labellings of different lengths", () => {
    expect(() => agreement([1, 2], [1])).toThrow("got 2 and 1");
  });
});
