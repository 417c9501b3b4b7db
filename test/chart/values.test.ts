import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chartReadme, chartValues, withValues } from "../../scripts/chart-readme.mjs";
import { containerOf, deployments, type Manifest, of, podOf, rendered } from "./manifests.js";

const text = readFileSync("helm/climb/values.yaml", "utf8");
const schema = JSON.parse(readFileSync("helm/climb/values.schema.json", "utf8"));

describe("every value", () => {
  const values = chartValues(text);

  it("has a sentence, and stands in the chart's README with it (else run: npm run render)", () => {
    expect(values.length).toBeGreaterThan(130);
    expect(values.filter(({ sentence, group }) => !group && !/^[A-Z\d].*[.)\]…:a-z]$/s.test(sentence))).toEqual([]);
    const readme = readFileSync("helm/climb/README.md", "utf8");
    expect(chartReadme(new URL("../../", import.meta.url)) === readme, "README is stale. Run: npm run render").toBe(
      true,
    );
    expect(() => withValues("no place", text)).toThrow(/has no/);
  });

  it("is known to the schema, by name and not by a pattern, and nothing else is", () => {
    const refuses = new Ajv({ strict: false, allErrors: true, logger: false }).compile(withoutMeta(schema));
    expect(refuses(parse(text)), JSON.stringify(refuses.errors)).toBe(true);
    for (const { name, group } of values.filter(({ name: path }) => !path.startsWith("services."))) {
      const path = name.split(".");
      const changed = parse(text);
      const parent = path.slice(0, -1).reduce((map, key) => map[key], changed);
      parent[`${path.at(-1)}x`] = parent[path.at(-1) ?? ""];
      expect(refuses(changed), `${name}x`).toBe(false);
      // A kind that no value is of.
      const wrong = parse(text);
      path.slice(0, -1).reduce((map, key) => map[key], wrong)[path.at(-1) ?? ""] = null;
      expect(refuses(wrong), `${name}: null (${group})`).toBe(false);
    }
  });
});

/** The version of the schema language is helm's business. */
function withoutMeta({ $schema: _, ...rest }: Record<string, unknown>) {
  return rest;
}

/** One value of each kind that operators set, and where it must turn up. */
const POD_VALUES: [key: string, value: unknown, found: (deployment: Manifest) => unknown][] = [
  [
    "extraEnv",
    [{ name: "AWS_PROFILE", value: "climb" }],
    (at) => containerOf(at).env.filter(({ name }) => name === "AWS_PROFILE"),
  ],
  ["envFrom", [{ secretRef: { name: "keys" } }], (at) => containerOf(at).envFrom.slice(1)],
  [
    "extraVolumes",
    [{ name: "models", emptyDir: {} }],
    (at) => podOf(at).volumes.filter(({ name }) => name === "models"),
  ],
  [
    "extraVolumeMounts",
    [{ name: "tmp", mountPath: "/models" }],
    (at) => containerOf(at).volumeMounts.filter(({ mountPath }) => mountPath === "/models"),
  ],
  ["initContainers", [{ name: "first", image: "i" }], (at) => podOf(at).initContainers],
  ["extraContainers", [{ name: "beside", image: "i" }], (at) => podOf(at).containers.slice(1)],
  ["serviceAccountName", "other", (at) => podOf(at).serviceAccountName],
  ["nodeSelector", { pool: "big" }, (at) => podOf(at).nodeSelector],
  ["tolerations", [{ key: "k", operator: "Exists" }], (at) => podOf(at).tolerations],
  ["affinity", { podAffinity: {} }, (at) => podOf(at).affinity],
  [
    "topologySpreadConstraints",
    [{ maxSkew: 2, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }],
    (at) => podOf(at).topologySpreadConstraints,
  ],
  ["priorityClassName", "high", (at) => podOf(at).priorityClassName],
  ["runtimeClassName", "gvisor", (at) => podOf(at).runtimeClassName],
  ["schedulerName", "volcano", (at) => podOf(at).schedulerName],
  ["terminationGracePeriodSeconds", 300, (at) => podOf(at).terminationGracePeriodSeconds],
  ["lifecycle", { preStop: { sleep: { seconds: 5 } } }, (at) => (containerOf(at) as { lifecycle?: unknown }).lifecycle],
];

describe("a value for one Deployment", () => {
  const json = (path: string, value: unknown) => ["--set-json", `${path}=${JSON.stringify(value)}`];

  it.each(POD_VALUES)("%s reaches that one and no other", async (key, value, found) => {
    const { render, valuesOf } = await import("../../scripts/helm.mjs");
    const { manifests } = await import("./manifests.js");
    const at = `services.proxy-training.pools.runs.${key}`;
    const all = of("Deployment", manifests(render(valuesOf("s3"), ...json(at, value))));
    const runs = all.find(({ metadata }) => metadata.name === "climb-proxy-training-runs") as Manifest;
    expect(found(runs)).toEqual(value);
    for (const other of all.filter((deployment) => deployment !== runs)) expect(found(other)).not.toEqual(value);
  });

  it("goes before that for the service, that before the role's, and that before the defaults; maps add up", () => {
    const label = (path: string, value: string) => `${path}.podLabels.${value}=${value}`;
    const values = [
      "defaults.workers=11,apiDefaults.workers=12,workerDefaults.workers=13",
      "services.predictor.workers=14,services.embedding.pools.sets.workers=15",
      label("defaults", "a"),
      label("services.embedding", "b"),
      label("services.embedding.pools.sets", "c"),
    ];
    const all = deployments("s3", ...values);
    const workers = (name: string) =>
      containerOf(all[name] as Manifest).env.find((one) => one.name === "CLIMB_WORKERS")?.value;
    expect(["clustering", "clustering-worker", "predictor", "predictor-worker", "embedding-sets"].map(workers)).toEqual(
      ["12", "13", "14", "14", "15"],
    );
    expect(all["embedding-sets"]?.spec.template.metadata.labels).toMatchObject({ a: "a", b: "b", c: "c" });
    expect(all.embedding?.spec.template.metadata.labels).not.toHaveProperty("c");
  });

  it("of a variable may have any name that a variable can have", () => {
    const all = deployments("s3", "defaults.env.AWS_RETRY_MODE=adaptive");
    for (const deployment of Object.values(all)) {
      expect(containerOf(deployment).env).toContainEqual({ name: "AWS_RETRY_MODE", value: "adaptive" });
    }
  });
});

