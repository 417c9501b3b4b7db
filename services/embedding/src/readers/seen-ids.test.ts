import { expect, it } from "vitest";
import { createSeenIds } from "./seen-ids.js";

it("knows every id that it has seen and no other, while it grows", () => {
  const seen = createSeenIds();
  const ids = Array.from({ length: 50_000 }, (_, i) => `document-${i}`);
  expect(ids.every((id) => seen.add(id))).toBe(true);
  expect(ids.some((id) => seen.add(id))).toBe(false);
  expect(seen.add("another")).toBe(true);
});
