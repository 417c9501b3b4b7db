import { expect, it } from "vitest";
import { currentLabels } from "./current-labels.js";

it("domains go by the labels that their set has now, and keep everything else", () => {
  const domains = [
    { id: "d00", label: "Harbour, tide", tokens: 7 },
    { id: "d01", label: "Oven, dough", tokens: 9 },
  ];
  const known = [
    { id: "d01", label: "Kitchen" },
    { id: "d02", label: "Courts" },
  ];
  expect(currentLabels(domains, known)).toEqual([domains[0], { id: "d01", label: "Kitchen", tokens: 9 }]);
  expect(currentLabels(domains, undefined)).toEqual(domains);
});
