import fc from "fast-check";
import { snappyUncompress } from "hyparquet";
import { describe, expect, it } from "vitest";
import { snappyCompress } from "./snappy.js";

/** As the reader of another library unpacks it. */
function unpacked(bytes: Uint8Array, packed: Uint8Array): Uint8Array {
  const output = new Uint8Array(bytes.length);
  snappyUncompress(packed, output);
  return output;
}

describe("bytes packed by Snappy", () => {
  it("are what they were when another library unpacks them", () => {
    const word = fc.constantFrom("the ", "data ", "mixture ", "proxy ", "loss\n", "é", "\u0000\u0000\u0000\u0000");
    const text = fc.array(word, { maxLength: 400 }).map((words) => new TextEncoder().encode(words.join("")));
    const noise = fc.uint8Array({ maxLength: 600 });
    const run = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 300 }));
    const runs = fc
      .array(run, { maxLength: 12 })
      .map((all) => Uint8Array.from(all.flatMap(([b, n]) => Array(n).fill(b))));
    fc.assert(
      fc.property(fc.oneof(text, noise, runs), (bytes) => {
        const packed = snappyCompress(bytes);
        expect(unpacked(bytes, packed)).toEqual(bytes);
        expect(packed.length).toBeLessThanOrEqual(32 + bytes.length * (7 / 6));
      }),
      { numRuns: 500 },
    );
  });

  it("may be longer than a block, begin anywhere in a buffer, and shrink where they repeat", () => {
    const sentence = new TextEncoder().encode("Every domain has documents, and every document has a domain. ");
    const long = new Uint8Array(200_003).map(
      (_, i) => (sentence[i % sentence.length] as number) ^ (i % 977 === 0 ? 1 : 0),
    );
    const part = new Uint8Array(long.buffer, 3);
    const packed = snappyCompress(part);
    expect(unpacked(part, packed)).toEqual(part);
    expect(packed.length).toBeLessThan(part.length / 10);
    expect(snappyCompress(part)).toEqual(packed);
  });
});
