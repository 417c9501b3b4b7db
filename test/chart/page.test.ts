import { describe, expect, it } from "vitest";
import { containerOf, deployments, each, type Manifest, of, rendered, variable } from "./manifests.js";

interface Named {
  name: string;
  port?: number;
  containerPort?: number;
  appProtocol?: string;
}
const portsOf = (service: Manifest | undefined) => service?.spec.ports as Named[];
const serviceOf = (all: Manifest[]) =>
  of("Service", all).find(({ metadata }) => metadata.name === "climb-search-coordinator");

describe("the page for browsers", () => {
  it("is served by the API pods of the search coordinator alone, at a port of its Service", () => {
    const served = each(Object.values(deployments("mtls")), (deployment) => variable(deployment, "CLIMB_PAGE_ADDRESS"));
    const serving = Object.entries(served).filter(([, address]) => address !== undefined);
    expect(serving).toEqual([["search-coordinator", "0.0.0.0:50050"]]);
    const coordinator = deployments("mtls")["search-coordinator"] as Manifest;
    const { ports } = containerOf(coordinator) as unknown as { ports: Named[] };
    expect(ports).toContainEqual({ name: "page", containerPort: 50050 });
    expect(portsOf(serviceOf(rendered("mtls")))).toContainEqual({
      name: "page",
      port: 50050,
      targetPort: "page",
      appProtocol: "https",
    });
    // Where API and workers are one, that one serves it.
    const one = deployments("minimal", "page.enabled=true", "page.port=8080")["search-coordinator"] as Manifest;
    expect(variable(one, "CLIMB_PAGE_ADDRESS")).toBe("0.0.0.0:8080");
  });

  it("is not there unless it is asked for", () => {
    expect(variable(deployments("s3")["search-coordinator"] as Manifest, "CLIMB_PAGE_ADDRESS")).toBeUndefined();
    expect(portsOf(serviceOf(rendered("s3"))).map(({ name }) => name)).toEqual(["grpc"]);
  });

  it("is let in by the network policy from those that are named as browsers", () => {
    const [policy] = of("NetworkPolicy", rendered("mtls"));
    const rules = policy?.spec.ingress as { ports: { port: number }[]; from: unknown[] }[];
    expect(rules.find(({ ports }) => ports[0]?.port === 50050)?.from).toEqual([
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } } },
    ]);
  });

  it("gets names of its own over an Ingress or a Gateway, whole, because its addresses begin at the root", () => {
    const [ingress] = of("Ingress", rendered("mtls"));
    const backend = { service: { name: "climb-search-coordinator", port: { name: "page" } } };
    expect(ingress?.spec.rules).toEqual([
      { host: "climb.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } },
    ]);
    const gateway = ["page.gateway.enabled=true", "page.gateway.parentRefs[0].name=public"];
    const [route] = of("HTTPRoute", rendered("mtls", ...gateway, "page.gateway.hostnames={climb.example.com}"));
    expect(route?.spec).toEqual({
      parentRefs: [{ name: "public" }],
      hostnames: ["climb.example.com"],
      rules: [{ backendRefs: [{ name: "climb-search-coordinator", port: 50050 }] }],
    });
  });

  it("is not exposed where it is not served, where nobody could sign in, or without a name", () => {
    const set =
      (values: string, ...more: string[]) =>
      () =>
        rendered(values, ...more);
    const ingress = ["page.ingress.enabled=true", "page.ingress.hosts={climb.example.com}"];
    expect(set("s3", ...ingress)).toThrow(/page.enabled is false/);
    expect(set("s3", ...ingress, "page.enabled=true")).toThrow(/nobody could sign in/);
    expect(set("mtls", "page.ingress.hosts=null")).toThrow(/page.ingress.hosts/);
    expect(set("mtls", "page.gateway.enabled=true")).toThrow(/page.gateway.parentRefs is empty/);
  });

  it("knows where traces are looked at", () => {
    expect(of("ConfigMap", rendered("mtls"))[0]?.data).toMatchObject({
      CLIMB_TRACE_URL: "https://jaeger.example.com/trace/{traceId}",
    });
    expect(of("ConfigMap", rendered("minimal"))[0]?.data).not.toHaveProperty("CLIMB_TRACE_URL");
  });
});
