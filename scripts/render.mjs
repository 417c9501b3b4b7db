// Writes what is made from the chart: k8s/rendered for each set of values in helm/climb/ci, and the table of its README.
import { writeFileSync } from "node:fs";
import { chartReadme } from "./chart-readme.mjs";
import { render, renderedOf, VALUE_SETS, valuesOf } from "./helm.mjs";

const root = new URL("../", import.meta.url);
for (const set of VALUE_SETS) {
  const file = renderedOf(set);
  writeFileSync(new URL(file, root), render(valuesOf(set)));
  console.log(`wrote ${file}`);
}
writeFileSync(new URL("helm/climb/README.md", root), chartReadme(root));
console.log("wrote helm/climb/README.md");
