import { expect, it } from "vitest";
import { colourOf } from "./colour.js";

it("gives each of 30 domains a colour of its own, which follows from the id alone", () => {
  const colours = Array.from({ length: 30 }, (_, i) => colourOf(`d${String(i).padStart(2, "0")}`));
  for (const [i, { hue, shade }] of colours.entries()) {
    for (const other of colours.slice(0, i)) {
      const apart = Math.min(Math.abs(hue - other.hue), 360 - Math.abs(hue - other.hue));
      expect(apart > 6 || shade !== other.shade, `${hue} ${other.hue}`).toBe(true);
    }
  }
  expect(colourOf("d03")).toEqual(colourOf("d3"));
  expect(colourOf("of a label")).toEqual(colourOf("of a label"));
  expect(colourOf("of a label")).not.toEqual(colourOf("of another"));
});
