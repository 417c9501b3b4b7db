import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitDocument } from "./split-document.js";

const document = (text: string) => ({ id: "a", text, source: "a.txt" });

describe("splitDocument", () => {
  it("leaves a document that fits alone", () => {
    expect(splitDocument(document("short"), 100)).toEqual([document("short")]);
  });
  it("cuts at paragraph ends and numbers the pieces from two", () => {
    const paragraph = "x".repeat(60);
    const pieces = splitDocument(document(`${paragraph}\n\n${paragraph}\n\n${paragraph}`), 100);
    expect(pieces.map(({ id }) => id)).toEqual(["a", "a#2", "a#3"]);
    expect(pieces.map(({ text }) => text.trim())).toEqual([paragraph, paragraph, paragraph]);
  });
  it("loses nothing, never cuts within a character and keeps every piece within the limit", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }),
        fc.integer({ min: 16, max: 80 }),
        (text, most) => {
          const pieces = splitDocument(document(text), most);
          // Only a rest of white space is dropped.
          expect(text.startsWith(pieces.map((piece) => piece.text).join(""))).toBe(true);
          expect(text.trimEnd().length).toBeLessThanOrEqual(pieces.map((piece) => piece.text).join("").length);
          for (const piece of pieces) {
            expect(Buffer.byteLength(piece.text)).toBeLessThanOrEqual(most);
            expect(/\p{Surrogate}/u.test(piece.text)).toBe(false);
          }
        },
      ),
    );
  });
});
