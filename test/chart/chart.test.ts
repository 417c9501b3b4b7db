import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { ClusteringServiceDefinition } from "../../proto/gen/climb/clustering/v1/clustering_service.js";
import { EmbeddingServiceDefinition } from "../../proto/gen/climb/embedding/v1/embedding_service.js";
import { PredictorServiceDefinition } from "../../proto/gen/climb/predictor/v1/predictor_service.js";
import { SearchServiceDefinition } from "../../proto/gen/climb/search/v1/search_service.js";
import { TrainingServiceDefinition } from "../../proto/gen/climb/training/v1/training_service.js";
import { findHelm, helm, KUBE_VERSION, render, renderedOf, VALUE_SETS, valuesOf } from "../../scripts/helm.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const DEFINITIONS: Record<string, { fullName: string }> = {
  clustering: ClusteringServiceDefinition,
  embedding: EmbeddingServiceDefinition,
  predictor: PredictorServiceDefinition,
  "proxy-training": TrainingServiceDefinition,
  "search-coordinator": SearchServiceDefinition,
};
const SERVICES = Object.keys(DEFINITIONS);

interface Probe {
  grpc?: { port: number; service?: string };
}
interface Container {
  name: string;
  image: string;
  env: { name: string; value?: string }[];
  resources: { requests: Record<string, string>; limits: Record<string, string | number> };
  securityContext: Record<string, unknown>;
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}
interface Manifest {
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  data: Record<string, string>;
  spec: Record<string, unknown> & {
    replicas?: number;
    selector: { matchLabels?: Record<string, string> } & Record<string, unknown>;
    template: {
      metadata: { labels: Record<string, string>; annotations: Record<string, string> };
      spec: Record<string, unknown> & {
        containers: [Container];
        nodeSelector?: Record<string, string>;
        tolerations?: unknown[];
        terminationGracePeriodSeconds: number;
        volumes: Record<string, unknown>[];
      };
    };
  };
}

const manifests = (yaml: string) =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
const component = (manifest: Manifest) => manifest.metadata.labels["app.kubernetes.io/component"];
const of = (kind: string, all: Manifest[]) => all.filter((manifest) => manifest.kind === kind);
const podOf = (deployment: Manifest) => deployment.spec.template.spec;
const containerOf = (deployment: Manifest) => podOf(deployment).containers[0];
/** What `pick` gives for each service. */
const each = <T>(deployments: Manifest[], pick: (deployment: Manifest) => T) =>
  Object.fromEntries(deployments.map((deployment) => [component(deployment), pick(deployment)]));
const forAll = <T>(value: T) => Object.fromEntries(SERVICES.map((name) => [name, value]));

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

  it("has exactly five Deployments, each with a headless Service and a disruption budget", () => {
    expect(deployments.map(component).sort()).toEqual(SERVICES);
    const headless = of("Service", all).filter(({ spec }) => spec.clusterIP === "None");
    expect(headless.map(component).sort()).toEqual(SERVICES);
    expect(of("PodDisruptionBudget", all).map(component).sort()).toEqual(SERVICES);
  });

  it("probes every service by gRPC: start and readiness by the name in its contract, liveness as a whole", () => {
    const probes = each(deployments, (deployment) => {
      const { startupProbe, readinessProbe, livenessProbe } = containerOf(deployment);
      return [startupProbe, readinessProbe, livenessProbe].map(({ grpc }) => grpc);
    });
    const port = 50051;
    for (const [name, { fullName }] of Object.entries(DEFINITIONS)) {
      expect(probes[name], name).toEqual([{ port, service: fullName }, { port, service: fullName }, { port }]);
    }
  });

  it("runs nobody as root, on a read-only file system, without capabilities", () => {
    expect(each(deployments, (deployment) => podOf(deployment).securityContext)).toEqual(
      forAll(expect.objectContaining({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 })),
    );
    expect(each(deployments, (deployment) => containerOf(deployment).securityContext)).toEqual(
      forAll({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } }),
    );
  });

  it("gives every pod a /tmp of its own and the shared artifacts", () => {
    for (const deployment of deployments) {
      const mounts = containerOf(deployment).volumeMounts.map(({ name, mountPath }) => [name, mountPath]);
      expect(mounts).toEqual(
        expect.arrayContaining([
          ["tmp", "/tmp"],
          ["artifacts", "/var/lib/climb/artifacts"],
        ]),
      );
      const volumes = podOf(deployment).volumes;
      expect(volumes).toContainEqual({ name: "tmp", emptyDir: expect.anything() });
      expect(volumes).toContainEqual({ name: "artifacts", persistentVolumeClaim: { claimName: "climb-artifacts" } });
    }
  });

  it("asks for CPU and memory, and limits memory", () => {
    const resources = each(deployments, (deployment) => containerOf(deployment).resources);
    expect(resources).toEqual(
      forAll({
        requests: expect.objectContaining({ cpu: expect.any(String), memory: expect.any(String) }),
        limits: expect.objectContaining({ memory: expect.any(String) }),
      }),
    );
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
    const selectors = each(deployments, ({ spec }) => Object.keys(spec.selector.matchLabels ?? {}));
    expect(selectors).toEqual(forAll(keys));
    for (const { spec } of of("Service", all)) expect(Object.keys(spec.selector)).toEqual(keys);
    for (const { spec } of deployments) {
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels ?? {});
    }
  });

  it("addresses every service by a name that exists", () => {
    const data = of("ConfigMap", all)[0]?.data ?? {};
    const addresses = Object.entries(data).filter(([name]) => name.endsWith("_ADDRESS"));
    const services = of("Service", all).map(({ metadata }) => `dns:///${metadata.name}:50051`);
    expect(addresses.map(([, address]) => address).sort()).toEqual(services.sort());
    expect(data.CLIMB_TRAINING_ADDRESS).toBe("dns:///climb-proxy-training:50051");
    expect(data.CLIMB_SEARCH_ADDRESS).toBe("dns:///climb-search-coordinator:50051");
  });

  it("sets only environment variables that the services know, to values that they take", {
    timeout: 300_000,
  }, async () => {
    const schemas = await configSchemas();
    // The map is for all five, and the addresses in it are not needed by each.
    const shared = of("ConfigMap", all)[0]?.data ?? {};
    const readers = Object.values(schemas);
    const unread = Object.keys(shared).filter((key) => !readers.some(({ shape }) => key in shape));
    expect(unread, "variables that no service reads").toEqual([]);
    for (const deployment of deployments) {
      const name = component(deployment) ?? "";
      // A value from a secret is not known here; any URL stands for it.
      const own = containerOf(deployment).env.map((entry) => [entry.name, entry.value ?? "nats://secret:4222"]);
      const env = { ...shared, ...Object.fromEntries(own) } as Record<string, string>;
      const schema = schemas[name];
      const unknown = own.flatMap(([key = ""]) => (key in (schema?.shape ?? {}) ? [] : key));
      expect(unknown, `variables that ${name} does not read`).toEqual([]);
      const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
      expect(schema?.safeParse(given).error?.issues ?? [], `the environment of ${name}`).toEqual([]);
      expect(env).toHaveProperty("CLIMB_NATS_URL");
    }
  });
});

