import { expect, it } from "vitest";
import { z } from "zod";
import { baseConfig, loadConfig, peerAddress } from "./config.js";
import { ServiceError } from "./errors.js";
import { helpText, readFlags } from "./flags.js";

const schema = baseConfig.extend({
  CLIMB_MAX_CLUSTERS: z.coerce.number().int().positive().default(64),
  CLIMB_PEER_ADDRESS: peerAddress(50054),
});

function faultsOf(env: Record<string, string>): string {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ServiceError && error.reason === "FIELD_INVALID") return error.message;
    throw error;
  }
  return "";
}

it("has a default for everything that a local run needs", () => {
  expect(loadConfig(schema, {})).toMatchObject({ CLIMB_LISTEN: "127.0.0.1:50051", CLIMB_MAX_CLUSTERS: 64 });
});

it("turns texts into values and ignores variables that are not its own", () => {
  const config = loadConfig(schema, { CLIMB_MAX_CLUSTERS: "8", CLIMB_WORKERS: "3", PATH: "/bin" });
  expect(config).toMatchObject({ CLIMB_MAX_CLUSTERS: 8, CLIMB_WORKERS: 3 });
  expect(config).not.toHaveProperty("PATH");
});

it("takes an empty variable for one that is not set", () => {
  expect(loadConfig(schema, { CLIMB_MAX_CLUSTERS: "", CLIMB_LOG_LEVEL: "" })).toEqual(loadConfig(schema, {}));
});

it("reports all faults in one message, each with its variable and what was found", () => {
  const message = faultsOf({ CLIMB_WORKERS: "many", CLIMB_LOG_LEVEL: "loud", CLIMB_MAX_CLUSTERS: "-1" });
  for (const text of ["CLIMB_WORKERS", '"many"', "CLIMB_LOG_LEVEL", '"loud"', "CLIMB_MAX_CLUSTERS", '"-1"']) {
    expect(message).toContain(text);
  }
});

it.each([
  ["CLIMB_LISTEN", "50051"],
  ["CLIMB_PEER_ADDRESS", "predictor"],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector"],
])("refuses %s=%s and says what is expected", (name, value) => {
  expect(faultsOf({ [name]: value })).toMatch(new RegExp(`${name}: expected .*found "${value}"`));
});

it("takes the addresses that clusters use", () => {
  const env = {
    CLIMB_LISTEN: "[::]:50051",
    CLIMB_PEER_ADDRESS: "dns:///climb-predictor.climb.svc.cluster.local:50051",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel-collector:4317",
  };
  expect(loadConfig(schema, env)).toMatchObject(env);
});

it("cannot be changed after loading", () => {
  expect(Object.isFrozen(loadConfig(schema, {}))).toBe(true);
});

it("is read from flags too, which are the variables without their prefix", () => {
  const { env, help } = readFlags(schema, ["--max-clusters", "9", "--log-level=warn"]);
  expect(help).toBe(false);
  const config = loadConfig(schema, { CLIMB_MAX_CLUSTERS: "8", CLIMB_WORKERS: "3", ...env });
  expect(config).toMatchObject({ CLIMB_MAX_CLUSTERS: 9, CLIMB_WORKERS: 3, CLIMB_LOG_LEVEL: "warn" });
  expect(() => readFlags(schema, ["--max-cluster", "9"])).toThrow(/Unknown option '--max-cluster'.*--help lists/);
});

it("is explained by --help, with every variable's default", () => {
  expect(readFlags(schema, ["--help"]).help).toBe(true);
  const text = helpText("sandwich", schema);
  for (const name of Object.keys(schema.shape)) {
    expect(text).toContain(`--${name.replace("CLIMB_", "").toLowerCase().replaceAll("_", "-")} `);
  }
  expect(text).toMatch(/--max-clusters +\(default 64\)/);
});
