// Regenerates the code that is derived from .proto files: proto/gen from the contracts, shared/onnx/gen from the part of
// the ONNX format that is written here. `--check` only says whether they are current.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const root = new URL("../", import.meta.url).pathname;
const check = process.argv.includes("--check");
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}` };

const stale = [...generate("proto", describe), ...generate("shared/onnx", () => {})];
if (check && stale.length > 0) {
  console.error(`generated code is stale (${stale.join(", ")}). Run: npm run generate`);
  process.exit(1);
}

/** Generates a folder's code, beside it for a check; returns the names of generated files that are not current. */
function generate(folder, finish) {
  const cwd = join(root, folder);
  const out = check ? mkdtempSync(join(tmpdir(), "climb-proto-")) : cwd;
  const buf = (...args) => execFileSync("buf", args, { cwd, stdio: "inherit", env });
  buf("generate", "--output", out);
  finish(buf, join(out, "gen"));
  const names = check ? differences(join(out, "gen"), join(cwd, "gen")) : [];
  if (check) rmSync(out, { recursive: true });
  return names.map((name) => join(folder, "gen", name));
}

/** Writes the contracts' descriptors, and has every message get its functions from them. */
function describe(buf, gen) {
  buf("build", "--exclude-source-info", "--output", join(gen, "image.binpb"));
  // Rules are read from the descriptors, so their types need no TypeScript; a field mask is an array of paths.
  for (const types of ["buf", "google/protobuf/descriptor.ts", "google/protobuf/field_mask.ts"])
    rmSync(join(gen, types), { recursive: true });
  for (const name of filesOf(gen).filter((path) => path.endsWith(".ts"))) {
    const path = join(gen, name);
    writeFileSync(path, withFunctions(readFileSync(path, "utf8"), relative(join("gen", dirname(name)), "src")));
  }
}

/**
 * Replaces constants by functions: for each message ts-proto writes a constant with the message's full name, from which `messageFns`
 * makes encode, decode and the like, so that they are not written out again for each of 260 messages.
 */
function withFunctions(text, src) {
  const constants =
    /^export const (\w+): MessageFns<\s*\w+,\s*"([\w.]+)"\s*> =\s*\{\s*\$type: "[\w.]+" as const,?\s*\};\n/gm;
  const mapEntries = /^export const \w+: MessageFns<\w+> = messageFns\("[\w.]+\.[A-Z]\w*\.\w+Entry"\);\n\n?/gm;
  const type = /\n(?:export )?interface MessageFns<T, V extends string> \{[^}]*\}\n/;
  // Options of our own are read from the descriptors (src/access.ts), where they have their names.
  const ownOptions = /options: \{\s*(?:(idempotencyLevel: "\w+"),?\s*)?_unknownFields: \{[^{}]*\},?\s*\}/g;
  const changed = text
    .replace(ownOptions, (_, known) => (known ? `options: { ${known} }` : "options: {}"))
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
