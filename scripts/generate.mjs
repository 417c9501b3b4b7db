// Regenerates what is derived from the contracts: proto/gen. `--check` only says whether it is current.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const proto = new URL("../proto/", import.meta.url).pathname;
const check = process.argv.includes("--check");
const out = check ? mkdtempSync(join(tmpdir(), "climb-proto-")) : proto;

const env = { ...process.env, PATH: `${join(proto, "../node_modules/.bin")}:${process.env.PATH}` };
const buf = (...args) => execFileSync("buf", args, { cwd: proto, stdio: "inherit", env });
buf("generate", "--output", out);
buf("build", "--exclude-source-info", "--output", join(out, "gen", "image.binpb"));
for (const name of filesOf(join(out, "gen")).filter((path) => path.endsWith(".ts"))) {
  const path = join(out, "gen", name);
  writeFileSync(path, withFunctions(readFileSync(path, "utf8"), relative(join("gen", dirname(name)), "src")));
}

if (check) {
  const stale = differences(join(out, "gen"), join(proto, "gen"));
  rmSync(out, { recursive: true });
  if (stale.length > 0) {
    console.error(`proto/gen is stale (${stale.join(", ")}). Run: npm run generate`);
    process.exit(1);
  }
}

/**
 * Gives every message its functions: ts-proto writes a constant with the message's full name, from which `messageFns`
 * makes encode, decode and the like, so that they are not written out again for each of 260 messages.
 */
function withFunctions(text, src) {
  const constants =
    /^export const (\w+): MessageFns<\s*\w+,\s*"([\w.]+)"\s*> =\s*\{\s*\$type: "[\w.]+" as const,?\s*\};\n/gm;
  const mapEntries = /^export const \w+: MessageFns<\w+> = messageFns\("[\w.]+\.[A-Z]\w*\.\w+Entry"\);\n\n?/gm;
  const type = /\n(?:export )?interface MessageFns<T, V extends string> \{[^}]*\}\n/;
  const changed = text
    .replace(constants, 'export const $1: MessageFns<$1> = messageFns("$2");\n')
    .replace(mapEntries, "")
    .replace(type, "");
  if (changed === text) return text;
  return changed.replace(
    "/* eslint-disable */\n",
    `/* eslint-disable */\nimport { type MessageFns, messageFns } from "${src}/message.js";\n`,
  );
}

function filesOf(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}

/** Names of the files that are not equal on both sides. */
function differences(left, right) {
  const names = new Set([...filesOf(left), ...filesOf(right)]);
  const read = (root, name) => {
    try {
      return readFileSync(join(root, name));
    } catch {
      return Buffer.alloc(0);
    }
  };
  return [...names].filter((name) => !read(left, name).equals(read(right, name)));
}
