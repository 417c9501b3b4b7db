import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { emptySearch, seedSearch } from "./seeds.js";

let folder: TemporaryDirectory;
let [open, closed]: [Suite, Suite] = [] as never;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

beforeAll(async () => {
  folder = await temporaryDirectory();
  const tokens = join(folder.path, "tokens.txt");
  writeFileSync(tokens, `${sha256("of-the-reader")} reader sea viewer\n${sha256("of-another")} another land editor\n`);
  const suite = (name: string, env: Record<string, string>) =>
    startSuite({ dataDir: join(folder.path, name), port: 0, pagePort: 0, logLevel: "silent", env });
  open = await suite("open", {});
  closed = await suite("closed", { CLIMB_AUTH_TOKENS: tokens });
  await seedSearch(open.platform, emptySearch("ended", "an ended one"));
  await seedSearch(closed.platform, emptySearch("of-sea", "of the sea"), "sea");
  await seedSearch(closed.platform, emptySearch("of-land", "of the land"), "land");
});

afterAll(async () => {
  await open?.close();
  await closed?.close();
  await folder?.[Symbol.asyncDispose]();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${open.page}${path}`, { headers });

function post(page: string | undefined, path: string, body: unknown, headers: Record<string, string> = {}) {
  const all = { "content-type": "application/json", ...headers };
  return fetch(`${page}${path}`, {
    method: "POST",
    headers: all,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** What fetch does not let its caller say: under which name the server is asked. */
function statusUnder(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${open.page}/searches`, { headers: { host } }, (response) =>
      resolve(response.resume().statusCode),
    );
    asked.on("error", reject).end();
  });
}

describe("the files of the page", () => {
  it("come with a policy that lets a browser load nothing from anywhere else", async () => {
    const response = await get("/searches/whatever/what-if?w=d00:1");
    expect(response.status).toBe(200);
    const policy = response.headers.get("content-security-policy") ?? "";
    const html = await response.text();
    const importMap = /<script type="importmap">(.*?)<\/script>/.exec(html)?.[1] ?? "";
    const hash = createHash("sha256").update(importMap).digest("base64");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}'`);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(html).not.toMatch(/(?:src|href)="(?!\/)/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("import nothing that is not served: neither Node's modules nor the contracts' code", async () => {
    const html = await (await get("/")).text();
    const known = JSON.parse(/<script type="importmap">(.*?)<\/script>/.exec(html)?.[1] ?? "{}") as {
      imports: Record<string, string>;
    };
    const waiting = ["/app/app/main.js"];
    const loaded = new Set<string>();
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (loaded.has(path)) continue;
      loaded.add(path);
      const response = await get(path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get("content-type")).toMatch(/^text\/javascript/);
      for (const [, name = ""] of (await response.text()).matchAll(
        /^\s*(?:import|export|\}).*?from\s*"([^"]+)";?$/gm,
      )) {
        waiting.push(
          name.startsWith(".") ? new URL(name, `http://page${path}`).pathname : (known.imports[name] ?? name),
        );
      }
    }
    expect(loaded.size).toBeGreaterThan(30);
  });

  it("are found again in the browser's store, and nothing beside them is served", async () => {
    const first = await get("/static/page.css");
    const etag = first.headers.get("etag") ?? "";
    expect((await get("/static/page.css", { "if-none-match": etag })).status).toBe(304);
    for (const path of [
      "/app/package.json",
      "/static/../package.json",
      "/app/%2e%2e/package.json",
      "/etc/passwd",
      "/nothing",
    ]) {
      expect((await get(path)).status, path).toBe(404);
    }
  });
});