describe("the GPU pool", () => {
  const onPool = (deployment: Manifest) => {
    const { resources, image, env } = containerOf(deployment);
    const providers = env.find(({ name }) => name === "CLIMB_EXECUTION_PROVIDERS")?.value ?? "cpu";
    const { nodeSelector = {}, tolerations = [] } = podOf(deployment);
    return {
      devices: resources.limits["nvidia.com/gpu"] ?? 0,
      selected: "nvidia.com/gpu.present" in nodeSelector,
      tolerated: tolerations.length > 0,
      cudaImage: image.endsWith("-cuda12"),
      providers,
    };
  };
  const on = { devices: 1, selected: true, tolerated: true, cudaImage: true, providers: "cuda,cpu" };
  const off = { devices: 0, selected: false, tolerated: false, cudaImage: false, providers: "cpu" };

  it("holds exactly embedding and proxy-training when it is enabled", () => {
    const found = each(of("Deployment", manifests(render(valuesOf("production")))), onPool);
    expect(found).toEqual({ ...forAll(off), embedding: on, "proxy-training": on });
  });

  it("holds nobody otherwise", () => {
    expect(each(of("Deployment", manifests(render(valuesOf("minimal")))), onPool)).toEqual(forAll(off));
  });
});

describe("each service by itself", () => {
  const replicas = (...args: string[]) =>
    each(of("Deployment", manifests(render(valuesOf("minimal"), ...args))), ({ spec }) => spec.replicas);

  it("has its own number of pods, none at all included", () => {
    expect(replicas("--set", "services.clustering.replicas=3,services.predictor.replicas=0")).toEqual({
      ...forAll(1),
      clustering: 3,
      predictor: 0,
    });
  });

  it("is scaled by load where that is enabled, and then has no fixed number", () => {
    const args = ["--set", "services.proxy-training.autoscaling.enabled=true"];
    expect(replicas(...args)).toEqual({ ...forAll(1), "proxy-training": undefined });
    const scalers = of("HorizontalPodAutoscaler", manifests(render(valuesOf("minimal"), ...args)));
    expect(scalers.map(({ spec }) => spec.scaleTargetRef)).toEqual([
      { apiVersion: "apps/v1", kind: "Deployment", name: "climb-proxy-training" },
    ]);
  });

  it("starts new pods when the configuration changes", () => {
    const checksums = (level: string) =>
      each(
        of("Deployment", manifests(render(valuesOf("minimal"), "--set", `logLevel=${level}`))),
        ({ spec }) => spec.template.metadata.annotations["checksum/config"],
      );
    const [info, debug] = [checksums("info"), checksums("debug")];
    for (const name of SERVICES) {
      expect(info[name]).toMatch(/^[0-9a-f]{64}$/);
      expect(info[name]).not.toBe(debug[name]);
    }
  });

  it("reads the corpus only where its files are read", () => {
    const deployments = of("Deployment", manifests(render(valuesOf("production"))));
    const mounts = each(deployments, (deployment) =>
      containerOf(deployment).volumeMounts.find(({ name }) => name === "corpus"),
    );
    const corpus = { name: "corpus", mountPath: "/data", readOnly: true };
    expect(mounts).toEqual({
      ...forAll(undefined),
      embedding: corpus,
      "proxy-training": corpus,
      "search-coordinator": corpus,
    });
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
      "bounds in the wrong order",
      "services.embedding.autoscaling.enabled=true,services.embedding.autoscaling.minReplicas=9",
      /services\.embedding\.autoscaling: minReplicas is 9 and maxReplicas 4/,
    ],
  ];
  it.each(cases)("%s", (_title, set, message) => {
    expect(() => render(valuesOf("minimal"), "--set", set)).toThrow(message);
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
