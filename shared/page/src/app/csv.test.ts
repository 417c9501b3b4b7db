import { expect, it } from "vitest";
import { csvOf } from "./csv.js";

it("quotes what RFC 4180 quotes, and lets no spreadsheet take a text for a formula", () => {
  expect(csvOf([["a", 'say "b"', "c,d", "e\nf", -1.5, "=SUM(A1)", "-x"]])).toBe(
    `a,"say ""b""","c,d","e\nf",-1.5,'=SUM(A1),'-x\r\n`,
  );
});
