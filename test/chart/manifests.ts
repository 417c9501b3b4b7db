import { parseAllDocuments } from "yaml";
import { render, valuesOf } from "../../scripts/helm.mjs";

export const SERVICES = ["clustering", "embedding", "predictor", "proxy-training", "search-coordinator"];

export interface Probe {
  grpc?: { port: number; service?: string };
  httpGet?: { path: string; port: string };
}
export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: unknown;
}
export interface Container {
  name: string;
  image: string;
  env: EnvVar[];
  envFrom: Record<string, { name: string }>[];
  resources: { requests: Record<string, string>; limits: Record<string, string | number> };
  securityContext: Record<string, unknown>;
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}
export interface PodSpec {
  [field: string]: unknown;
  containers: [Container, ...Container[]];
  initContainers?: Container[];
  nodeSelector?: Record<string, string>;
  tolerations?: unknown[];
  terminationGracePeriodSeconds: number;
  volumes: Record<string, unknown>[];
}
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  data: Record<string, string>;
  spec: Record<string, unknown> & {
    replicas?: number;
    selector: { matchLabels?: Record<string, string> } & Record<string, unknown>;
    template: { metadata: { labels: Record<string, string>; annotations: Record<string, string> }; spec: PodSpec };
  };
}

export const manifests = (yaml: string) =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
/** What helm makes of a set of values and further `--set` values. */
export const rendered = (set: string, ...values: string[]) =>
  manifests(render(valuesOf(set), ...values.flatMap((value) => ["--set", value])));
export const component = (manifest: Manifest) => manifest.metadata.labels["app.kubernetes.io/component"] ?? "";
export const of = (kind: string, all: Manifest[]) => all.filter((manifest) => manifest.kind === kind);
export const podOf = (deployment: Manifest) => deployment.spec.template.spec;
export const containerOf = (deployment: Manifest) => podOf(deployment).containers[0];
export const variable = (deployment: Manifest, name: string) =>
  containerOf(deployment).env.find((entry) => entry.name === name)?.value;
/** What `pick` gives for each Deployment, by its component. */
export const each = <T>(deployments: Manifest[], pick: (deployment: Manifest) => T) =>
  Object.fromEntries(deployments.map((deployment) => [component(deployment), pick(deployment)]));
/** The Deployments of a set of values, by component. */
export const deployments = (set: string, ...values: string[]) =>
  each(of("Deployment", rendered(set, ...values)), (deployment) => deployment);
