import { describe, expect, it } from "vitest";
import { VALUE_SETS } from "../../scripts/helm.mjs";
import { containerOf, type Manifest, of, type PodSpec, podOf, rendered } from "./manifests.js";

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** What the Pod Security standard "restricted" refuses of a pod, by its published controls. */
function refusals(pod: PodSpec): string[] {
  const faults: string[] = [];
  const refuse = (bad: unknown, what: string) => void (bad && faults.push(what));
  const own = (pod.securityContext ?? {}) as Record<string, unknown> & { seccompProfile?: { type?: string } };
  for (const namespace of ["hostNetwork", "hostPID", "hostIPC"]) refuse(pod[namespace], namespace);
  for (const volume of pod.volumes) {
    const type = Object.keys(volume).find((key) => key !== "name") ?? "none";
    refuse(!VOLUMES.includes(type), `volume ${volume.name} of type ${type}`);
  }
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    const its = (container.securityContext ?? {}) as typeof own & {
      capabilities?: { drop?: string[]; add?: string[] };
    };
    const profile = (its.seccompProfile ?? own.seccompProfile)?.type;
    refuse(its.privileged, "privileged");
    refuse(its.allowPrivilegeEscalation !== false, "allowPrivilegeEscalation");
    refuse(!its.capabilities?.drop?.includes("ALL"), "capabilities are not dropped");
    refuse(
      its.capabilities?.add?.some((name) => name !== "NET_BIND_SERVICE"),
      "capabilities are added",
    );
    refuse((its.runAsNonRoot ?? own.runAsNonRoot) !== true, "runAsNonRoot");
    refuse((its.runAsUser ?? own.runAsUser) === 0, "runAsUser 0");
    refuse(profile !== "RuntimeDefault" && profile !== "Localhost", "seccompProfile");
    refuse(its.procMount && its.procMount !== "Default", "procMount");
    refuse(
      (container as { ports?: { hostPort?: number }[] }).ports?.some(({ hostPort }) => hostPort),
      "hostPort",
    );
  }
  return faults;
}

describe.each(VALUE_SETS)("with the %s values", (set) => {
  const all = rendered(set);
  const test = of("Pod", all).map(({ spec }) => ({ volumes: [], ...spec }) as unknown as PodSpec);
  const pods = [...of("Deployment", all).map(podOf), ...test];

  it("every pod keeps to the restricted standard, the test's too", () => {
    expect(pods.length).toBeGreaterThan(5);
    expect(pods.map(refusals)).toEqual(pods.map(() => []));
  });

  it("every container's root file system is read-only, and no token of the Kubernetes API is mounted", () => {
    for (const pod of pods) {
      for (const container of pod.containers)
        expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true });
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.enableServiceLinks).toBe(false);
    }
  });

  it("no manifest holds a password", () => {
    expect(of("Secret", all)).toEqual([]);
    for (const deployment of of("Deployment", all)) {
      for (const { name, value } of containerOf(deployment).env) {
        if (/SECRET|PASSWORD|TOKEN/.test(name)) expect(value).toBeUndefined();
      }
    }
  });
});

it("the standard's check finds what it refuses", () => {
  const pod = podOf(of("Deployment", rendered("minimal"))[0] as Manifest);
  const worse = (change: (copy: PodSpec) => void) => {
    const copy = structuredClone(pod);
    change(copy);
    return refusals(copy);
  };
  expect(worse((copy) => void copy.volumes.push({ name: "h", hostPath: { path: "/" } }))).toEqual([
    "volume h of type hostPath",
  ]);
  expect(worse((copy) => void delete copy.securityContext)).toEqual(["runAsNonRoot", "seccompProfile"]);
  expect(worse((copy) => Object.assign(copy, { hostNetwork: true }))).toEqual(["hostNetwork"]);
  expect(worse((copy) => Object.assign(copy.containers[0], { securityContext: {} }))).toEqual([
    "allowPrivilegeEscalation",
    "capabilities are not dropped",
  ]);
});

describe("the network policy", () => {
  interface Rule {
    ports: { port: number; protocol?: string }[];
    from?: unknown[];
    to?: unknown[];
  }
  const policy = (set: string, ...values: string[]) => {
    const [found] = of("NetworkPolicy", rendered(set, ...values));
    return found?.spec as unknown as { policyTypes: string[]; ingress: Rule[]; egress: Rule[] };
  };
  const ports = (rules: Rule[]) => rules.map((rule) => rule.ports.map(({ port }) => port));

  it("denies both ways what it does not name, and names ports from the addresses of NATS, collector, bucket and issuer", () => {
    expect(policy("s3").policyTypes).toEqual(["Ingress", "Egress"]);
    expect(ports(policy("s3").egress)).toEqual([[50051], [53, 53], [4222], [443]]);
    expect(ports(policy("mtls").egress)).toEqual([[50051], [53, 53], [4222], [4317], [9000], [443]]);
    expect(ports(policy("production").egress)).toEqual([[50051], [53, 53], [4222], [4317]]);
    expect(ports(policy("minimal", "nats.url=nats://a:4222\\,nats://b:4333").egress)).toEqual([
      [50051],
      [53, 53],
      [4222, 4333],
    ]);
  });

  it("lets callers in at the port of calls, and Prometheus at that of metrics", () => {
    expect(ports(policy("s3").ingress)).toEqual([[50051], [9464]]);
    expect(policy("production").ingress[0]?.from).toHaveLength(3);
    expect(ports(policy("s3", "metrics.enabled=false").ingress)).toEqual([[50051]]);
  });

  it("never has a rule without ports, and lets nobody in without a name", () => {
    for (const set of VALUE_SETS) {
      for (const rule of [...policy(set).ingress, ...policy(set).egress]) expect(rule.ports.length).toBeGreaterThan(0);
      for (const rule of policy(set).ingress) expect(rule.from?.length).toBeGreaterThan(0);
    }
  });
});

