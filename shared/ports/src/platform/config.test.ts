import { readFileSync } from "node:fs";
import { loadConfig } from "@climb/runtime";
import { expect, it } from "vitest";
import { platformConfig } from "./config.js";

it.each([
  ["CLIMB_ARTIFACTS_URL", "/data"],
  ["CLIMB_NATS_URL", "localhost"],
  ["CLIMB_NAMESPACE", "Climb.1"],
])("refuses %s=%s and says what is expected", (name, value) => {
  expect(() => loadConfig(platformConfig, { [name]: value })).toThrow(
    new RegExp(`${name}: expected .*found "${value}"`),
  );
});

it("takes the addresses that clusters use", () => {
  for (const env of [
    { CLIMB_NATS_URL: "nats://user:secret@nats-0:4222,nats://nats-1:4222" },
    { CLIMB_ARTIFACTS_URL: "file:///shared/volume" },
    { CLIMB_ARTIFACTS_URL: "s3://bucket/some/prefix" },
  ]) {
    expect(loadConfig(platformConfig, env)).toMatchObject(env);
  }
  const lists = { CLIMB_QUEUES: "run, tokens", CLIMB_CORPUS_ROOTS: "/data,/more" };
  expect(loadConfig(platformConfig, lists)).toMatchObject({
    CLIMB_QUEUES: ["run", "tokens"],
    CLIMB_CORPUS_ROOTS: ["/data", "/more"],
  });
});

it("is told whole in the README: every variable, its default, its meaning", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const defaults = platformConfig.parse({});
  const rows = Object.entries(platformConfig.shape).map(([name, field]) => {
    const value = defaults[name as keyof typeof defaults];
    return `| \`${name}\` | ${value === undefined ? "" : `\`${value}\``} | ${field.description} |`;
  });
  expect(readme.split("\n").filter((line) => /^\| `(CLIMB|OTEL)_/.test(line))).toEqual(rows);
});
