import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { createClient, createLogger, implement, openTls, serveRpc, type TlsConfig } from "@climb/runtime";
import { expect, it } from "vitest";
import { createTestCa } from "./certificates.js";
import { temporaryDirectory } from "./temporary-directory.js";

const logger = createLogger({ service: "test", level: "silent" });
const GONE = { reason: "PEER_UNREACHABLE" };

/** A store that answers with what it was asked for, and a download that lasts until `release`. */
async function serve(config: TlsConfig) {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const service = implement(StoreServiceDefinition, {
    getUpload: async () => ({ offset: 7n, artifact: undefined }),
    async *download() {
      yield { data: Buffer.from("first") };
      await released;
      yield { data: Buffer.from("last") };
    },
  });
  const { server: credentials } = openTls(config, logger);
  const server = await serveRpc({ address: "127.0.0.1:0", services: [service], logger, credentials, drainMs: 100 });
  return { address: `localhost:${server.port}`, release, close: () => server.close() };
}

async function offsetBy(address: string, config: TlsConfig): Promise<bigint> {
  const client = createClient(StoreServiceDefinition, address, { credentials: openTls(config, logger).client });
  try {
    return (await client.getUpload({ sha256: "0".repeat(64) }, { timeoutMs: 10_000 })).offset;
  } finally {
    client.close();
  }
}

it("calls by TLS, and knows nobody by another CA or in plain text", async () => {
  await using folder = await temporaryDirectory();
  const files = await (await createTestCa()).write(folder.path, "embedding");
  const server = await serve({ CLIMB_TLS_CERT: files.cert, CLIMB_TLS_KEY: files.key });
  expect(await offsetBy(server.address, { CLIMB_TLS_CA: files.ca })).toBe(7n);
  await expect(offsetBy(server.address, {})).rejects.toMatchObject(GONE);
  await expect(offsetBy(server.address, { CLIMB_TLS_CA: "system" })).rejects.toMatchObject(GONE);
  await server.close();
});

it("takes only clients with a certificate of the CA where they are to be verified", async () => {
  await using folder = await temporaryDirectory();
  await using strangers = await temporaryDirectory();
  const files = await (await createTestCa()).write(folder.path, "embedding");
  const other = await (await createTestCa()).write(strangers.path, "embedding");
  const [CLIMB_TLS_CERT, CLIMB_TLS_KEY, CLIMB_TLS_CA] = [files.cert, files.key, files.ca];
  const server = await serve({ CLIMB_TLS_CERT, CLIMB_TLS_KEY, CLIMB_TLS_CA, CLIMB_TLS_CLIENTS: "verified" });
  expect(await offsetBy(server.address, { CLIMB_TLS_CERT, CLIMB_TLS_KEY, CLIMB_TLS_CA })).toBe(7n);
  await expect(offsetBy(server.address, { CLIMB_TLS_CA })).rejects.toMatchObject(GONE);
  const stranger = { CLIMB_TLS_CERT: other.cert, CLIMB_TLS_KEY: other.key, CLIMB_TLS_CA };
  await expect(offsetBy(server.address, stranger)).rejects.toMatchObject(GONE);
  await server.close();
});

it("goes over to new certificates of a new CA while a call is under way, which ends well", async () => {
  await using folder = await temporaryDirectory();
  const files = await (await createTestCa("before")).write(folder.path, "embedding");
  const config: TlsConfig = {
    CLIMB_TLS_CERT: files.cert,
    CLIMB_TLS_KEY: files.key,
    CLIMB_TLS_CA: files.ca,
    CLIMB_TLS_CLIENTS: "verified",
    CLIMB_TLS_RELOAD_MS: 20,
  };
  const server = await serve(config);
  const client = createClient(StoreServiceDefinition, server.address, { credentials: openTls(config, logger).client });
  const download = client.download({ uri: "climb://any" })[Symbol.asyncIterator]();
  expect((await download.next()).value?.data).toEqual(Buffer.from("first"));

  const oldCa = join(folder.path, "old-ca.pem");
  await writeFile(oldCa, await readFile(files.ca));
  await (await createTestCa("after")).write(folder.path, "embedding");
  await sleep(300);
  // Who comes anew needs the new CA, on both sides; who is there stays.
  expect(await offsetBy(server.address, config)).toBe(7n);
  await expect(offsetBy(server.address, { ...config, CLIMB_TLS_CA: oldCa })).rejects.toMatchObject(GONE);
  expect((await client.getUpload({ sha256: "0".repeat(64) })).offset).toBe(7n);
  server.release();
  expect((await download.next()).value?.data).toEqual(Buffer.from("last"));
  expect((await download.next()).done).toBe(true);
  client.close();
  await server.close();
});

it("keeps its certificates while the files on the disk do not fit together", async () => {
  await using folder = await temporaryDirectory();
  const ca = await createTestCa();
  const files = await ca.write(folder.path, "embedding");
  const server = await serve({ CLIMB_TLS_CERT: files.cert, CLIMB_TLS_KEY: files.key, CLIMB_TLS_RELOAD_MS: 20 });
  await writeFile(files.key, (await ca.issue("embedding")).key);
  await sleep(200);
  expect(await offsetBy(server.address, { CLIMB_TLS_CA: files.ca })).toBe(7n);
  const broken = { CLIMB_TLS_CERT: files.cert, CLIMB_TLS_KEY: files.key };
  expect(() => openTls(broken, logger)).toThrow(/embedding\.pem, .*embedding\.key.*expected PEM files that fit/);
  await server.close();
});

it("does not listen beyond loopback in plain text unless it is asked for, and says both ways out", async () => {
  const listen = (insecure: boolean) => serveRpc({ address: "0.0.0.0:0", services: [], logger, insecure });
  await expect(listen(false)).rejects.toThrow(/0\.0\.0\.0:0 in plain text.*CLIMB_TLS_CERT.*CLIMB_INSECURE=true/);
  await (await listen(true)).close();
});
