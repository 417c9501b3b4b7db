/** What the cluster of the tests has beside the chart: nodes of three kinds, and the kinds of operators that are not there. */

const GIB = "64Gi";

/** @param devices extended resources, by name */
const node = (name: string, labels: Record<string, string>, devices: Record<string, string>, taints: object[]) => {
  const resources = { cpu: "32", memory: GIB, pods: "110", "ephemeral-storage": "500Gi", ...devices };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", ...labels },
    },
    spec: { taints },
    status: { capacity: resources, allocatable: resources },
  };
};

const GPU_TAINT = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };
const GPU_LABEL = { "nvidia.com/gpu.present": "true" };
const CPU_LABEL = { "cloud.example.com/pool": "cpu" };

export const NODES = [
  node("cpu-1", CPU_LABEL, {}, []),
  node("cpu-2", CPU_LABEL, {}, []),
  node("gpu-1", GPU_LABEL, { "nvidia.com/gpu": "8", "nvidia.com/gpu.shared": "8" }, [GPU_TAINT]),
  node("mig-1", GPU_LABEL, { "nvidia.com/mig-1g.10gb": "7" }, [GPU_TAINT]),
];

export const RUNTIME_CLASS = {
  apiVersion: "node.k8s.io/v1",
  kind: "RuntimeClass",
  metadata: { name: "nvidia" },
  handler: "nvidia",
};

/** What the values "production" expect of their cluster. */
export const PRIORITY_CLASS = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: "interactive" },
  value: 1000,
};

export const namespace = (name: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
});

const FOREIGN_KINDS = [
  ["keda.sh", "v1alpha1", "ScaledObject", "scaledobjects"],
  ["monitoring.coreos.com", "v1", "PodMonitor", "podmonitors"],
  ["monitoring.coreos.com", "v1", "ServiceMonitor", "servicemonitors"],
  ["monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules"],
  ["gateway.networking.k8s.io", "v1", "GRPCRoute", "grpcroutes"],
  ["cert-manager.io", "v1", "Certificate", "certificates"],
] as const;

/** Open definitions of the operators' kinds: their schemas are held by test/chart. */
export const DEFINITIONS = FOREIGN_KINDS.map(([group, version, kind, plural]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: {
    name: `${plural}.${group}`,
    // The API server asks it of groups below k8s.io.
    annotations: { "api-approved.kubernetes.io": "unapproved, for a test" },
  },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind, plural, singular: kind.toLowerCase() },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
}));
