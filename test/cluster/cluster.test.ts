import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VALUE_SETS, valuesOf } from "../../scripts/helm.mjs";
import { findBinaries, whyNotHere } from "./binaries.js";
import { type ControlPlane, type KubeObject, startControlPlane, until } from "./control-plane.js";
import { DEFINITIONS, NODES, namespace, PRIORITY_CLASS, RUNTIME_CLASS } from "./objects.js";

const CHART = "helm/climb";
const COMPONENT = "app.kubernetes.io/component";
/** Everything that a release can leave in a namespace. */
const KINDS = [
  "api/v1/NS/pods",
  "api/v1/NS/services",
  "api/v1/NS/configmaps",
  "api/v1/NS/secrets",
  "api/v1/NS/serviceaccounts",
  "apis/apps/v1/NS/deployments",
  "apis/apps/v1/NS/replicasets",
  "apis/autoscaling/v2/NS/horizontalpodautoscalers",
  "apis/policy/v1/NS/poddisruptionbudgets",
  "apis/networking.k8s.io/v1/NS/networkpolicies",
  "apis/networking.k8s.io/v1/NS/ingresses",
  "apis/keda.sh/v1alpha1/NS/scaledobjects",
  "apis/monitoring.coreos.com/v1/NS/podmonitors",
  "apis/discovery.k8s.io/v1/NS/endpointslices",
];
/** GPUs of three kinds, pools without KEDA: nothing here would scale them from zero. */
const GPU_VALUES = ["--values", valuesOf("gpu"), "--set", "workerDefaults.autoscaling.enabled=false"];

const reason = whyNotHere();
if (reason) process.stderr.write(`No control plane is started here: ${reason}.\n`);