describe("a call through the page", () => {
  it("is answered as the contract answers, 64-bit numbers as numbers and times as text", async () => {
    const response = await post(open.page, "/call/search/listSearches", { pageSize: 10 });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      searches: [{ id: "ended", status: { state: 3, createTime: "2026-01-02T03:04:05.000Z" } }],
    });
    const unknown = await post(open.page, "/call/search/getSearch", { id: "nobody" });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { reason: "RESOURCE_UNKNOWN" }]);
    const ended = await post(open.page, "/call/search/pauseSearch", { id: "ended" });
    expect([ended.status, await ended.json()]).toMatchObject([409, { reason: "STATE_FORBIDS" }]);
  });

  it("is refused if another site sends it, or if the page is asked under a name that could be anybody's", async () => {
    const body = { id: "ended" };
    for (const [name, value] of [
      ["origin", "https://elsewhere.example"],
      ["sec-fetch-site", "cross-site"],
    ] as const) {
      expect((await post(open.page, "/call/search/cancelSearch", body, { [name]: value })).status, name).toBe(403);
    }
    expect((await post(open.page, "/call/search/getSearch", body, { origin: open.page ?? "" })).status).toBe(200);
    expect(await statusUnder("rebound.example:80")).toBe(403);
    expect(await statusUnder("localhost:80")).toBe(200);
  });

  it("is refused if it is not one of the page's, or no request at all", async () => {
    expect((await post(open.page, "/call/search/deleteSearch", { id: "ended" })).status).toBe(501);
    expect((await post(open.page, "/call/constructor/getSearch", {})).status).toBe(501);
    expect((await post(open.page, "/call/search/constructor", {})).status).toBe(501);
    for (const body of ["not JSON", "[1]", "null", { id: { not: "a text" } }, { id: 7 }, { pageSize: "x" }]) {
      expect((await post(open.page, "/call/search/listSearchRuns", body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await post(open.page, "/call/search/getSearch", "{}", { "content-type": "text/plain" })).status).toBe(400);
    const large = JSON.stringify({ id: "x".repeat(2 ** 21) });
    expect((await post(open.page, "/call/search/getSearch", large)).status).toBe(400);
  });
});

describe("a watch through the page", () => {
  it("sends each state with its sequence, and ends with the resource", async () => {
    const response = await get("/watch/search?id=ended");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const text = await response.text();
    const [, id = "", data = ""] = /^id: (\d+)\ndata: (.*)$/m.exec(text) ?? [];
    expect(JSON.parse(data)).toMatchObject({ sequence: Number(id), search: { id: "ended" } });
    expect(text).toContain("event: end\n");

    const again = await (await get("/watch/search?id=ended", { "last-event-id": id })).text();
    expect(again).not.toContain('"search"');
    expect(again).toContain("event: end\n");
  });

  it("tells what trying again does not help", async () => {
    const text = await (await get("/watch/search?id=nobody")).text();
    expect(text).toContain("event: failure\n");
    expect(text).toContain("RESOURCE_UNKNOWN");
    expect((await get("/watch/usage?id=x")).status).toBe(501);
  });
});

describe("where callers are asked who they are", () => {
  const signIn = (token: unknown) => post(closed.page, "/session", { token });
  const cookieOf = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";

  it("nothing but the files is had without a session, and no session without a known token", async () => {
    expect((await fetch(`${closed.page}/searches`)).status).toBe(200);
    expect(await (await fetch(`${closed.page}/session`)).json()).toEqual({ asks: true, signedIn: false });
    expect((await post(closed.page, "/call/search/listSearches", {})).status).toBe(401);
    for (const path of ["/watch/search?id=of-sea", "/artifact?uri=climb://sha256/00"]) {
      expect((await fetch(closed.page + path)).status, path).toBe(401);
    }
    for (const token of ["guessed", "", 7, "two words", "x".repeat(5000)]) {
      const response = await signIn(token);
      expect([response.status, response.headers.get("set-cookie")]).toEqual([401, null]);
    }
  });

  it("a session sees its own project, may do what its role may, and cannot be read by a script", async () => {
    const response = await signIn("of-the-reader");
    expect(response.status).toBe(200);
    expect(response.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Strict$/);
    const cookie = cookieOf(response);
    const { searches } = (await (await post(closed.page, "/call/search/listSearches", {}, { cookie })).json()) as {
      searches: { id: string }[];
    };
    expect(searches.map(({ id }) => id)).toEqual(["of-sea"]);
    expect((await post(closed.page, "/call/search/getSearch", { id: "of-land" }, { cookie })).status).toBe(404);
    const paused = await post(closed.page, "/call/search/pauseSearch", { id: "of-sea" }, { cookie });
    expect([paused.status, await paused.json()]).toMatchObject([403, { reason: "ROLE_INSUFFICIENT" }]);
    const watched = await (await fetch(`${closed.page}/watch/search?id=of-sea`, { headers: { cookie } })).text();
    expect(watched).toContain("of the sea");
  });

  it("ends when the reader asks, and a cookie of another's making is none", async () => {
    const ended = await fetch(`${closed.page}/session`, { method: "DELETE" });
    expect(ended.headers.get("set-cookie")).toContain("Max-Age=0");
    const forged = `climb-session=${Buffer.from("guessed").toString("base64url")}`;
    expect((await post(closed.page, "/call/search/listSearches", {}, { cookie: forged })).status).toBe(401);
  });
});
