import { expect, it } from "vitest";
import { createIdTable } from "./id-table.js";

it("knows the value of every id that it was given and no other, while it grows", () => {
  const table = createIdTable();
  const ids = Array.from({ length: 50_000 }, (_, i) => `document-${i}`);
  expect(ids.every((id, i) => table.add(id, i))).toBe(true);
  expect(ids.some((id) => table.add(id, 7))).toBe(false);
  expect(ids.every((id, i) => table.get(id) === i)).toBe(true);
  expect(table.get("another")).toBeUndefined();
  expect(table.add("another", 0)).toBe(true);
  expect(table.get("another")).toBe(0);
  expect(table.size).toBe(50_001);
});
