import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { ClusteringServiceDefinition } from "../../proto/gen/climb/clustering/v1/clustering_service.js";
import { EmbeddingServiceDefinition } from "../../proto/gen/climb/embedding/v1/embedding_service.js";
import { PredictorServiceDefinition } from "../../proto/gen/climb/predictor/v1/predictor_service.js";
import { SearchServiceDefinition } from "../../proto/gen/climb/search/v1/search_service.js";
import { TrainingServiceDefinition } from "../../proto/gen/climb/training/v1/training_service.js";
import { findHelm, helm, KUBE_VERSION, render, renderedOf, VALUE_SETS, valuesOf } from "../../scripts/helm.mjs";
import {
  component,
  containerOf,
  deployments as deploymentsOf,
  each,
  type Manifest,
  manifests,
  of,
  podOf,
  rendered,
  SERVICES,
  variable,
} from "./manifests.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const DEFINITIONS: Record<string, { fullName: string }> = {
  clustering: ClusteringServiceDefinition,
  embedding: EmbeddingServiceDefinition,
  predictor: PredictorServiceDefinition,
  "proxy-training": TrainingServiceDefinition,
  "search-coordinator": SearchServiceDefinition,
};
/** The service that a Deployment is of. */
const serviceOf = (deployment: Manifest) => containerOf(deployment).name;

/** Variables of the encrypted edge, which services read from the version on that has it. */
const OF_THE_EDGE = /^CLIMB_(TLS_(CERT|KEY|CA)|INSECURE)$/;

beforeAll(() => void findHelm());