describe("calls from outside", () => {
  interface Path {
    path: string;
    backend: { service: { name: string } };
  }
  it("come to the service that their path names, over an Ingress or a Gateway, and the rest to the coordinator", () => {
    const [ingress] = of("Ingress", rendered("s3")) as [Manifest];
    const [rule] = ingress.spec.rules as [{ host: string; http: { paths: Path[] } }];
    const expected = [
      ["climb.clustering.v1.ClusteringService", "climb-clustering"],
      ["climb.embedding.v1.EmbeddingService", "climb-embedding"],
      ["climb.predictor.v1.PredictorService", "climb-predictor"],
      ["climb.training.v1.TrainingService", "climb-proxy-training"],
      ["climb.search.v1.SearchService", "climb-search-coordinator"],
    ];
    expect(rule.host).toBe("climb.example.com");
    expect(rule.http.paths.map(({ path, backend }) => [path, backend.service.name])).toEqual([
      ...expected.map(([service, name]) => [`/${service}/`, name]),
      ["/", "climb-search-coordinator"],
    ]);
    const [route] = of("GRPCRoute", rendered("production"));
    const rules = route?.spec.rules as {
      matches?: { method: { service: string } }[];
      backendRefs: { name: string }[];
    }[];
    expect(rules.map(({ matches, backendRefs }) => [matches?.[0]?.method.service, backendRefs[0]?.name])).toEqual([
      ...expected,
      [undefined, "climb-search-coordinator"],
    ]);
  });
});

describe("TLS between services", () => {
  it("has one certificate with every name that a service is called by", () => {
    const [certificate] = of("Certificate", rendered("mtls"));
    const names = certificate?.spec.dnsNames as string[];
    const all = rendered("mtls");
    const addresses = Object.entries(of("ConfigMap", all)[0]?.data ?? {}).filter(([name]) => name.endsWith("_ADDRESS"));
    expect(addresses).toHaveLength(5);
    for (const [, address] of addresses) expect(names).toContain(address.slice("dns:///".length).split(":")[0]);
    expect(certificate?.spec).toMatchObject({ secretName: "climb-tls", issuerRef: { name: "climb-ca" } });
  });

  it("mounts it where the variables say, in every pod", () => {
    const all = rendered("mtls");
    const data = of("ConfigMap", all)[0]?.data ?? {};
    const folder = "/etc/climb/tls";
    expect([data.CLIMB_TLS_CERT, data.CLIMB_TLS_KEY, data.CLIMB_TLS_CA]).toEqual(
      ["tls.crt", "tls.key", "ca.crt"].map((name) => `${folder}/${name}`),
    );
    for (const deployment of of("Deployment", all)) {
      expect(containerOf(deployment).volumeMounts).toContainEqual({ name: "tls", mountPath: folder, readOnly: true });
      expect(podOf(deployment).volumes).toContainEqual({ name: "tls", secret: { secretName: "climb-tls" } });
    }
  });
});

describe("who may call", () => {
  it("is nobody's question by default, and plain text is asked for by name only where TLS is off", () => {
    const data = of("ConfigMap", rendered("minimal"))[0]?.data ?? {};
    expect(Object.keys(data).filter((name) => /AUTH|TOKEN|QUOTAS/.test(name))).toEqual([]);
    expect(data.CLIMB_INSECURE).toBe("true");
    expect(of("ConfigMap", rendered("mtls"))[0]?.data).not.toHaveProperty("CLIMB_INSECURE");
  });

  it("stands in files of one secret, mounted where the variables say, in every pod", () => {
    const all = rendered("mtls", "auth.secretKeys.tokens=tokens", "auth.secretKeys.serviceToken=mine");
    const folder = "/etc/climb/auth";
    expect(of("ConfigMap", all)[0]?.data).toMatchObject({
      CLIMB_TLS_CLIENTS: "verified",
      CLIMB_AUTH_TOKENS: `${folder}/tokens`,
      CLIMB_AUTH_POLICY: `${folder}/policy`,
      CLIMB_TOKEN_FILE: `${folder}/mine`,
      CLIMB_QUOTAS: `${folder}/quotas`,
      CLIMB_AUTH_ISSUER: "https://login.example.com",
      CLIMB_AUTH_AUDIENCE: "climb",
    });
    for (const deployment of of("Deployment", all)) {
      expect(containerOf(deployment).volumeMounts).toContainEqual({ name: "auth", mountPath: folder, readOnly: true });
      expect(podOf(deployment).volumes).toContainEqual({ name: "auth", secret: { secretName: "climb-callers" } });
    }
  });
});