describe.skipIf(reason)("the chart on a real control plane", () => {
  let cluster: ControlPlane;
  beforeAll(async () => {
    cluster = await startControlPlane(findBinaries());
    for (const definition of DEFINITIONS) {
      await cluster.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
    }
    await cluster.call("POST", "/apis/node.k8s.io/v1/runtimeclasses", RUNTIME_CLASS);
    await cluster.call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", PRIORITY_CLASS);
    for (const node of NODES) await cluster.call("POST", "/api/v1/nodes", node);
    await until(async () => (await cluster.list("/api/v1/nodes")).every(isReady), "the nodes are ready");
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const at = (kind: string, space: string) => `/${kind.replace("NS", `namespaces/${space}`)}`;
  const listed = (space: string) => Promise.all(KINDS.map((kind) => cluster.list(at(kind, space))));
  const pods = (space: string) => cluster.list(at("api/v1/NS/pods", space));
  const deployments = (space: string) => cluster.list(at("apis/apps/v1/NS/deployments", space));
  const newNamespace = async (name: string) => {
    await cluster.call("POST", "/api/v1/namespaces", namespace(name));
    await until(
      async () => (await cluster.list(at("api/v1/NS/serviceaccounts", name))).length > 0,
      `namespace ${name} has its account`,
    );
  };
  const allAvailable = (space: string) =>
    until(
      async () =>
        (await deployments(space)).every(
          ({ spec, status }) =>
            (status?.availableReplicas ?? 0) === spec.replicas && status?.replicas === spec.replicas,
        ),
      `all Deployments of ${space} are available`,
      async () =>
        (await pods(space)).map(({ metadata, status }) => [
          metadata.name,
          status?.phase,
          status?.conditions?.find(({ status: holds }: { status: string }) => holds !== "True")?.message,
        ]),
    );

  it.each(VALUE_SETS)(
    "the API server admits everything of the values %s, under the restricted standard",
    async (set) => {
      await newNamespace(`admit-${set}`);
      const answer = cluster.helm(
        ...["install", "climb", CHART, "--namespace", `admit-${set}`, "--values", valuesOf(set), "--dry-run=server"],
      );
      expect(answer).toContain("STATUS: pending-install");
      cluster.helm("install", "climb", CHART, "--namespace", `admit-${set}`, "--values", valuesOf(set));
      const refused = (
        (await cluster.list(at("api/v1/NS/events", `admit-${set}`))) as (KubeObject & { reason: string })[]
      ).filter(({ reason }) => reason === "FailedCreate");
      expect(refused).toEqual([]);
      cluster.helm("uninstall", "climb", "--namespace", `admit-${set}`);
    },
  );

  it("schedules pods that use a device onto nodes that have it, and no other pod there", async () => {
    await newNamespace("gpu");
    cluster.helm("install", "climb", CHART, "--namespace", "gpu", ...GPU_VALUES);
    await allAvailable("gpu");
    const placed = (await pods("gpu")).map((pod) => [
      pod.metadata.labels?.[COMPONENT],
      pod.spec.nodeName.replace(/-\d$/, ""),
    ]);
    const nodeOf = Object.fromEntries(placed);
    expect(nodeOf).toMatchObject({
      "embedding-vectors": "mig",
      "proxy-training-runs": "gpu",
      "proxy-training-runs-shared": "gpu",
      "proxy-training-runs-cpu": "cpu",
    });
    const onGpus = placed.filter(([, node]) => node !== "cpu").map(([component]) => component);
    expect([...new Set(onGpus)].sort()).toEqual([
      "embedding-vectors",
      "proxy-training-runs",
      "proxy-training-runs-shared",
    ]);
  });

  it("brings a pool from none to three pods and back, on GPUs", async () => {
    const name = (await deployments("gpu")).find(
      ({ metadata }) => metadata.labels?.[COMPONENT] === "proxy-training-runs",
    )?.metadata.name;
    const running = async () =>
      (await pods("gpu")).filter(
        ({ metadata, status }) => metadata.labels?.[COMPONENT] === "proxy-training-runs" && status?.phase === "Running",
      );
    for (const replicas of [0, 3, 0]) {
      // What KEDA's HPA writes.
      await cluster.call("PATCH", `${at("apis/apps/v1/NS/deployments", "gpu")}/${name}/scale`, { spec: { replicas } });
      await until(async () => (await running()).length === replicas, `${replicas} pods run`, running);
      expect((await running()).every(({ spec }) => spec.nodeName === "gpu-1")).toBe(true);
    }
  });

  it("keeps two releases of one namespace apart", async () => {
    await newNamespace("two");
    for (const release of ["red", "blue"]) {
      cluster.helm("install", release, CHART, "--namespace", "two", "--values", valuesOf("s3"));
    }
    const chosenBy = async (service: KubeObject) =>
      (await pods("two")).filter(({ metadata }) =>
        Object.entries(service.spec.selector as Record<string, string>).every(
          ([key, value]) => metadata.labels?.[key] === value,
        ),
      );
    const services = await cluster.list(at("api/v1/NS/services", "two"));
    await until(
      async () => (await Promise.all(services.map(chosenBy))).every((chosen) => chosen.length > 0),
      "each service has pods",
      () => pods("two"),
    );
    const ofRelease = (object: KubeObject) => object.metadata.labels?.["app.kubernetes.io/instance"];
    for (const service of services) {
      const releases = new Set((await chosenBy(service)).map(ofRelease));
      expect(releases, service.metadata.name).toEqual(new Set([ofRelease(service)]));
    }
    cluster.helm("uninstall", "red", "--namespace", "two");
    await until(
      async () => (await pods("two")).every((pod) => ofRelease(pod) === "blue") && (await pods("two")).length > 0,
      "only blue is left",
    );
    cluster.helm("uninstall", "blue", "--namespace", "two");
  });

  it("upgrades to other values and rolls back to the same objects", async () => {
    await newNamespace("life");
    const common = ["climb", CHART, "--namespace", "life", "--values", valuesOf("s3")];
    cluster.helm("install", ...common);
    const shapes = async () =>
      Object.fromEntries((await deployments("life")).map(({ metadata, spec }) => [metadata.name, spec]));
    const before = await shapes();
    cluster.helm("upgrade", ...common, "--set", "apiDefaults.replicas=2", "--set", "logLevel=debug");
    const upgraded = await shapes();
    expect(Object.keys(upgraded)).toEqual(Object.keys(before));
    expect(upgraded).not.toEqual(before);
    cluster.helm("rollback", "climb", "1", "--namespace", "life");
    expect(await shapes()).toEqual(before);
  });

  const before = reason ? undefined : chartBefore();
  if (!reason && !before) process.stderr.write("There is no earlier chart in this clone's history to upgrade from.\n");
  it.skipIf(!before)("upgrades from the chart before this one", async () => {
    const { folder, revision } = before as EarlierChart;
    try {
      await newNamespace("upgrade");
      const [old, values] = [join(folder, CHART), join(folder, valuesOf("s3"))];
      cluster.helm("install", "climb", old, "--namespace", "upgrade", "--values", values);
      cluster.helm("upgrade", "climb", CHART, "--namespace", "upgrade", "--values", valuesOf("s3"));
      const history = JSON.parse(cluster.helm("history", "climb", "--namespace", "upgrade", "--output", "json"));
      expect(
        history.map(({ status }: { status: string }) => status),
        revision,
      ).toEqual(["superseded", "deployed"]);
      cluster.helm("uninstall", "climb", "--namespace", "upgrade");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("leaves nothing but the artifacts' claim when it is uninstalled", async () => {
    for (const [space, values] of [
      ["life", []],
      ["gone", ["--values", valuesOf("production")]],
    ] as const) {
      if (values.length > 0) {
        await newNamespace(space);
        cluster.helm("install", "climb", CHART, "--namespace", space, ...values);
      }
      cluster.helm("uninstall", "climb", "--namespace", space);
      const own = (objects: KubeObject[]) =>
        objects.filter(({ metadata }) => !["default", "kube-root-ca.crt"].includes(metadata.name));
      await until(
        async () => (await listed(space)).flatMap(own).length === 0,
        "nothing is left",
        async () => (await listed(space)).flatMap(own).map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      );
    }
    const claims = await cluster.list(at("api/v1/NS/persistentvolumeclaims", "gone"));
    expect(claims.map(({ metadata }) => metadata.name)).toEqual(["climb-artifacts"]);
  });
});

interface EarlierChart {
  /** The repository's folder as it was, with the chart alone in it. */
  folder: string;
  revision: string;
}

/** The chart of the last tag; while there is none, the chart before its last change. */
function chartBefore(): EarlierChart | undefined {
  const git = (...args: string[]) => spawnSync("git", args, { encoding: "utf8" }).stdout?.trim() ?? "";
  const revision = git("describe", "--tags", "--abbrev=0") || git("log", "--skip=1", "-n1", "--format=%H", "--", CHART);
  if (!revision) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "climb-chart-"));
  const tar = spawnSync("git", ["archive", revision, CHART], { maxBuffer: 1 << 28 }).stdout;
  execFileSync("tar", ["-x", "-C", folder], { input: tar });
  return { folder, revision };
}

function isReady({ status }: KubeObject): boolean {
  const conditions = (status?.conditions ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status: holds }) => type === "Ready" && holds === "True");
}