describe.each(VALUE_SETS)("the chart with the %s values", (set) => {
  let yaml: string;
  let all: Manifest[];
  let deployments: Manifest[];
  beforeAll(() => {
    yaml = render(valuesOf(set));
    all = manifests(yaml);
    deployments = of("Deployment", all);
  });

  it("passes helm lint --strict", () => {
    const said = helm("lint", "--strict", "--kube-version", KUBE_VERSION, "helm/climb", "--values", valuesOf(set));
    expect(said).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  it("is what k8s/rendered holds (else run: npm run render)", () => {
    const file = `${root}${renderedOf(set)}`;
    const committed = existsSync(file) ? readFileSync(file, "utf8") : "";
    expect(committed === yaml, `${renderedOf(set)} is stale. Run: npm run render`).toBe(true);
  });

  it("has a headless Service for each service, and a disruption budget for each Deployment", () => {
    const called = of("Service", all).filter((service) => component(service) !== "metrics");
    expect(called.map(component).sort()).toEqual(SERVICES);
    expect(called.map(({ spec }) => spec.clusterIP)).toEqual(SERVICES.map(() => "None"));
    expect(of("PodDisruptionBudget", all).map(component).sort()).toEqual(deployments.map(component).sort());
  });

  it("has Services that lead to pods which answer calls, and to no worker", () => {
    for (const service of of("Service", all).filter((one) => component(one) !== "metrics")) {
      const found = deployments.filter(({ spec }) =>
        Object.entries(service.spec.selector).every(([key, value]) => spec.template.metadata.labels[key] === value),
      );
      expect(found.map(component)).toEqual([component(service)]);
      expect(found.map((deployment) => variable(deployment, "CLIMB_ROLE"))).toEqual([
        expect.stringMatching(/^(api|all)$/),
      ]);
    }
  });

  it("probes every pod: start and readiness by the name in its service's contract, liveness as a whole", () => {
    const port = 50051;
    for (const deployment of deployments) {
      const { startupProbe, readinessProbe, livenessProbe } = containerOf(deployment);
      const service = DEFINITIONS[serviceOf(deployment)]?.fullName;
      const probes = [startupProbe, readinessProbe, livenessProbe].map(({ grpc, httpGet }) => grpc ?? httpGet);
      const byGrpc = [{ port, service }, { port, service }, { port }];
      const byHttp = ["/readyz", "/readyz", "/livez"].map((path) => ({ path, port: "metrics" }));
      // Kubernetes cannot probe gRPC over TLS.
      expect(probes, component(deployment)).toEqual(set === "mtls" ? byHttp : byGrpc);
    }
  });

  it("gives every pod a /tmp of its own, and the artifacts on a volume or a cache for those in a bucket", () => {
    for (const deployment of deployments) {
      const mounts = containerOf(deployment).volumeMounts.map(({ name, mountPath }) => [name, mountPath]);
      const { volumes } = podOf(deployment);
      expect(mounts).toContainEqual(["tmp", "/tmp"]);
      expect(volumes).toContainEqual({ name: "tmp", emptyDir: { sizeLimit: expect.any(String) } });
      const inBucket = of("ConfigMap", all)[0]?.data.CLIMB_ARTIFACTS_URL?.startsWith("s3://");
      expect(mounts).toContainEqual(
        inBucket ? ["cache", "/var/cache/climb"] : ["artifacts", "/var/lib/climb/artifacts"],
      );
      expect(volumes).toContainEqual(
        inBucket
          ? { name: "cache", emptyDir: { sizeLimit: expect.any(String) } }
          : { name: "artifacts", persistentVolumeClaim: { claimName: "climb-artifacts" } },
      );
      for (const [name] of mounts) expect(volumes.map((volume) => volume.name)).toContain(name);
    }
  });

  it("asks for CPU and memory, and limits memory", () => {
    for (const deployment of deployments) {
      expect(containerOf(deployment).resources, component(deployment)).toEqual({
        requests: expect.objectContaining({ cpu: expect.any(String), memory: expect.any(String) }),
        limits: expect.objectContaining({ memory: expect.any(String) }),
      });
    }
  });

  it("kills no pod before its time to close is over", () => {
    const graceMs = Number(of("ConfigMap", all)[0]?.data.CLIMB_SHUTDOWN_GRACE_MS);
    expect(graceMs).toBeGreaterThan(0);
    for (const deployment of deployments) {
      expect(podOf(deployment).terminationGracePeriodSeconds * 1000).toBeGreaterThan(graceMs);
    }
  });

  it("keeps the version out of the selectors, which cannot be changed", () => {
    const keys = ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component"];
    for (const { spec } of deployments) {
      expect(Object.keys(spec.selector.matchLabels ?? {})).toEqual(keys);
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels ?? {});
    }
    const selectors = deployments.map(({ spec }) => JSON.stringify(spec.selector));
    expect(new Set(selectors).size).toBe(deployments.length);
  });

  it("gives every manifest a name of its own, short enough for a label", () => {
    const names = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { metadata } of all) expect(metadata.name.length).toBeLessThanOrEqual(63);
  });

  it("addresses every service by a name that exists", () => {
    const data = of("ConfigMap", all)[0]?.data ?? {};
    const addresses = Object.entries(data).filter(([name]) => name.endsWith("_ADDRESS"));
    const services = of("Service", all).filter((service) => component(service) !== "metrics");
    expect(addresses.map(([, address]) => address).sort()).toEqual(
      services.map(({ metadata }) => `dns:///${metadata.name}:50051`).sort(),
    );
    expect(data.CLIMB_TRAINING_ADDRESS).toBe("dns:///climb-proxy-training:50051");
    expect(data.CLIMB_SEARCH_ADDRESS).toBe("dns:///climb-search-coordinator:50051");
  });

  it("sets only environment variables that the services know, to values that they take", {
    timeout: 300_000,
  }, async () => {
    const schemas = await configSchemas();
    // The map is for all five, and the addresses in it are not needed by each. AWS's own variables are the SDK's.
    const shared = of("ConfigMap", all)[0]?.data ?? {};
    const readers = Object.values(schemas);
    const isOurs = (key: string) => !key.startsWith("AWS_") && !OF_THE_EDGE.test(key);
    const unread = Object.keys(shared).filter((key) => isOurs(key) && !readers.some(({ shape }) => key in shape));
    expect(unread, "variables that no service reads").toEqual([]);
    for (const deployment of deployments) {
      const name = serviceOf(deployment);
      // A value from a secret is not known here; any URL stands for it.
      const own = containerOf(deployment).env.map((entry) => [entry.name, entry.value ?? "nats://secret:4222"]);
      const env = { ...shared, ...Object.fromEntries(own) } as Record<string, string>;
      const schema = schemas[name];
      const unknown = own.flatMap(([key = ""]) => (!isOurs(key) || key in (schema?.shape ?? {}) ? [] : key));
      expect(unknown, `variables that ${name} does not read`).toEqual([]);
      const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
      expect(schema?.safeParse(given).error?.issues ?? [], `the environment of ${name}`).toEqual([]);
      expect(env).toHaveProperty("CLIMB_NATS_URL");
    }
  });
});

