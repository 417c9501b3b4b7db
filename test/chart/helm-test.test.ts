import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Manifest, of, type PodSpec, rendered } from "./manifests.js";

const pods = (set: string, ...values: string[]) =>
  of("Pod", rendered(set, ...values)).map((pod) => ({ pod, spec: pod.spec as unknown as PodSpec }));
const programOf = ({ spec }: { spec: PodSpec }) => (spec.containers[0] as unknown as { command: string[] }).command;
const weightOf = ({ metadata }: Manifest) => Number(metadata.annotations?.["helm.sh/hook-weight"]);

describe("helm test", () => {
  it("asks for the health of all, then makes a search, with programs that the image has", () => {
    const tests = pods("mtls");
    expect(tests.map(({ pod }) => [pod.metadata.name, weightOf(pod)])).toEqual([
      ["climb-test-health", 0],
      ["climb-test-search", 1],
    ]);
    expect(tests.map((test) => programOf(test).filter((word) => word.startsWith("--")))).toEqual([
      ["--wait=120"],
      ["--wait=900"],
    ]);
    for (const test of tests) {
      const [, program = ""] = programOf(test);
      const source = program
        .replace(/^\/climb/, "../..")
        .replace("/dist/", "/src/")
        .replace(/\.js$/, ".ts");
      expect(existsSync(fileURLToPath(new URL(source, import.meta.url))), program).toBe(true);
    }
  });

  it("calls as the services do: with their variables, certificate and token", () => {
    const auth = [
      "auth.existingSecret=callers",
      "auth.secretKeys.serviceToken=service",
      "auth.secretKeys.tokens=tokens",
    ];
    for (const { spec } of pods("mtls", ...auth)) {
      const [container] = spec.containers;
      expect(container.envFrom).toEqual([{ configMapRef: { name: "climb" } }]);
      expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(["/etc/climb/tls", "/etc/climb/auth"]);
      expect(spec.volumes.map(({ name }) => name)).toEqual(["tls", "auth"]);
    }
    for (const { spec } of pods("minimal")) expect(spec.volumes).toBeUndefined();
  });

  it("makes no search where that is not wanted", () => {
    expect(pods("gpu", "test.search=false").map(({ pod }) => pod.metadata.name)).toEqual(["climb-test-health"]);
  });
});
