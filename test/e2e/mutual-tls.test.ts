import { readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createTestCa, startNatsServer, startServices, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { expect, it } from "vitest";
import { climb } from "./processes.js";

const PASSWORD = "a password of the test";

it("five processes and a nats-server with TLS on every side find the same mixture, while their certificates are exchanged", async () => {
  await using folder = await temporaryDirectory();
  const at = (...names: string[]) => join(folder.path, ...names);
  const search = writeSmallSearch(at("input"), 20_000);
  const embedded = await climb(["--data-dir", at("embedded"), "run", search, "--out", at("a")]).finished;
  expect(embedded, embedded.stderr).toMatchObject({ code: 0 });

  for (const name of ["tls", "nats"]) await mkdir(at(name));
  // Two CAs: the broker's certificates stay as they are, those of the services are exchanged.
  const broker = await (await createTestCa("broker")).write(at("nats"), "nats");
  writeFileSync(at("nats", "user"), `climb:${PASSWORD}`);
  const tls = ["--tls", "--tlscert", broker.cert, "--tlskey", broker.key, "--tlscacert", broker.ca, "--tlsverify"];
  await using nats = await startNatsServer({ args: [...tls, "--user", "climb", "--pass", PASSWORD] });
  const before = await createTestCa("before");
  const files = await before.write(at("tls"), "climb-service");
  const person = await before.write(at("tls"), "somebody");
  writeFileSync(at("policy"), "cert:climb-service * worker\ncert:somebody sea editor\n");

  await using services = await startServices({
    CLIMB_NATS_URL: nats.url,
    CLIMB_NATS_TLS_CA: broker.ca,
    CLIMB_NATS_TLS_CERT: broker.cert,
    CLIMB_NATS_TLS_KEY: broker.key,
    CLIMB_NATS_CREDENTIALS: `user:${at("nats", "user")}`,
    CLIMB_TLS_CERT: files.cert,
    CLIMB_TLS_KEY: files.key,
    CLIMB_TLS_CA: files.ca,
    CLIMB_TLS_CLIENTS: "verified",
    CLIMB_TLS_RELOAD_MS: "100",
    CLIMB_AUTH_POLICY: at("policy"),
    CLIMB_ARTIFACTS_URL: `file://${at("artifacts")}`,
    CLIMB_CORPUS_ROOTS: folder.path,
  });
  const access = ["--tls-ca", files.ca, "--tls-cert", person.cert, "--tls-key", person.key];
  const running = climb(["--address", services.address, ...access, "run", search, "--out", at("b")]);
  const trains = /"msg":"work begins"/;
  while (!trains.test(services.logs["proxy-training"] ?? "") && running.child.exitCode === null) await sleep(50);
  const after = await createTestCa("after");
  await after.write(at("tls"), "climb-service");
  await after.write(at("tls"), "somebody");

  const distributed = await running.finished;
  const logs = Object.values(services.logs).join("\n");
  expect(distributed, distributed.stderr + logs).toMatchObject({ code: 0 });
  for (const said of Object.values(services.logs)) expect(said).toContain("new certificates are in use");
  // A project's ids are its own; all else is the same, bit for bit.
  const [a, b] = ["a", "b"].map((name) => {
    const { provenance, ...mixture } = JSON.parse(readFileSync(at(name, "mixture.json"), "utf8"));
    const { question, domainSetId, tokenSetId, ...same } = provenance;
    expect([question, domainSetId, tokenSetId].every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    return { ...mixture, provenance: same };
  });
  expect(b).toEqual(a);

  // Who has nothing to show is not let in.
  const bare = climb(["--address", services.address, "--tls-ca", files.ca, "--patience", "0", "search", "list"]);
  expect((await bare.finished).code).not.toBe(0);
});
