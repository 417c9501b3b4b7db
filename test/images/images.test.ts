import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startNatsServer, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { climb } from "../e2e/processes.js";
import { librariesImage, nodeImage } from "./bases.js";
import { buildah, run, startInContainer, whyNotHere } from "./buildah.js";

const SERVICES = {
  embedding: "CLIMB_EMBEDDING_ADDRESS",
  clustering: "CLIMB_CLUSTERING_ADDRESS",
  "proxy-training": "CLIMB_TRAINING_ADDRESS",
  predictor: "CLIMB_PREDICTOR_ADDRESS",
  "search-coordinator": "CLIMB_SEARCH_ADDRESS",
} as const;
type Service = keyof typeof SERVICES;
const NAMES = Object.keys(SERVICES) as Service[];
const MOST_BYTES = 250e6;

const reason = whyNotHere();
if (reason) process.stderr.write(`No images are built here: ${reason}.\n`);

describe.skipIf(reason)(
  "the five images, built from the Dockerfile on bases of Debian's packages and npm's Node",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "climb-images-"));
    const containers = new Map<Service, string>();
    const running: ChildProcess[] = [];
    const image = (service: Service) => `localhost/climb/${service}:test`;
    const rootOf = new Map<Service, string>();

    beforeAll(() => {
      // Debian's buildah looks for a stage by a name that it has not filled in; and the stages on GPUs come from elsewhere.
      const whole = readFileSync("Dockerfile", "utf8");
      const onCpus = whole
        .replace(/FROM build AS build-cuda12\n[\s\S]*?\n\n/, "")
        .replace(/FROM \S+ AS base-cuda\n/, "")
        .replace(/^FROM (build|base)-\$\{(VARIANT|BASE)\}/gm, "FROM $1-cpu");
      expect(onCpus.length).toBeLessThan(whole.length);
      const file = join(folder, "Dockerfile");
      writeFileSync(file, onCpus);
      const bases = ["--build-arg", `NODE_IMAGE=${nodeImage()}`, "--build-arg", `CPU_IMAGE=${librariesImage()}`];
      for (const service of NAMES) {
        const own = ["--build-arg", `SERVICE=${service}`, "--tag", image(service)];
        buildah("build", "--layers", "--pull-never", "--file", file, ...bases, ...own, ".");
        containers.set(service, buildah("from", "--pull-never", image(service)));
        rootOf.set(service, buildah("mount", containers.get(service) as string));
      }
    });
    afterAll(async () => {
      await Promise.all(running.map(stop));
      for (const container of containers.values()) buildah("rm", container);
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(NAMES)(
      "%s is small, has no shell and no compiler, runs as nobody in particular, and lists what it is made of",
      (service) => {
        const root = rootOf.get(service) as string;
        const bytes = Number(run("du", ["--summarize", "--bytes", "--one-file-system", root]).split("\t")[0]);
        process.stderr.write(`${service}: ${(bytes / 1e6).toFixed(0)} MB\n`);
        expect(bytes).toBeLessThan(MOST_BYTES);
        const programs = run("find", [
          root,
          "-type",
          "f",
          "-perm",
          "/111",
          "-regex",
          // Emacs's syntax, in which a plus repeats.
          ".*/\\(sh\\|bash\\|dash\\|cc1[^/]*\\|[cg][+][+][^/]*\\|gcc[^/]*\\|npm\\)",
        ]);
        expect(programs).toBe("");
        const { OCIv1 } = JSON.parse(buildah("inspect", "--type", "image", image(service))) as {
          OCIv1: { config: { User: string; Cmd: string[]; WorkingDir: string } };
        };
        expect(OCIv1.config).toMatchObject({
          User: "1000:1000",
          Cmd: ["node", "dist/main.js"],
          WorkingDir: `/climb/services/${service}`,
        });
        // What the process may write is what it is given, artifacts and a cache; Debian's sticky folders for scratch files aside.
        const writable = run("find", [
          root,
          "-type",
          "d",
          "(",
          "-user",
          "1000",
          "-o",
          "-perm",
          "-002",
          "!",
          "-perm",
          "-1000",
          ")",
          "-printf",
          "%P\n",
        ]);
        expect(writable.split("\n").sort()).toEqual(["var/cache/climb", "var/lib/climb", "var/lib/climb/artifacts"]);
        const sbom = JSON.parse(readFileSync(join(root, "climb/sbom.cdx.json"), "utf8")) as {
          bomFormat: string;
          components: { name: string }[];
        };
        expect(sbom.bomFormat).toBe("CycloneDX");
        expect(sbom.components.map(({ name }) => name)).toContain("@grpc/grpc-js");
        const platforms = run("find", [
          root,
          "-path",
          "*/onnxruntime-node/bin/*",
          "-name",
          "*.node",
          "-printf",
          "%h\n",
        ]);
        expect(platforms.split("\n").filter((path) => path && !path.endsWith("linux/x64"))).toEqual([]);
      },
    );

    it("together with a nats-server carry a search to its end", async () => {
      await using nats = await startNatsServer();
      const artifacts = join(folder, "artifacts");
      mkdirSync(artifacts);
      chownSync(artifacts, 1000, 1000);
      chmodSync(folder, 0o755);
      const addresses: Record<string, string> = {};
      for (const service of NAMES) addresses[SERVICES[service]] = `127.0.0.1:${await freePort()}`;
      await Promise.all(
        NAMES.map(async (service) => {
          const address = addresses[SERVICES[service]] as string;
          const env = { ...addresses, CLIMB_LISTEN: address, CLIMB_NATS_URL: nats.url };
          const child = startInContainer(
            containers.get(service) as string,
            { ...env, CLIMB_ARTIFACTS_URL: "file:///var/lib/climb/artifacts", CLIMB_CORPUS_ROOTS: folder },
            [`${artifacts}:/var/lib/climb/artifacts`, `${folder}:${folder}:ro`],
          );
          running.push(child);
          await serving(service, child);
        }),
      );
      const search = writeSmallSearch(join(folder, "input"), 20_000);
      const out = join(folder, "out");
      const { code, stderr } = await climb([
        "--address",
        addresses.CLIMB_SEARCH_ADDRESS as string,
        "run",
        search,
        "--out",
        out,
      ]).finished;
      expect(code, stderr).toBe(0);
      const mixture = JSON.parse(readFileSync(join(out, "mixture.json"), "utf8")) as Record<string, unknown>;
      expect(mixture).toHaveProperty("domains");

      // As `helm test` tries a release.
      const own = buildah("from", "--pull-never", image("search-coordinator"));
      const trial = startInContainer(
        own,
        { ...addresses, CLIMB_NATS_URL: nats.url },
        [],
        ["node", "dist/trial/main.js"],
      );
      let said = "";
      trial.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const [ended] = await once(trial, "close");
      buildah("rm", own);
      expect(ended, said).toBe(0);
    });
  },
);

/** Resolves when a service says that it serves. @throws Error with what it said if it ends before */
async function serving(service: string, child: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('"msg":"serving"')) resolve();
    });
    child.once("exit", (code) => reject(new Error(`${service} ended with code ${code}: ${said}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  // buildah and what it runs are a group of their own.
  process.kill(-child.pid, "SIGKILL");
  await ended;
}