describe("each service by itself", () => {
  const replicas = (...values: string[]) =>
    each(of("Deployment", rendered("minimal", ...values)), ({ spec }) => spec.replicas);
  const one = Object.fromEntries(SERVICES.map((name) => [name, 1]));

  it("has its own number of pods, none at all included", () => {
    expect(replicas("services.clustering.replicas=3,services.predictor.replicas=0")).toEqual({
      ...one,
      clustering: 3,
      predictor: 0,
    });
  });

  it("is scaled by load where that is enabled, and then has no fixed number", () => {
    const value = "services.proxy-training.autoscaling.enabled=true";
    expect(replicas(value)).toEqual({ ...one, "proxy-training": undefined });
    const scalers = of("HorizontalPodAutoscaler", rendered("minimal", value));
    expect(scalers.map(({ spec }) => spec.scaleTargetRef)).toEqual([
      { apiVersion: "apps/v1", kind: "Deployment", name: "climb-proxy-training" },
    ]);
  });

  it("starts new pods when the configuration changes", () => {
    const checksums = (level: string) =>
      each(
        of("Deployment", rendered("production", `logLevel=${level}`)),
        ({ spec }) => spec.template.metadata.annotations["checksum/config"],
      );
    const [info, debug] = [checksums("info"), checksums("debug")];
    expect(Object.keys(info)).toHaveLength(12);
    for (const name of Object.keys(info)) {
      expect(info[name]).toMatch(/^[0-9a-f]{64}$/);
      expect(info[name]).not.toBe(debug[name]);
    }
  });

  it("reads the corpus only where its files are read", () => {
    const found = Object.entries(deploymentsOf("production")).filter(([, deployment]) =>
      containerOf(deployment).volumeMounts.some(({ name, readOnly }) => name === "corpus" && readOnly),
    );
    const services = new Set(found.map(([, deployment]) => serviceOf(deployment)));
    expect([...services].sort()).toEqual(["embedding", "proxy-training", "search-coordinator"]);
  });
});

describe("helm is looked for", () => {
  it("where CLIMB_HELM says, and a wrong path is named", () => {
    expect(() => findHelm({ CLIMB_HELM: "/nowhere/helm" })).toThrow(/CLIMB_HELM is \/nowhere\/helm/);
  });

  it("else the sentence says what is missing and how to install it", () => {
    expect(() => findHelm({ PATH: "/nowhere", HOME: "/nowhere" })).toThrow(
      /neither helm nor Go is here\. Install helm 3/,
    );
  });
});

/** The schema of each service's environment, from its built package. */
async function configSchemas(): Promise<Record<string, import("zod").ZodObject>> {
  // On a fresh clone nothing is built yet.
  const built = SERVICES.every((name) => existsSync(`${root}services/${name}/dist/index.js`));
  if (!built) execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
  const [embedding, clustering, training, predictor, search] = await Promise.all([
    import("@climb/embedding"),
    import("@climb/clustering"),
    import("@climb/proxy-training"),
    import("@climb/predictor"),
    import("@climb/search-coordinator"),
  ]);
  return {
    embedding: embedding.embeddingConfig,
    clustering: clustering.clusteringConfig,
    "proxy-training": training.trainingConfig,
    predictor: predictor.predictorConfig,
    "search-coordinator": search.searchConfig,
  };
}
