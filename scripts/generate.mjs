// Regenerates what is derived from the contracts: proto/gen. `--check` only says whether it is current.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const proto = new URL("../proto/", import.meta.url).pathname;
const check = process.argv.includes("--check");
const out = check ? mkdtempSync(join(tmpdir(), "climb-proto-")) : proto;

const env = { ...process.env, PATH: `${join(proto, "../node_modules/.bin")}:${process.env.PATH}` };
const buf = (...args) => execFileSync("buf", args, { cwd: proto, stdio: "inherit", env });
buf("generate", "--output", out);
buf("build", "--exclude-source-info", "--output", join(out, "gen", "image.binpb"));

if (check) {
  const stale = differences(join(out, "gen"), join(proto, "gen"));
  rmSync(out, { recursive: true });
  if (stale.length > 0) {
    console.error(`proto/gen is stale (${stale.join(", ")}). Run: npm run generate`);
    process.exit(1);
  }
}

/** Names of the files that are not equal on both sides. */
function differences(left, right) {
  const files = (root) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
  const names = new Set([...files(left), ...files(right)]);
  const read = (root, name) => {
    try {
      return readFileSync(join(root, name));
    } catch {
      return Buffer.alloc(0);
    }
  };
  return [...names].filter((name) => !read(left, name).equals(read(right, name)));
}
