// Copies what a service needs to run, and nothing else, into a folder that looks like the repository: its compiled code,
// the workspaces and packages that it imports, directly or not. For the images: `node scripts/service-files.mjs clustering /out`.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const [service = "", out = ""] = process.argv.slice(2);
const NAMES = ["embedding", "clustering", "proxy-training", "predictor", "search-coordinator"];
if (!NAMES.includes(service) || !out) {
  console.error(
    `the service is '${service}' and the folder '${out}'; expected one of ${NAMES.join(", ")}, and a folder`,
  );
  process.exit(1);
}

/** Types, maps and sources are for who develops; tests are compiled beside what they test. */
const UNUSED = /\.(d\.[cm]?ts|[cm]?ts|map|md|markdown|flow|tsbuildinfo|cc|h|gyp)$|\.test\.[a-z]+$/;
/** ONNX Runtime brings the libraries of every platform, some 240 MB. */
const OTHER_PLATFORM = new RegExp(`^bin/[^/]+/(?!${process.platform}($|/${process.arch}($|/)))[^/]`);
const IN_WORKSPACES = /^(src|fixtures|clients|examples|dist\/(testing|fixtures))$/;

const added = new Set();

/** Adds a package and, after it, what it depends on. @param folder as it is found, perhaps a link to a workspace */
function add(folder) {
  if (added.has(folder)) return;
  added.add(folder);
  const real = realpathSync(folder);
  const place = (path) => join(out, relative(root, path));
  if (lstatSync(folder).isSymbolicLink()) {
    mkdirSync(dirname(place(folder)), { recursive: true });
    symlinkSync(readlinkSync(folder), place(folder));
    return add(real);
  }
  const manifest = JSON.parse(readFileSync(join(real, "package.json"), "utf8"));
  const isWorkspace = !relative(root, real).split(sep).includes("node_modules");
  const isWanted = (path) => {
    const inside = relative(real, path);
    if (inside === "") return true;
    if (inside.split(sep).includes("node_modules")) return false;
    if (isWorkspace && IN_WORKSPACES.test(inside)) return false;
    if (manifest.name === "onnxruntime-node" && OTHER_PLATFORM.test(inside)) return false;
    return lstatSync(path).isDirectory() || !UNUSED.test(inside);
  };
  cpSync(real, place(real), { recursive: true, filter: isWanted });
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const found = find(name, real);
    // Of optional packages only those of this platform are there, but of both C libraries; the images have glibc.
    if (found && !name.endsWith("-musl")) add(found);
    else if (name in dependencies) throw new Error(`${manifest.name} needs ${name}, which is not installed`);
  }
}

/** Where Node finds a package from a folder. */
function find(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (relative(root, folder) === "" || folder === dirname(folder)) return undefined;
  }
}

add(join(root, "services", service));
for (const file of ["package.json", "LICENSE"]) cpSync(join(root, file), join(out, file));
