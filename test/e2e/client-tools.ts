import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const clients = join(root, "proto/clients");
const run = promisify(execFile);

/** How a client's example is started, or a sentence why it cannot be on this machine. */
export type Prepared = { command: string; args: string[] } | { missing: string };

/** The TypeScript client as npm packs it, in a folder with nothing else of the repository beside its example. */
export async function prepareTypeScript(folder: string): Promise<Prepared> {
  const modules = join(folder, "node_modules");
  const packed = join(folder, "packed");
  mkdirSync(packed, { recursive: true });
  await run("npm", ["pack", "--pack-destination", packed, "-w", "@climb/proto", "-w", "@climb/client"], { cwd: root });
  for (const file of readdirSync(packed)) {
    const unpacked = join(modules, "@climb", /climb-(\w+)-/.exec(file)?.[1] ?? "");
    mkdirSync(unpacked, { recursive: true });
    await run("tar", ["-xzf", join(packed, file), "-C", unpacked, "--strip-components", "1"]);
  }
  // What the two packages say that npm shall install beside them.
  for (const name of ["@bufbuild/protobuf", "@grpc/grpc-js", "nice-grpc", "p-retry"]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  cpSync(join(clients, "typescript/examples"), join(folder, "examples"), { recursive: true });
  return { command: process.execPath, args: [join(folder, "examples/search.mjs")] };
}

/** The Python client as pip installs it into an environment of its own, which is kept under .cache. */
export async function preparePython(): Promise<Prepared> {
  const environment = join(root, ".cache/clients/python-test");
  const python = join(environment, "bin/python");
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  try {
    if (!existsSync(python)) await run("python3", ["-m", "venv", environment]);
    await run(python, [
      ...pip,
      "hatchling",
      "grpcio>=1.76.0",
      "protobuf>=6.31.1,<8",
      "googleapis-common-protos>=1.70.0",
    ]);
  } catch (error) {
    return { missing: `python3 with venv and grpcio cannot be had here: ${firstLine(error)}` };
  }
  // Everything that it needs is there: if this fails, the package is at fault.
  const built = ["--no-build-isolation", "--no-index", "--force-reinstall", "--no-deps"];
  await run(python, [...pip, ...built, join(clients, "python")]);
  return { command: python, args: [join(clients, "python/examples/search.py")] };
}

/** The Go client's example, compiled. */
export async function prepareGo(folder: string): Promise<Prepared> {
  const cwd = join(clients, "go");
  try {
    await run("go", ["mod", "download"], { cwd });
  } catch (error) {
    return { missing: `go 1.24 and the client's modules cannot be had here: ${firstLine(error)}` };
  }
  const command = join(folder, "search");
  await run("go", ["vet", ".", "./examples/..."], { cwd });
  await run("go", ["build", "-o", command, "./examples/search"], { cwd });
  return { command, args: [] };
}

function firstLine(error: unknown): string {
  return (error as Error).message.split("\n")[0] ?? "";
}
