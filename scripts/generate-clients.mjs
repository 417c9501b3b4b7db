// Generates proto/clients/python/gen and proto/clients/go/gen from the contracts. Fetches the pinned generators into .cache
// with pip and go, so it needs python3, go and their registries; who only uses the clients needs none of this.
// `--check` says whether they were generated from the contracts as they are now, and needs nothing.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

// grpcio-tools decides which protobuf and grpcio a user needs at least: see pyproject.toml. This one still has Python 3.9.
const PYTHON_TOOLS = ["grpcio-tools==1.76.0", "mypy-protobuf==3.7.0", "setuptools==80.9.0"];
const GO_TOOLS = [
  "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.11",
  "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2",
];

const root = new URL("../", import.meta.url).pathname;
const clients = join(root, "proto/clients");
const digestFile = join(clients, "contracts.sha256");
const scratch = mkdtempSync(join(tmpdir(), "climb-clients-"));
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}` };
const run = (command, args, more = {}) => execFileSync(command, args, { stdio: "inherit", env: { ...env, ...more } });

try {
  const digest = createHash("sha256").update(contracts("--exclude-source-info")).digest("hex");
  if (process.argv.includes("--check")) {
    const found = existsSync(digestFile) ? readFileSync(digestFile, "utf8").trim() : "nothing";
    if (found !== digest) {
      console.error(
        `the clients were generated from other contracts (${found}, now ${digest}). Run: npm run generate:clients`,
      );
      process.exitCode = 1;
    }
  } else {
    const image = join(scratch, "contracts.binpb");
    writeFileSync(image, contracts());
    generatePython(image);
    generateGo(image);
    writeFileSync(digestFile, `${digest}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}

/**
 * The contracts' descriptors as bytes, without the options that only servers execute: a client would have to bring the
 * packages that define them, and could not live beside another version of these.
 */
function contracts(...flags) {
  const built = join(scratch, "built.binpb");
  execFileSync("buf", ["build", "--as-file-descriptor-set", ...flags, "--output", built], {
    cwd: join(root, "proto"),
    env,
  });
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(built));
  set.file = set.file.filter(({ name }) => /^(climb|google\/protobuf)\//.test(name));
  for (const file of set.file) {
    const kept = file.dependency.filter((name) => !name.startsWith("buf/"));
    if (file.publicDependency.length + file.weakDependency.length > 0) throw new Error(`${file.name}: public import`);
    file.dependency = kept;
    dropExtensions(file);
  }
  return toBinary(FileDescriptorSetSchema, set);
}

/** Extensions of options are fields that the descriptors' own schema does not know. */
function dropExtensions(described) {
  if (described === null || typeof described !== "object" || ArrayBuffer.isView(described)) return;
  if (described.$typeName?.endsWith("Options")) delete described.$unknown;
  for (const part of Object.values(described)) dropExtensions(part);
}

function generatePython(image) {
  const venv = join(root, ".cache/clients/python");
  const python = join(venv, "bin/python");
  if (!existsSync(python)) run("python3", ["-m", "venv", venv]);
  run(python, ["-m", "pip", "install", "--quiet", ...PYTHON_TOOLS]);
  const gen = emptied(join(clients, "python/gen"));
  const protoc = (outputs, files) =>
    run(
      python,
      ["-m", "grpc_tools.protoc", `--descriptor_set_in=${image}`, ...outputs.map((out) => `--${out}=${gen}`), ...files],
      {
        PATH: `${join(venv, "bin")}:${env.PATH}`,
      },
    );
  const { file } = fromBinary(FileDescriptorSetSchema, readFileSync(image));
  const ours = file.filter(({ name }) => name.startsWith("climb/"));
  const namesOf = (files) => files.map(({ name }) => name);
  protoc(["python_out", "pyi_out"], namesOf(ours));
  protoc(["grpc_python_out", "mypy_grpc_out"], namesOf(ours.filter(({ service }) => service.length > 0)));
  writeFileSync(join(gen, "climb/py.typed"), "");
}

function generateGo(image) {
  const bin = join(root, ".cache/clients/bin");
  for (const tool of GO_TOOLS) run("go", ["install", tool], { GOBIN: bin });
  emptied(join(clients, "go/gen"));
  run(
    "buf",
    [
      "generate",
      image,
      "--template",
      join(clients, "go/buf.gen.yaml"),
      "--path",
      "climb",
      "--output",
      join(clients, "go"),
    ],
    {
      PATH: `${bin}:${env.PATH}`,
    },
  );
}

function emptied(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
