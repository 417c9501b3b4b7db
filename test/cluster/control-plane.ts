import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@climb/testkit";
import { findHelm } from "../../scripts/helm.mjs";
import type { Binaries } from "./binaries.js";

const TOKEN = "climb-test";
const READY_MS = 120_000;

/** An object of the API, as far as the tests look into it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; ownerReferences?: unknown[] };
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind.
  spec?: any;
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind.
  status?: any;
}

/** A Kubernetes control plane on loopback: it admits, stores, schedules; kwok plays the nodes, and no container runs. */
export interface ControlPlane extends AsyncDisposable {
  /** Calls the API. @throws Error with the status' message, for anything but 2xx */
  call(method: string, path: string, body?: object): Promise<unknown>;
  /** The objects at a path such as /api/v1/namespaces/x/pods. */
  list(path: string): Promise<KubeObject[]>;
  /** Runs the real helm against it. @throws Error helm's message */
  helm(...args: string[]): string;
}

export async function startControlPlane(binaries: Binaries): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), "climb-cluster-"));
  const processes: ChildProcess[] = [];
  const start = (name: keyof Binaries, args: string[]) => {
    const child = spawn(binaries[name], args, { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr?.pipe(createWriteStream(join(folder, `${name}.log`)));
    processes.unshift(child);
  };
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${etcdPort}`;
  start("etcd", [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
  ]);
  const key = join(folder, "accounts.key");
  execFileSync("openssl", ["genrsa", "-out", key, "2048"], { stdio: "ignore" });
  writeFileSync(join(folder, "tokens.csv"), `${TOKEN},admin,admin,system:masters\n`);
  start("kube-apiserver", [
    `--etcd-servers=${etcd}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, "certificates")}`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    "--service-account-issuer=https://climb.test",
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.77.0.0/16",
  ]);
  const server = `https://127.0.0.1:${port}`;
  // The server signs its own certificate, on loopback.
  const agent = new Agent({ rejectUnauthorized: false });
  const call = (method: string, path: string, body?: object) => callApi(agent, `${server}${path}`, method, body);
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, configOf(server));
  await until(
    async () => (await call("GET", "/readyz")) === "ok",
    "the API server is ready",
    () => readFileSync(join(folder, "kube-apiserver.log"), "utf8").slice(-3000),
  );
  start("kube-controller-manager", [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${key}`,
    "--use-service-account-credentials=true",
    "--leader-elect=false",
    `--secure-port=${await freePort()}`,
  ]);
  start("kube-scheduler", [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", `--secure-port=${await freePort()}`]);
  start("kwok", [`--kubeconfig=${kubeconfig}`, `--config=${binaries.stages}`, "--manage-all-nodes=true"]);
  return {
    call,
    list: async (path) => ((await call("GET", path)) as { items: KubeObject[] }).items,
    helm: (...args) =>
      execFileSync(findHelm(), args, {
        encoding: "utf8",
        stdio: "pipe",
        maxBuffer: 1 << 26,
        env: { ...process.env, KUBECONFIG: kubeconfig },
      }),
    async [Symbol.asyncDispose]() {
      for (const child of processes) {
        if (child.exitCode !== null) continue;
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      agent.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until something holds. @throws Error that says what did not come, and `why` */
export async function until(holds: () => Promise<boolean>, what: string, why: () => unknown = () => "") {
  let last: unknown = "";
  for (const end = performance.now() + READY_MS; performance.now() < end; await sleep(500)) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`not in ${READY_MS / 1000} s: ${what}. ${last} ${JSON.stringify(await why())}`);
}

function callApi(agent: Agent, url: string, method: string, body?: object): Promise<unknown> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": type };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      const isJson = response.headers["content-type"]?.includes("json");
      const answer = isJson ? JSON.parse(text) : text;
      if ((response.statusCode ?? 500) < 300) resolve(answer);
      else reject(new Error(`${method} ${url}: ${answer.message ?? text}`));
    });
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
}

const configOf = (server: string) => `apiVersion: v1
kind: Config
clusters: [{ name: test, cluster: { server: "${server}", insecure-skip-tls-verify: true } }]
users: [{ name: admin, user: { token: ${TOKEN} } }]
contexts: [{ name: test, context: { cluster: test, user: admin } }]
current-context: test
`;
