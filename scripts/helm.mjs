// Finds helm and renders the chart: what `npm run render` and the chart's tests share.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const VERSION = "v3.18.6";
const BUILD_LIMIT_MS = 10 * 60_000;
const root = fileURLToPath(new URL("../", import.meta.url));

/** Every helm asks as if for this cluster, so that all of them render the same. */
export const KUBE_VERSION = "1.30.0";

/** The sets of values in helm/climb/ci, each with its committed render in k8s/rendered. */
export const VALUE_SETS = ["minimal", "production", "gpu", "s3", "mtls"];

/**
 * The path of a helm: CLIMB_HELM, PATH, the cache folder; else one is built with Go into the cache folder.
 * @param {Record<string, string | undefined>} env
 * @returns {string}
 * @throws Error what is missing and how to install it
 */
export function findHelm(env = process.env) {
  if (env.CLIMB_HELM) {
    if (existsSync(env.CLIMB_HELM)) return env.CLIMB_HELM;
    throw new Error(`CLIMB_HELM is ${env.CLIMB_HELM}, where there is no file; expected the path of a helm 3 binary`);
  }
  const cache = join(env.HOME ?? homedir(), ".cache", "climb", "bin");
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const find = (name, places) => places.map((place) => join(place, name)).find((path) => existsSync(path));
  return find("helm", [...folders, cache]) ?? buildHelm(find("go", folders), cache, env);
}

function buildHelm(go, cache, env) {
  const wish =
    "Install helm 3 (https://helm.sh/docs/intro/install), or Go 1.24 or later with access to its module proxy.";
  if (!go) throw new Error(`The chart needs helm, and neither helm nor Go is here. ${wish}`);
  process.stderr.write(
    `No helm on this machine: building ${VERSION} with Go into ${cache}. This takes some minutes.\n`,
  );
  const { status, error, stderr } = spawnSync(go, ["install", `helm.sh/helm/v3/cmd/helm@${VERSION}`], {
    env: { ...env, GOBIN: cache, GOFLAGS: "-mod=mod" },
    timeout: BUILD_LIMIT_MS,
    encoding: "utf8",
  });
  if (status === 0) return join(cache, "helm");
  const last = (stderr ?? "").trim().split("\n").at(-1) || error?.message;
  const reason = error?.code === "ETIMEDOUT" ? "was not done in ten minutes" : `failed: ${last}`;
  throw new Error(`The chart needs helm, and building it with Go ${reason}. ${wish}`);
}

/**
 * Runs helm in the repository and returns what it printed.
 * @param {string[]} args
 * @returns {string}
 * @throws Error helm's message
 */
export function helm(...args) {
  try {
    return execFileSync(findHelm(), args, { cwd: root, encoding: "utf8", stdio: "pipe", maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    if (error.stderr === undefined) throw error;
    throw new Error(`helm ${args[0]}: ${error.stdout}${error.stderr}`);
  }
}

/**
 * The chart's manifests for a file of values.
 * @param {string} valuesFile path from the repository's root
 * @param {...string} args further arguments of `helm template`
 * @returns {string}
 */
export function render(valuesFile, ...args) {
  const common = ["--namespace", "climb", "--kube-version", KUBE_VERSION, "--values", valuesFile];
  return helm("template", "climb", "helm/climb", ...common, ...args);
}

/** @param {string} set one of VALUE_SETS */
export const valuesOf = (set) => `helm/climb/ci/${set}-values.yaml`;
/** @param {string} set one of VALUE_SETS */
export const renderedOf = (set) => `k8s/rendered/${set}.yaml`;
