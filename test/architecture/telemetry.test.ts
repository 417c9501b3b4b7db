import { expect, it } from "vitest";
import { ATTRIBUTES } from "../../shared/runtime/src/telemetry/attributes.js";
import { METRICS } from "../../shared/runtime/src/telemetry/metrics.js";
import { codeOf, sources } from "./sources.js";

const DECLARED = ["shared/runtime/src/telemetry/attributes.ts", "shared/runtime/src/telemetry/metrics.ts"];
const production = sources().filter(({ test, path }) => !test && !DECLARED.includes(path));

it("makes instruments in one place: every metric's name is declared there", () => {
  const maker = /\bcreate(Counter|UpDownCounter|Histogram|Gauge|Observable\w+)\(/;
  expect(production.filter((source) => maker.test(codeOf(source))).map(({ path }) => path)).toEqual([]);
});

it("uses no attribute and no metric of our own that is not declared", () => {
  const known = new Set<string>([...Object.keys(ATTRIBUTES), ...Object.values(METRICS).map(({ name }) => name)]);
  const used = production.flatMap((source) =>
    [...codeOf(source).matchAll(/"(climb(?:\.[a-z_]+){2,})"/g)].flatMap(([, name = ""]) =>
      // Names of services in the contracts look alike.
      /^climb\.[a-z]+\.v\d/.test(name) ? [] : { name, path: source.path },
    ),
  );
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter(({ name }) => !known.has(name))).toEqual([]);
});

it("declares nothing that nobody uses", () => {
  const text = production.map(codeOf).join("\n");
  const keys = Object.keys(METRICS).filter((key) => !text.includes(`"${key}"`));
  const attributes = Object.keys(ATTRIBUTES).filter((name) => !text.includes(`"${name}"`));
  expect([...keys, ...attributes]).toEqual([]);
});
