import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const KUBERNETES = "1.32.0";
const KWOK = "v0.8.0";
const KUBERNETES_PROGRAMS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;
const CACHE = join(homedir(), ".cache", "climb", "cluster", `kubernetes-${KUBERNETES}`);
/** How kwok's nodes and pods behave: files of its own module. */
const STAGES = ["node/fast", "node/heartbeat-with-lease", "pod/fast"];

/** Where the programs of a control plane are. */
export interface Binaries {
  etcd: string;
  "kube-apiserver": string;
  "kube-controller-manager": string;
  "kube-scheduler": string;
  kwok: string;
  /** Configuration of kwok: the stages of its nodes and pods. */
  stages: string;
}

/** Why no control plane can be started here, in a sentence; undefined if one can. */
export function whyNotHere(): string | undefined {
  const missing = [];
  if (!inPath("etcd")) missing.push("etcd (Debian: apt-get install etcd-server)");
  if (!inPath("go") && !isBuilt()) missing.push("Go, with access to its module proxy");
  return missing.length > 0 ? `there is no ${missing.join(", and no ")}` : undefined;
}

/** The programs, built with Go into the cache folder where they are not there yet: ten minutes on two cores. */
export function findBinaries(): Binaries {
  const stages = join(CACHE, "stages.yaml");
  if (!isBuilt()) {
    process.stderr.write(`No Kubernetes ${KUBERNETES} in ${CACHE}: building it with Go. This takes some minutes.\n`);
    mkdirSync(CACHE, { recursive: true });
    buildKubernetes();
    go(CACHE, "install", `sigs.k8s.io/kwok/cmd/kwok@${KWOK}`);
    writeFileSync(stages, readStages());
  }
  const program = (name: string) => join(CACHE, name);
  return {
    etcd: inPath("etcd") as string,
    "kube-apiserver": program("kube-apiserver"),
    "kube-controller-manager": program("kube-controller-manager"),
    "kube-scheduler": program("kube-scheduler"),
    kwok: program("kwok"),
    stages,
  };
}

const isBuilt = () => [...KUBERNETES_PROGRAMS, "kwok", "stages.yaml"].every((name) => existsSync(join(CACHE, name)));

const inPath = (name: string) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** Kubernetes is not made to be installed by name: its parts are replaced by the modules that they are published as. */
function buildKubernetes(): void {
  const module = mkdtempSync(join(tmpdir(), "climb-kubernetes-"));
  try {
    const { Dir } = JSON.parse(go(module, "mod", "download", "-json", `k8s.io/kubernetes@v${KUBERNETES}`)) as {
      Dir: string;
    };
    const parts = [...readFileSync(join(Dir, "go.mod"), "utf8").matchAll(/^\s+(k8s\.io\/\S+) => \.\/staging/gm)];
    const replaced = parts.map(([, part]) => `\t${part} => ${part} v${KUBERNETES.replace(/^1/, "0")}`);
    const imports = KUBERNETES_PROGRAMS.map((name) => `\t_ "k8s.io/kubernetes/cmd/${name}"`);
    writeFileSync(
      join(module, "go.mod"),
      `module cluster\n\ngo 1.23.0\n\nrequire k8s.io/kubernetes v${KUBERNETES}\n\nreplace (\n${replaced.join("\n")}\n)\n`,
    );
    writeFileSync(
      join(module, "tools.go"),
      `//go:build tools\n\npackage tools\n\nimport (\n${imports.join("\n")}\n)\n`,
    );
    go(module, "mod", "tidy", "-e");
    const [major, minor] = KUBERNETES.split(".");
    const version = "-X k8s.io/component-base/version.git";
    const flags = `-s -w ${version}Version=v${KUBERNETES} ${version}Major=${major} ${version}Minor=${minor}`;
    for (const name of KUBERNETES_PROGRAMS) {
      process.stderr.write(`${name} …\n`);
      const out = join(CACHE, name);
      go(module, "build", "-p", "2", "-trimpath", "-ldflags", flags, "-o", out, `k8s.io/kubernetes/cmd/${name}`);
    }
  } finally {
    rmSync(module, { recursive: true, force: true });
  }
}

function readStages(): string {
  const { Dir } = JSON.parse(go(CACHE, "mod", "download", "-json", `sigs.k8s.io/kwok@${KWOK}`)) as { Dir: string };
  return STAGES.flatMap((stage) => {
    const folder = join(Dir, "kustomize", "stage", stage);
    const files = readdirSync(folder).filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml");
    return files.map((name) => readFileSync(join(folder, name), "utf8"));
  }).join("\n---\n");
}

/** @throws Error with Go's last words */
function go(cwd: string, ...args: string[]): string {
  const env = { ...process.env, GOBIN: CACHE, GOFLAGS: "-mod=mod" };
  const { status, stdout, stderr, error } = spawnSync("go", args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status === 0) return stdout;
  throw new Error(`go ${args.join(" ")}\n${error?.message ?? stderr.slice(-3000)}`);
}
