// The schemas that manifests are checked against, from the Go modules that publish them: Kubernetes itself, and the
// custom resources of the operators that the chart and k8s/ use. Only their files are used; nothing of them is built.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseAllDocuments } from "yaml";

/** The oldest and the newest Kubernetes that the chart is for; Chart.yaml names the oldest. */
export const KUBERNETES = ["v1.27.16", "v1.37.2"];

/** Custom resources: the module and version, and the folder of their definitions. */
const CUSTOM = [
  ["github.com/kedacore/keda/v2@v2.21.0", "config/crd/bases"],
  ["github.com/cert-manager/cert-manager@v1.21.2", "deploy/crds"],
  ["github.com/prometheus-operator/prometheus-operator@v0.85.0", "example/prometheus-operator-crd"],
  ["sigs.k8s.io/gateway-api@v1.3.0", "config/crd/standard"],
  ["sigs.k8s.io/kueue@v0.17.0", "config/components/crd/bases"],
  ["github.com/argoproj/argo-cd/v3@v3.0.0", "manifests/crds"],
];
const DOWNLOAD_LIMIT_MS = 8 * 60_000;

/**
 * Folder of a Go module, downloaded once into Go's own cache.
 * @param {string} module path@version
 * @returns {string}
 * @throws Error what is missing
 */
function moduleFolder(module) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const go = folders.map((folder) => join(folder, "go")).find((path) => existsSync(path));
  if (!go) throw new Error("the schemas of Kubernetes come from Go's module proxy, and Go is not here");
  const { stdout, error } = spawnSync(go, ["mod", "download", "-json", module], {
    cwd: tmpdir(),
    env: { ...process.env, GO111MODULE: "on", GOFLAGS: "-mod=mod" },
    timeout: DOWNLOAD_LIMIT_MS,
    encoding: "utf8",
  });
  const answer = stdout ? JSON.parse(stdout) : {};
  if (answer.Dir) return answer.Dir;
  throw new Error(`${module} cannot be had from Go's module proxy: ${answer.Error ?? error?.message}`);
}

/** Kubernetes' types by their names, as JSON schemas that refuse what they do not name. @param {string} version */
function kubernetesTypes(version) {
  const file = join(moduleFolder(`k8s.io/kubernetes@${version}`), "api", "openapi-spec", "swagger.json");
  return JSON.parse(readFileSync(file, "utf8")).definitions;
}

/** The definitions of custom resources in a module's folder. */
function customDefinitions([module, folder]) {
  const path = join(moduleFolder(module), folder);
  return readdirSync(path)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => parseAllDocuments(readFileSync(join(path, name), "utf8")).map((document) => document.toJS()))
    .filter((object) => object?.kind === "CustomResourceDefinition");
}

/**
 * For each version of Kubernetes the schemas by "apiVersion kind", and the `definitions` that they refer to.
 * @returns {{ version: string, definitions: Record<string, object>, schemas: Map<string, object> }[]}
 * @throws Error what is missing
 */
export function kubeSchemas() {
  const custom = CUSTOM.flatMap(customDefinitions).flatMap(({ spec }) =>
    spec.versions.map((version) => [
      `${spec.group}/${version.name} ${spec.names.kind}`,
      strict({ ...version.schema.openAPIV3Schema, "x-kubernetes-embedded-resource": true }),
    ]),
  );
  return KUBERNETES.map((version) => {
    const types = kubernetesTypes(version);
    const own = Object.entries(types).flatMap(([name, type]) =>
      (type["x-kubernetes-group-version-kind"] ?? []).map(({ group, version: api, kind }) => [
        `${group ? `${group}/` : ""}${api} ${kind}`,
        { $ref: `#/definitions/${name}` },
      ]),
    );
    const definitions = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, strict(type, name)]));
    return { version, definitions, schemas: new Map([...own, ...custom]) };
  });
}

const QUANTITY = "^[+-]?[0-9.]+([eE][-+]?[0-9]+|[KMGTPE]i|[numkMGTPE])?$";

/** A schema of Kubernetes' kind as JSON schema, in which an object has no fields but those that it names. */
function strict(schema, name = "") {
  if (Array.isArray(schema)) return schema.map((item) => strict(item));
  if (schema === null || typeof schema !== "object") return schema;
  if (name.endsWith(".Quantity")) return { anyOf: [{ type: "string", pattern: QUANTITY }, { type: "number" }] };
  if (name.endsWith(".JSON") || name.endsWith(".JSONSchemaProps")) return {};
  if (schema["x-kubernetes-int-or-string"] || schema.format === "int-or-string") {
    return { anyOf: [{ type: "string", ...(schema.pattern && { pattern: schema.pattern }) }, { type: "integer" }] };
  }
  const { properties, items, additionalProperties, allOf, anyOf, oneOf, not, required, type, enum: values } = schema;
  const open = schema["x-kubernetes-preserve-unknown-fields"] || additionalProperties !== undefined;
  // Go's expressions may begin with flags that JavaScript does not know.
  const pattern = schema.pattern?.includes("(?i)") ? undefined : schema.pattern;
  const result = { type, required, enum: values, pattern, $ref: schema.$ref };
  for (const bound of ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"])
    result[bound] = schema[bound];
  if (schema.nullable) result.type = [type, "null"];
  // Branches of a choice name only the fields that they are about.
  Object.assign(result, { allOf, anyOf, oneOf, not });
  if (properties)
    result.properties = Object.fromEntries(Object.entries(properties).map(([key, of]) => [key, strict(of)]));
  if (properties && !open) result.additionalProperties = false;
  if (schema["x-kubernetes-embedded-resource"])
    Object.assign(result.properties ?? {}, { metadata: { type: "object" } });
  if (items) result.items = strict(items);
  if (typeof additionalProperties === "object") result.additionalProperties = strict(additionalProperties);
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}
