import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jobStreamPrefix } from "../../shared/ports/src/job-queue/jetstream.js";
import { codeOf, sources } from "../architecture/sources.js";
import {
  component,
  containerOf,
  deployments,
  each,
  type Manifest,
  of,
  podOf,
  rendered,
  variable,
} from "./manifests.js";

/** Queues by service, as the services' sources name them. */
function queuesOfSources(): Record<string, string[]> {
  const queues = new Map<string, Set<string>>();
  for (const source of sources()) {
    const service = source.path.match(/^services\/([^/]+)\/src\/(rpc|steps)\//)?.[1];
    if (!service || source.test) continue;
    const code = codeOf(source);
    const kinds = [...code.matchAll(/defineResource\w*(?:<[^>]*>)?\([^{]*\{\s*kind: "([a-z-]+)"/g)];
    const shards = [...code.matchAll(/\bqueue: "([a-z-]+)"/g)];
    const names = queues.get(service) ?? new Set();
    for (const [, queue = ""] of [...kinds, ...shards]) names.add(queue);
    queues.set(service, names);
  }
  return Object.fromEntries([...queues].map(([service, names]) => [service, [...names].sort()]));
}

const queuesOf = (deployment: Manifest) => variable(deployment, "CLIMB_QUEUES")?.split(",") ?? [];
const serviceOf = (deployment: Manifest) => containerOf(deployment).name;

describe("API and workers", () => {
  it("are Deployments of their own: one API for each service, and its pools", () => {
    expect(each(Object.values(deployments("s3")), (deployment) => variable(deployment, "CLIMB_ROLE"))).toEqual({
      clustering: "api",
      "clustering-worker": "worker",
      embedding: "api",
      "embedding-sets": "worker",
      "embedding-vectors": "worker",
      predictor: "api",
      "predictor-worker": "worker",
      "proxy-training": "api",
      "proxy-training-runs": "worker",
      "proxy-training-tokens": "worker",
      "search-coordinator": "api",
      "search-coordinator-worker": "worker",
    });
  });

  it("take every queue that the services have, each once", () => {
    const taken: Record<string, string[]> = {};
    for (const deployment of Object.values(deployments("s3"))) {
      taken[serviceOf(deployment)] = [...(taken[serviceOf(deployment)] ?? []), ...queuesOf(deployment)].sort();
    }
    expect(taken).toEqual(queuesOfSources());
  });

  it("are one and the same where split is false", () => {
    const roles = each(Object.values(deployments("minimal")), (deployment) => variable(deployment, "CLIMB_ROLE"));
    expect(new Set(Object.values(roles))).toEqual(new Set(["all"]));
    expect(Object.keys(roles)).toHaveLength(5);
  });

  it("that leave a queue to nobody, or name one that is none, are refused", () => {
    const set = (value: string) => () => rendered("s3", value);
    expect(set("services.predictor.pools.worker=null")).toThrow(/no pool takes the queue predictor/);
    expect(set("services.proxy-training.pools.tokens.queues={tokens}")).toThrow(/no pool takes the queue token-set/);
    expect(set("services.predictor.pools.more.queues={predict}")).toThrow(
      /no queue predict; expected one of predictor/,
    );
  });
});

describe("workers scale by their queues", () => {
  interface Trigger {
    type: string;
    metadata: Record<string, string>;
  }
  const scaled = (set: string, ...values: string[]) =>
    each(of("ScaledObject", rendered(set, ...values)), ({ spec }) => spec);
  const port = readFileSync("shared/ports/src/job-queue/jetstream.ts", "utf8");

  it("by the lag of every queue's consumer, named as the port names it", () => {
    expect(port).toContain('const CONSUMER = "workers";');
    const prefix = jobStreamPrefix("climb");
    const objects = scaled("production");
    const workers = Object.values(deployments("production")).filter(
      (deployment) => variable(deployment, "CLIMB_ROLE") === "worker",
    );
    expect(Object.keys(objects).sort()).toEqual(workers.map(component).sort());
    for (const worker of workers) {
      const { triggers, scaleTargetRef } = objects[component(worker)] as Record<string, unknown>;
      expect(scaleTargetRef).toMatchObject({ name: worker.metadata.name });
      expect((triggers as Trigger[]).map(({ type, metadata }) => [type, metadata.stream, metadata.consumer])).toEqual(
        queuesOf(worker).map((queue) => ["nats-jetstream", `${prefix}${queue}`, "workers"]),
      );
    }
  });

  it("to zero and back, one pod at a time, after a time without any job", () => {
    const runs = scaled("production")["proxy-training-runs"];
    expect(runs).toMatchObject({ minReplicaCount: 0, maxReplicaCount: 16, cooldownPeriod: 600 });
    expect(runs?.advanced).toMatchObject({
      horizontalPodAutoscalerConfig: {
        behavior: {
          scaleDown: {
            stabilizationWindowSeconds: 600,
            policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
          },
        },
      },
    });
    const deployment = deployments("production")["proxy-training-runs"];
    expect(deployment?.spec.replicas).toBeUndefined();
  });

  it("asking the monitoring port of NATS where nothing else is said", () => {
    const address = (...values: string[]) => {
      const { triggers } = scaled("gpu", ...values)["clustering-worker"] as Record<string, unknown>;
      return (triggers as Trigger[])[0]?.metadata.natsServerMonitoringEndpoint;
    };
    expect(address()).toBe("nats.climb.svc.cluster.local:8222");
    expect(address("nats.url=nats://broker.data.svc:4333")).toBe("broker.data.svc:8222");
    expect(address("keda.monitoringEndpoint=m:1234")).toBe("m:1234");
    expect(() => rendered("production", "keda.monitoringEndpoint=")).toThrow(/keda.monitoringEndpoint is empty/);
  });

  it("in release and stream names of any length that the chart takes", () => {
    const name = "a".repeat(40);
    const objects = of("ScaledObject", rendered("production", `fullnameOverride=${name}`));
    for (const { metadata } of objects) expect(metadata.name.length).toBeLessThanOrEqual(63);
    expect(new Set(objects.map(({ metadata }) => metadata.name)).size).toBe(objects.length);
  });
});

describe("API pods scale by CPU and by what else is given", () => {
  it("and never to none", () => {
    const values = "services.predictor.api.autoscaling.enabled=true";
    const [scaler] = of("HorizontalPodAutoscaler", rendered("s3", values));
    expect(scaler?.spec).toMatchObject({ minReplicas: 1, maxReplicas: 4, scaleTargetRef: { name: "climb-predictor" } });
    expect(() => rendered("s3", values, "services.predictor.api.autoscaling.minReplicas=0")).toThrow(
      /minReplicas is 0; expected at least 1, because only workers go to zero/,
    );
  });
});

describe("the GPU pools", () => {
  const onPool = (deployment: Manifest) => {
    const { resources, image } = containerOf(deployment);
    const { nodeSelector = {}, tolerations = [] } = podOf(deployment);
    return {
      devices: Object.keys(resources.limits).filter((name) => name.startsWith("nvidia.com/")),
      selected: "nvidia.com/gpu.present" in nodeSelector,
      tolerated: tolerations.length > 0,
      cudaImage: image.endsWith("-cuda12"),
      runtimeClass: podOf(deployment).runtimeClassName,
      providers: variable(deployment, "CLIMB_EXECUTION_PROVIDERS") ?? "cpu",
    };
  };
  const on = (device: string, runtimeClass?: string) => ({
    devices: [device],
    selected: true,
    tolerated: true,
    cudaImage: true,
    runtimeClass,
    providers: "cuda,cpu",
  });
  const off = { devices: [], selected: false, tolerated: false, cudaImage: false, providers: "cpu" };
  const found = (set: string, ...values: string[]) => each(Object.values(deployments(set, ...values)), onPool);

  it("are the runs and the vectors alone when GPUs are enabled", () => {
    const onGpu = Object.entries(found("production")).filter(([, pool]) => pool.devices.length > 0);
    expect(Object.fromEntries(onGpu)).toEqual({
      "embedding-vectors": on("nvidia.com/gpu"),
      "proxy-training-runs": on("nvidia.com/gpu"),
    });
    const others = Object.values(found("production")).filter((pool) => pool.devices.length === 0);
    expect(others).toEqual(Array.from({ length: 10 }, () => ({ ...off, runtimeClass: undefined })));
  });

  it("take slices and shared devices by their names, beside workers on CPUs for the same queue", () => {
    const pools = found("gpu");
    expect(pools["proxy-training-runs"]).toEqual(on("nvidia.com/gpu", "nvidia"));
    expect(pools["proxy-training-runs-shared"]).toEqual(on("nvidia.com/gpu.shared", "nvidia"));
    expect(pools["embedding-vectors"]).toEqual(on("nvidia.com/mig-1g.10gb", "nvidia"));
    expect(pools["proxy-training-runs-cpu"]).toEqual({ ...off, runtimeClass: undefined });
    const all = deployments("gpu");
    for (const pool of ["runs", "runs-shared", "runs-cpu"]) {
      expect(variable(all[`proxy-training-${pool}`] as Manifest, "CLIMB_QUEUES")).toBe("run");
    }
  });

  it("are on no GPU otherwise, and in one piece the service as a whole is", () => {
    for (const pool of Object.values(found("s3"))) expect(pool).toEqual({ ...off, runtimeClass: undefined });
    const whole = found("minimal", "gpu.enabled=true");
    expect(Object.keys(whole).filter((name) => (whole[name]?.devices.length ?? 0) > 0)).toEqual([
      "embedding",
      "proxy-training",
    ]);
  });
});
