import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { apiKeyFault, RETRIES } from "@climb/runtime/worker";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Asked, remoteEndpoint } from "../testing/remote-endpoint.js";
import { remoteEmbedder } from "./remote-embedder.js";

const quick = { ...RETRIES, attempts: 4, firstWaitMs: 5 };

/** Rows (length of the text, 4), in reverse: the index and not the place says whose they are. */
function vectors(asked: Asked, response: ServerResponse): void {
  const data = asked.input.map((text, index) => ({ index, embedding: [text.length, 4] })).reverse();
  response.end(JSON.stringify({ data }));
}

const texts = Array.from({ length: 150 }, (_, i) => "x".repeat(i + 1));
const settings = (address: string) => ({ address, model: "m", concurrency: 3 });
const fail = (response: ServerResponse, status: number, headers = {}) =>
  void response.writeHead(status, headers).end("no");

describe("a remote model", () => {
  it("gives every text its own row of length one, with so many requests at once and no more", async () => {
    let [now, most] = [0, 0];
    const { address, requests } = await remoteEndpoint(async (asked, response) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 20));
      now--;
      vectors(asked, response);
    });
    const done: number[] = [];
    const found = await remoteEmbedder(settings(address), quick).embed(texts, (count) => void done.push(count));
    expect([found.dimensions, requests(), most]).toEqual([2, 5, 3]);
    expect(done.reduce((a, b) => a + b)).toBe(150);
    for (const [i, text] of texts.entries()) {
      expect(found.vectors[2 * i]).toBeCloseTo(text.length / Math.hypot(text.length, 4), 6);
    }
  });

  it("asks again after failures and waits as long as a throttling server wishes", async () => {
    const { address, requests } = await remoteEndpoint((asked, response, request) => {
      if (request === 0) fail(response, 503);
      else if (request === 1) fail(response, 429, { "retry-after": "1" });
      else if (request === 2) response.destroy();
      else vectors(asked, response);
    });
    const started = performance.now();
    const { vectors: found } = await remoteEmbedder(settings(address), quick).embed(["xxxx"]);
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(found[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(requests()).toBe(4);
  });

  it("gives up after the last attempt and names the endpoint and the reason", async () => {
    const { address, requests, close } = await remoteEndpoint((_, response) => fail(response, 500));
    await expect(remoteEmbedder(settings(address), quick).embed(["x"])).rejects.toMatchObject({
      reason: "PEER_UNREACHABLE",
      message: `${address}/v1/embeddings answered with status 500 (no), the last of 4 attempts`,
    });
    expect(requests()).toBe(4);
    close();
    await expect(remoteEmbedder(settings("http://127.0.0.1:1"), quick).embed(["x"])).rejects.toThrow(
      /cannot be reached/,
    );
  });

  it("stops waiting when it is told to", async () => {
    const { address } = await remoteEndpoint((_, response) => fail(response, 429, { "retry-after": "60" }));
    const stop = () => {
      throw new Error("told to stop");
    };
    await expect(remoteEmbedder(settings(address), quick).embed(["x"], stop)).rejects.toThrow("told to stop");
  });

  it.each<[string, (asked: Asked, response: ServerResponse) => unknown, RegExp]>([
    [
      "another length",
      (_, r) => r.end('{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}'),
      /2 va.* 1 as/,
    ],
    ["too few vectors", (_, r) => r.end('{"data":[{"index":0,"embedding":[1]}]}'), /with 1 vectors; expected 2/],
    ["another form", (_, r) => r.end('{"vectors":[]}'), /answered in another form/],
    ["no JSON", (_, r) => r.end("<html>"), /answered with no JSON/],
    ["no such model", (_, r) => fail(r, 404), /answered with status 404 \(no\)/],
  ])("is refused at once when it answers with %s", async (_, answer, message) => {
    const { address, requests } = await remoteEndpoint((asked, response) => void answer(asked, response));
    const asking = remoteEmbedder(settings(address), quick).embed(["x", "y"]);
    await expect(asking).rejects.toMatchObject({ reason: "MODEL_UNKNOWN", message: expect.stringMatching(message) });
    expect(requests()).toBe(1);
  });
});

describe("the API key of a remote model", () => {
  const secret = "sk-a-secret";
  const open = { hosts: [], guarded: false };
  afterEach(() => vi.unstubAllEnvs());

  it("is the operator's, found by its name in a variable or in a file", async () => {
    const shown: (string | undefined)[] = [];
    const { address } = await remoteEndpoint((asked, response) => {
      shown.push(response.req.headers.authorization);
      vectors(asked, response);
    });
    vi.stubEnv("CLIMB_EMBEDDER_KEY_MY_KEY", secret);
    await remoteEmbedder({ ...settings(address), apiKey: "my-key" }, quick).embed(["a"]);
    const file = join(mkdtempSync(join(tmpdir(), "climb-key-")), "key");
    writeFileSync(file, "another\n");
    vi.stubEnv("CLIMB_EMBEDDER_KEY_MY_KEY_FILE", file);
    await remoteEmbedder({ ...settings(address), apiKey: "my-key" }, quick).embed(["a"]);
    await remoteEmbedder(settings(address), quick).embed(["a"]);
    expect(shown).toEqual([`Bearer ${secret}`, "Bearer another", undefined]);
    rmSync(dirname(file), { recursive: true });
  });

  it("goes to its own hosts alone, and is in no message", async () => {
    vi.stubEnv("CLIMB_EMBEDDER_KEY_K", secret);
    expect(apiKeyFault("k", "http://other.example", open)).toBeUndefined();
    expect(apiKeyFault("k", "http://other.example", { ...open, guarded: true })).toMatch(
      /for no host yet.*CLIMB_EMBEDDER_KEY_K_HOSTS/,
    );
    vi.stubEnv("CLIMB_EMBEDDER_KEY_K_HOSTS", "api.example");
    expect(apiKeyFault("k", "http://other.example", open)).toMatch(/not for other\.example; expected api\.example/);
    expect(apiKeyFault("k", "https://api.example/v1", { ...open, guarded: true })).toBeUndefined();
    expect(apiKeyFault("none", "https://api.example", open)).toMatch(
      /no API key "none"; expected CLIMB_EMBEDDER_KEY_NONE/,
    );
    vi.stubEnv("CLIMB_EMBEDDER_KEY_K_HOSTS", "");
    const { address } = await remoteEndpoint((_, response) => void response.writeHead(401).end(`bad key ${secret}`));
    const error = await remoteEmbedder({ ...settings(address), apiKey: "k" }, quick)
      .embed(["a"])
      .catch((thrown) => thrown);
    expect(error.message).toMatch(/status 401 \(bad key …\)/);
  });
});
