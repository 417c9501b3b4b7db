// Writes k8s/rendered: what the chart makes of each set of values in helm/climb/ci.
import { writeFileSync } from "node:fs";
import { render, renderedOf, VALUE_SETS, valuesOf } from "./helm.mjs";

for (const set of VALUE_SETS) {
  const file = renderedOf(set);
  writeFileSync(new URL(`../${file}`, import.meta.url), render(valuesOf(set)));
  console.log(`wrote ${file}`);
}
