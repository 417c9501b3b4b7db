import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesOf } from "./lines.js";

async function linesIn(text: string, chunkBytes: number): Promise<string[]> {
  const bytes = Buffer.from(text, "utf8");
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from(chunks))) lines.push(line);
  return lines;
}

describe("lines of bytes", () => {
  it("end at a line feed, and at nothing else that Unicode calls a line's end", async () => {
    const text = 'a\u2028b\u2029c\u0085d\u000be\rf\r\n{"g":"é🙂"}\n\nlast';
    for (const chunkBytes of [1, 2, 3, 7, 1000]) {
      expect(await linesIn(text, chunkBytes)).toEqual(["a\u2028b\u2029c\u0085d\u000be\rf", '{"g":"é🙂"}', "", "last"]);
    }
    expect(await linesIn("a\n", 10)).toEqual(["a"]);
    expect(await linesIn("", 10)).toEqual([]);
  });

  it("are what JSON wrote, wherever chunks end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "binary" }), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const lines = await linesIn(texts.map((text) => `${JSON.stringify(text)}\n`).join(""), size);
          expect(lines.map((line) => JSON.parse(line))).toEqual(texts);
        },
      ),
      { numRuns: 50 },
    );
  });
});
