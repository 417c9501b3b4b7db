import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { askEndpoint, RETRIES } from "./ask-endpoint.js";
import { guardedPost } from "./guarded-post.js";
import { ANYWHERE, isNear } from "./remote-policy.js";

const names: Record<string, string[]> = {
  "inside.example": ["169.254.169.254"],
  "both.example": ["203.0.113.7", "127.0.0.1"],
};
vi.mock("node:dns", () => ({
  lookup: (name: string, _: unknown, callback: (error: Error | null, addresses?: object[]) => void) => {
    const found = names[name];
    if (!found) return callback(new Error(`getaddrinfo ENOTFOUND ${name}`));
    callback(
      null,
      found.map((address) => ({ address, family: 4 })),
    );
  },
}));

const guarded = { hosts: [], guarded: true };
let close = () => {};
afterEach(() => close());

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => void server.close();
  return (server.address() as AddressInfo).port;
}

describe("texts for a remote model", () => {
  it.each([
    "http://127.0.0.1:9",
    "http://2130706433:9",
    "http://0x7f.1:9",
    "http://localhost:9",
    "http://[::1]:9",
    "http://[::ffff:127.0.0.1]:9",
    "http://0.0.0.0:9",
    "http://169.254.169.254",
    "http://[fd00:ec2::254]",
    "http://inside.example:9",
    "http://both.example:9",
  ])("are not sent to %s, which leads to this machine or its platform", async (address) => {
    await expect(guardedPost(address, "{}", 2000, guarded)).rejects.toThrow(
      /leads to this machine.*CLIMB_EMBEDDER_HOSTS/,
    );
  });

  it("go to hosts that the operator lists, wherever they lead, and to no others", async () => {
    const port = await serve((_, response) => void response.end("heard"));
    const listed = { hosts: [`127.0.0.1:${port}`], guarded: true };
    expect(await guardedPost(`http://127.0.0.1:${port}/x`, "{}", 2000, listed)).toMatchObject({
      status: 200,
      text: "heard",
    });
    expect(
      await guardedPost(`http://127.0.0.1:${port}/x`, "{}", 2000, { ...listed, hosts: ["127.0.0.1"] }),
    ).toBeDefined();
    await expect(guardedPost("http://elsewhere.example", "{}", 2000, listed)).rejects.toThrow(
      `elsewhere.example is not one of the hosts of CLIMB_EMBEDDER_HOSTS; expected 127.0.0.1:${port}`,
    );
  });

  it("do not go where a redirect says", async () => {
    const heard: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      heard.push(request.url);
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    const url = `http://127.0.0.1:${port}/v1/embeddings`;
    const asked = askEndpoint({ url, policy: ANYWHERE }, { input: "secret" }, String, RETRIES, () => {});
    await expect(asked).rejects.toMatchObject({ kind: "invalid", reason: "MODEL_UNKNOWN" });
    expect(heard).toEqual(["/v1/embeddings"]);
  });

  it("are refused once, without being tried again", async () => {
    const endpoint = { url: "http://inside.example/v1", policy: guarded };
    const patient = { ...RETRIES, firstWaitMs: 60_000 };
    const asked = askEndpoint(endpoint, { input: "secret" }, String, patient, () => {});
    await expect(asked).rejects.toMatchObject({ reason: "MODEL_UNKNOWN" });
  });
});

it("addresses of the world are not near", () => {
  for (const address of ["203.0.113.7", "10.0.0.5", "192.168.1.1", "2001:db8::1"]) expect(isNear(address)).toBe(false);
});

describe("a proxy of the environment", () => {
  const body = JSON.stringify({ input: ["a"] });
  const asked: string[] = [];
  /** Answers plain requests as a proxy and as an endpoint do, and notes what it was asked for. */
  const listener: RequestListener = ({ url, headers }, response) => {
    asked.push(`${url} for ${headers.host}`);
    response.end("heard");
  };
  const through = (proxy: string, without = "") => {
    for (const name of ["http_proxy", "HTTP_PROXY"]) vi.stubEnv(name, proxy);
    for (const name of ["no_proxy", "NO_PROXY"]) vi.stubEnv(name, without);
  };
  afterEach(() => {
    asked.length = 0;
    vi.unstubAllEnvs();
  });

  it("is asked for hosts that only it may know, and not for those of NO_PROXY", async () => {
    const port = await serve(listener);
    through(`http://127.0.0.1:${port}`);
    expect(await guardedPost("http://far.invalid/v1", body, 2000, ANYWHERE)).toMatchObject({ text: "heard" });
    expect(asked).toEqual(["http://far.invalid/v1 for far.invalid"]);
    through("http://127.0.0.1:9", "127.0.0.1");
    expect(await guardedPost(`http://127.0.0.1:${port}/v1`, body, 2000, ANYWHERE)).toMatchObject({ text: "heard" });
    expect(asked.at(-1)).toBe(`/v1 for 127.0.0.1:${port}`);
  });

  it("is no way around what is forbidden", async () => {
    through(`http://127.0.0.1:${await serve(listener)}`);
    for (const host of ["127.0.0.1:9", "inside.example", "both.example"]) {
      await expect(guardedPost(`http://${host}/`, body, 2000, guarded)).rejects.toThrow(/leads to this machine/);
    }
    expect(asked).toEqual([]);
  });
});
