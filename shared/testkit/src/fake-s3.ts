import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface StoredObject {
  bytes: Buffer;
  etag: string;
  time: Date;
}

/** An object store with one bucket that speaks as much of S3 as artifacts need; `await using` ends it. */
export interface FakeS3 extends AsyncDisposable {
  address: string;
  bucket: string;
  /** By key. */
  objects: Map<string, StoredObject>;
  /** The next so many requests are answered "503 SlowDown". */
  refuse: number;
  /** The next so many reads break off in the middle. */
  breakReads: number;
  /** How many keys an answer to a listing has; S3 itself gives a thousand. */
  keysPerPage: number;
}

/** A request, its body read. */
interface Call {
  fake: FakeS3;
  uploads: Map<string, Map<number, Buffer>>;
  method: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Buffer;
  response: ServerResponse;
}

/** Few, so that tests meet second pages. */
const KEYS_PER_PAGE = 100;

export async function startFakeS3(): Promise<FakeS3> {
  const uploads: Call["uploads"] = new Map();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", fake.address);
    const [, bucket, ...rest] = decodeURIComponent(url.pathname).split("/");
    const { method = "", headers } = request;
    const body = await bodyOf(request);
    const call = { fake, uploads, method, key: rest.join("/"), query: url.searchParams, headers, body, response };
    if (fake.refuse > 0) {
      fake.refuse--;
      return fail(call, 503, "SlowDown");
    }
    return bucket === fake.bucket ? answer(call) : fail(call, 404, "NoSuchBucket");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const fake: FakeS3 = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: "bucket",
    objects: new Map(),
    refuse: 0,
    breakReads: 0,
    keysPerPage: KEYS_PER_PAGE,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

/** In one buffer from the start: a benchmark sends gigabytes, and what copies them costs is taken from who is measured. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  const chunks: Buffer[] = [];
  const whole = Number.isNaN(length) ? undefined : Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (whole) at += chunk.copy(whole, at);
    else chunks.push(chunk);
  }
  return whole ?? Buffer.concat(chunks);
}

function answer(call: Call): unknown {
  const { fake, method, key, query, headers } = call;
  if (method === "GET" && query.get("list-type") === "2") return list(call);
  if (method === "POST" || query.has("uploadId")) return multipart(call);
  if (method === "GET" || method === "HEAD") return read(call);
  if (method === "DELETE") {
    fake.objects.delete(key);
    return say(call, 204);
  }
  if (method !== "PUT") return fail(call, 405, "MethodNotAllowed");
  const source = headers["x-amz-copy-source"];
  if (typeof source !== "string") return store(call, call.body);
  const copied = fake.objects.get(decodeURIComponent(source).slice(`${fake.bucket}/`.length));
  if (!copied) return fail(call, 404, "NoSuchKey");
  const { etag, time } = put(fake, key, copied.bytes);
  say(
    call,
    200,
    `<CopyObjectResult><ETag>${escaped(etag)}</ETag><LastModified>${time.toISOString()}</LastModified></CopyObjectResult>`,
  );
}

/** Stores an object if its conditions are met. */
function store(call: Call, bytes: Buffer, body = ""): unknown {
  const { fake, key, headers, response } = call;
  const found = fake.objects.get(key);
  if (headers["if-none-match"] === "*" && found) return fail(call, 412, "PreconditionFailed");
  if (headers["if-match"] && !found) return fail(call, 404, "NoSuchKey");
  if (headers["if-match"] && headers["if-match"] !== found?.etag) return fail(call, 412, "PreconditionFailed");
  response.setHeader("etag", put(fake, key, bytes).etag);
  say(call, 200, body);
}

function put(fake: FakeS3, key: string, bytes: Buffer): StoredObject {
  const object = { bytes, etag: `"${randomUUID()}"`, time: new Date() };
  fake.objects.set(key, object);
  return object;
}

function multipart(call: Call): unknown {
  const { uploads, method, query, body } = call;
  if (query.has("uploads")) {
    const id = randomUUID();
    uploads.set(id, new Map());
    return say(call, 200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  }
  const id = query.get("uploadId") ?? "";
  const parts = uploads.get(id);
  if (!parts) return fail(call, 404, "NoSuchUpload");
  if (method === "PUT") {
    parts.set(Number(query.get("partNumber")), body);
    call.response.setHeader("etag", `"${query.get("partNumber")}"`);
    return say(call, 200);
  }
  uploads.delete(id);
  if (method === "DELETE") return say(call, 204);
  const whole = [...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
  const result = "<CompleteMultipartUploadResult><ETag>done</ETag></CompleteMultipartUploadResult>";
  store(call, Buffer.concat(whole), result);
}

function read(call: Call): unknown {
  const { fake, method, key, headers, response } = call;
  const object = fake.objects.get(key);
  if (!object) return fail(call, 404, "NoSuchKey");
  const { bytes, etag, time } = object;
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
  const start = Number(from ?? 0);
  if (from && start >= bytes.length) return fail(call, 416, "InvalidRange");
  const part = from ? bytes.subarray(start, Number(to) + 1) : bytes;
  const range = from && { "content-range": `bytes ${start}-${start + part.length - 1}/${bytes.length}` };
  response.writeHead(from ? 206 : 200, {
    "content-length": part.length,
    "last-modified": time.toUTCString(),
    etag,
    ...range,
  });
  if (method === "HEAD") response.end();
  else if (fake.breakReads > 0 && part.length > 1) {
    fake.breakReads--;
    response.write(part.subarray(0, part.length / 2));
    setTimeout(() => response.destroy(), 10);
  } else response.end(part);
}

function list(call: Call): void {
  const { fake, query } = call;
  const prefix = query.get("prefix") ?? "";
  const after = Buffer.from(query.get("continuation-token") ?? "", "base64");
  const keys = [...fake.objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => ({ key, bytes: Buffer.from(key) }))
    .filter(({ bytes }) => Buffer.compare(bytes, after) > 0)
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ key }) => key);
  const page = keys.slice(0, fake.keysPerPage);
  const contents = page.map((key) => {
    const { bytes, time } = fake.objects.get(key) as StoredObject;
    const fields = `<LastModified>${time.toISOString()}</LastModified><Size>${bytes.length}</Size>`;
    return `<Contents><Key>${escaped(key)}</Key>${fields}</Contents>`;
  });
  const more = keys.length > page.length;
  const token = Buffer.from(page.at(-1) ?? "").toString("base64");
  const next = more ? `<NextContinuationToken>${token}</NextContinuationToken>` : "";
  say(call, 200, `<ListBucketResult><IsTruncated>${more}</IsTruncated>${contents.join("")}${next}</ListBucketResult>`);
}

function fail(call: Call, status: number, code: string): void {
  say(call, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

function say({ method, response }: Call, status: number, body = ""): void {
  if (body) response.setHeader("content-type", "application/xml");
  response.writeHead(status);
  response.end(body && method !== "HEAD" ? `<?xml version="1.0" encoding="UTF-8"?>${body}` : "");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