describe("artifacts in a bucket", () => {
  it("need no volume, and bring the cache, the region, the endpoint and the keys", () => {
    const all = rendered("mtls");
    expect(of("PersistentVolumeClaim", all)).toEqual([]);
    expect(of("ConfigMap", all)[0]?.data).toMatchObject({
      CLIMB_ARTIFACTS_URL: "s3://climb-artifacts/main",
      CLIMB_CACHE_DIR: "/var/cache/climb",
      CLIMB_CACHE_BYTES: String(20 * 1024 ** 3),
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "https://minio.storage.svc:9000",
    });
    for (const deployment of of("Deployment", all)) {
      const secret = (key: string) => ({ secretKeyRef: { name: "climb-bucket", key } });
      expect(containerOf(deployment).env).toEqual(
        expect.arrayContaining([
          { name: "AWS_ACCESS_KEY_ID", valueFrom: secret("AWS_ACCESS_KEY_ID") },
          { name: "AWS_SECRET_ACCESS_KEY", valueFrom: secret("AWS_SECRET_ACCESS_KEY") },
        ]),
      );
    }
  });

  it("may be opened by the identity of the pods' account", () => {
    const [account] = of("ServiceAccount", rendered("s3"));
    expect(account?.metadata.annotations).toEqual({
      "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/climb",
    });
    for (const deployment of Object.values(deployments("s3")))
      expect(podOf(deployment).serviceAccountName).toBe("climb");
  });
});

describe("wrong values are refused with the place and what is expected:", () => {
  const cases: [title: string, set: string, message: RegExp][] = [
    ["a level that does not exist", "logLevel=loud", /\/logLevel.*'debug', 'info', 'warn', 'error', 'silent'/],
    ["a misspelt key", "services.predictor.wokers=3", /\/services\/predictor.*'wokers' not allowed/],
    ["a sixth service", "services.ranker.replicas=1", /\/services.*'ranker' not allowed/],
    ["a number that is no number", "services.embedding.replicas=two", /\/services\/embedding\/replicas.*want integer/],
    ["a NATS address that is none", "nats.url=nats", /\/nats\/url.*does not match pattern/],
    ["a volume for one reader", "artifacts.accessMode=ReadOnlyMany", /\/artifacts\/accessMode.*'ReadWriteMany'/],
    [
      "memory that is no number of bytes",
      "defaults.resources.limits.memory=lots",
      /\/defaults\/resources\/limits\/memory/,
    ],
    ["bytes of CPU", "defaults.resources.requests.cpu=2Gi", /\/defaults\/resources\/requests\/cpu/],
    [
      "a resource without a domain",
      "defaults.resources.limits.gpu=1",
      /\/defaults\/resources\/limits.*'gpu' not allowed/,
    ],
    ["a bucket that is none", "artifacts.url=gs://bucket", /\/artifacts\/url.*does not match pattern/],
    ["a variable with a hyphen", "defaults.env.A-B=one", /\/defaults\/env.*'A-B' not allowed/],
    ["a label with a space", "commonLabels.team=a b", /\/commonLabels\/team.*does not match pattern/],
    ["an effect that is none", "gpu.tolerations[0].effect=Never", /\/gpu\/tolerations\/0\/effect/],
    [
      "bounds in the wrong order",
      "services.embedding.autoscaling.enabled=true,services.embedding.autoscaling.minReplicas=9",
      /embedding, autoscaling: minReplicas is 9 and maxReplicas 4/,
    ],
    [
      "less time to end than to close",
      "defaults.terminationGracePeriodSeconds=29",
      /terminationGracePeriodSeconds is 29; expected at least 30, ten seconds more than shutdownGraceMs/,
    ],
    ["TLS without a certificate", "tls.enabled=true", /tls.secretName is empty and tls.certManager.enabled false/],
    ["a certificate of nobody", "tls.enabled=true,tls.certManager.enabled=true", /issuerRef.name is empty/],
    [
      "TLS without the port for probes",
      "tls.enabled=true,tls.secretName=s,metrics.enabled=false",
      /needs metrics.enabled/,
    ],
    ["keys of no secret", "auth.secretKeys.quotas=quotas", /without auth.existingSecret/],
    ["a secret without keys", "auth.existingSecret=climb-callers", /of which no key is used/],
    ["tokens for anybody", "auth.oidc.issuer=https://a.example", /without auth.oidc.audience/],
    [
      "callers that are asked, and services that could not answer",
      "auth.existingSecret=climb-callers,auth.secretKeys.tokens=tokens",
      /expected auth.secretKeys.serviceToken, or tls.clients: verified/,
    ],
    ["a route on no Gateway", "gateway.enabled=true", /gateway.parentRefs is empty/],
    ["a monitor of nothing", "metrics.enabled=false,metrics.podMonitor.enabled=true", /metrics.enabled is false/],
  ];
  it.each(cases)("%s", (_title, set, message) => {
    expect(() => rendered("minimal", set)).toThrow(message);
  });
});
