import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An object store that speaks as much of S3 as reading needs. */
export interface FakeS3 {
  address: string;
  /** Objects of the bucket "data" by key. */
  objects: Map<string, Buffer>;
  /** Ranges that were asked for. */
  reads: string[];
  /** The next so many reads break off after their head. */
  breakReads: number;
  close(): void;
}

const KEYS_A_PAGE = 2;
const MODIFIED = "2026-01-02T03:04:05.000Z";

export async function startFakeS3(): Promise<FakeS3> {
  const server = createServer((request, response) => answer(fake, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const fake: FakeS3 = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: new Map(),
    reads: [],
    breakReads: 0,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return fake;
}

function answer(fake: FakeS3, request: IncomingMessage, response: ServerResponse): unknown {
  const url = new URL(request.url ?? "", fake.address);
  const [, bucket, ...rest] = decodeURIComponent(url.pathname).split("/");
  if (bucket !== "data")
    return fail(response, bucket === "secret" ? 403 : 404, bucket === "secret" ? "AccessDenied" : "NoSuchBucket");
  if (url.searchParams.get("list-type") === "2") return list(fake, url, response);
  const object = fake.objects.get(rest.join("/"));
  if (!object) return fail(response, 404, "NoSuchKey");
  const [, from = "0", to = ""] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  fake.reads.push(`${rest.join("/")} ${from}-${to}`);
  if (Number(from) >= object.length) return fail(response, 416, "InvalidRange");
  const bytes = object.subarray(Number(from), Number(to) + 1);
  response.writeHead(206, { "content-length": bytes.length, "last-modified": new Date(MODIFIED).toUTCString() });
  if (fake.breakReads > 0) {
    fake.breakReads--;
    response.write(bytes.subarray(0, bytes.length / 2));
    setTimeout(() => response.destroy(), 10);
  } else response.end(bytes);
}

function list(fake: FakeS3, url: URL, response: ServerResponse): void {
  const prefix = url.searchParams.get("prefix") ?? "";
  const after = url.searchParams.get("continuation-token") ?? "";
  const keys = [...fake.objects.keys()].sort().filter((key) => key.startsWith(prefix) && key > after);
  const page = keys.slice(0, KEYS_A_PAGE);
  const contents = page.map((key) => {
    const size = fake.objects.get(key)?.length ?? 0;
    return `<Contents><Key>${key}</Key><LastModified>${MODIFIED}</LastModified><Size>${size}</Size></Contents>`;
  });
  const more = keys.length > page.length;
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  const body = `<ListBucketResult><IsTruncated>${more}</IsTruncated>${contents.join("")}${next}</ListBucketResult>`;
  response.writeHead(200, { "content-type": "application/xml" }).end(`<?xml version="1.0"?>${body}`);
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
