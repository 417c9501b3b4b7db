import { existsSync, readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { render, VALUE_SETS, valuesOf } from "../../scripts/helm.mjs";
import { KUBERNETES, kubeSchemas } from "../../scripts/kube-schemas.mjs";
import { type Manifest, manifests } from "./manifests.js";

const CLUSTER_FILES = ["k8s/namespace.yaml", "k8s/kueue.yaml", "k8s/argo-cd.yaml", "k8s/cert-manager.yaml"];

let missing = "";
let validators: Map<string, (manifest: Manifest) => string[]>;
beforeAll(() => {
  try {
    validators = new Map(
      kubeSchemas().map(({ version, definitions, schemas }) => [version, validator(definitions, schemas)]),
    );
  } catch (error) {
    missing = (error as Error).message;
  }
}, 600_000);

/** The faults of a manifest by the schemas of one Kubernetes. */
function validator(definitions: Record<string, object>, schemas: Map<string, object>) {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  const known = new Map<string, ValidateFunction>();
  return (manifest: Manifest): string[] => {
    const type = `${manifest.apiVersion} ${manifest.kind}`;
    const schema = schemas.get(type);
    if (!schema) return [`${type} is no type of this cluster`];
    const validate = known.get(type) ?? ajv.compile({ definitions, ...schema });
    known.set(type, validate);
    validate(manifest);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }: ErrorObject) =>
        `${type} ${manifest.metadata.name}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

describe.each(KUBERNETES)("by the schemas of Kubernetes %s and of the operators", (version) => {
  const check = (manifest: Manifest) => validators.get(version)?.(manifest) ?? ["no schemas"];

  it.for(VALUE_SETS)("every manifest of the %s values is valid, without a field that nobody knows", (set, { skip }) => {
    if (missing) return skip(missing);
    const all = manifests(render(valuesOf(set)));
    expect(all.length).toBeGreaterThan(15);
    expect(all.flatMap(check)).toEqual([]);
  });

  it.for(CLUSTER_FILES)("%s is valid", (file, { skip }) => {
    if (missing) return skip(missing);
    expect(existsSync(file)).toBe(true);
    const all = manifests(readFileSync(file, "utf8"));
    expect(all.length).toBeGreaterThan(0);
    expect(all.flatMap(check)).toEqual([]);
  });

  it("what is misspelt, of a wrong type or of an unknown kind is found", ({ skip }) => {
    if (missing) return skip(missing);
    const pod = (container: string) =>
      parse(
        `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, ${container}}]}}`,
      ) as Manifest;
    expect(check(pod("image: i"))).toEqual([]);
    expect(check(pod("imagee: i"))).toEqual([expect.stringMatching(/containers\/0 must NOT have additional.*imagee/)]);
    expect(check(pod("ports: [{containerPort: http}]"))).toEqual([
      expect.stringMatching(/containerPort must be integer/),
    ]);
    expect(check(pod("resources: {limits: {memory: lots}}"))).not.toEqual([]);
    const scaled = (spec: string) =>
      parse(`{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: s}, spec: ${spec}}`) as Manifest;
    expect(check(scaled("{scaleTargetRef: {name: d}, triggers: [{type: cpu, metadata: {}}]}"))).toEqual([]);
    expect(check(scaled("{scaleTargetRef: {name: d}}"))).toEqual([expect.stringMatching(/triggers/)]);
    expect(check({ ...pod("image: i"), kind: "Podd" })).toEqual(["v1 Podd is no type of this cluster"]);
  });
});
