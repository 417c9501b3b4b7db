// hnswlib-node ships no prebuilt binary and node-gyp wants to fetch Node's headers from the network.
// Compiling its one source file against the headers that npm has just installed needs neither.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const root = dirname(require.resolve("hnswlib-node/package.json"));
const addon = join(root, "build", "Release", "addon.node");

if (!existsSync(addon)) {
  mkdirSync(dirname(addon), { recursive: true });
  const { include_dir: nodeApi } = require("node-api-headers");
  const addonApi = dirname(require.resolve("node-addon-api/package.json"));
  const flags = "-std=c++17 -O3 -fPIC -w -shared -DNAPI_DISABLE_CPP_EXCEPTIONS -DNAPI_VERSION=8".split(" ");
  const compiler = process.env.CXX ?? "c++";
  const { status, error } = spawnSync(
    compiler,
    [...flags, `-I${nodeApi}`, `-I${addonApi}`, join(root, "src", "addon.cc"), "-o", addon],
    { stdio: "inherit" },
  );
  if (status !== 0) {
    // Near-duplicate search is the only user; everything else must still install.
    console.warn(
      `hnswlib-node was not compiled (${error?.message ?? `${compiler} ended with ${status}`}). ` +
        "Near-duplicate search will be unavailable. Install a C++ compiler (Debian: apt-get install g++) and run: npm run postinstall",
    );
  }
}
