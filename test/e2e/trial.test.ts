import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestCa, startNatsServer, startServices, temporaryDirectory } from "@climb/testkit";
import { expect, it } from "vitest";
import { climb } from "./processes.js";

const TRIAL = fileURLToPath(new URL("../../services/search-coordinator/dist/trial/main.js", import.meta.url));

async function trial(env: Record<string, string>, ...args: string[]): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [TRIAL, ...args], { env: { ...process.env, ...env } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, "close");
  return { code, said };
}

it("a release is tried by a tiny search through all five services, as services call each other, and nothing is left of it", async () => {
  await using folder = await temporaryDirectory();
  await using nats = await startNatsServer();
  await mkdir(join(folder.path, "tls"));
  const ca = await createTestCa("ca");
  const files = await ca.write(join(folder.path, "tls"), "climb-service");
  const policy = join(folder.path, "policy");
  await writeFile(policy, "cert:climb-service * worker\n");
  const env = {
    CLIMB_NATS_URL: nats.url,
    CLIMB_ARTIFACTS_URL: `file://${join(folder.path, "artifacts")}`,
    CLIMB_TLS_CERT: files.cert,
    CLIMB_TLS_KEY: files.key,
    CLIMB_TLS_CA: files.ca,
    CLIMB_TLS_CLIENTS: "verified",
    CLIMB_AUTH_POLICY: policy,
  };
  await using services = await startServices(env);
  const asService = { ...env, CLIMB_SEARCH_ADDRESS: services.address };
  const { code, said } = await trial(asService);
  expect(code, said + Object.values(services.logs).join("\n")).toBe(0);
  expect(said).toContain("training proxies");
  expect(said.match(/^d\d+ .+: [\d.]+$/gm)?.length).toBe(4);
  const access = ["--tls-ca", files.ca, "--tls-cert", files.cert, "--tls-key", files.key];
  const left = await climb(["--address", services.address, ...access, "search", "list", "--json"]).finished;
  expect(left, left.stderr).toMatchObject({ code: 0, stdout: expect.not.stringContaining("trial") });

  const late = await trial(asService, "--wait=2");
  expect(late).toMatchObject({ code: 1, said: expect.stringContaining("no answer") });
});
