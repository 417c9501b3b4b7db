import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";

const TYPES: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".html": "text/html; charset=utf-8",
};

/** A file of the page as it is sent. */
export interface StaticFile {
  bytes: Buffer;
  type: string;
  /** By which a browser asks whether its copy is still good. */
  etag: string;
}

/** What a browser loads, whole and in memory: half a megabyte that no request can lead out of. */
export interface PageFiles {
  /** By its path in the page's address, such as "/app/main.js". */
  files: ReadonlyMap<string, StaticFile>;
  index: StaticFile;
  /** What the browser is told it may load: the page's own files, and nothing from anywhere else. */
  contentSecurityPolicy: string;
}

/** Libraries by the names that modules import them by. */
const LIBRARIES = ["preact", "preact/hooks", "preact/jsx-runtime"];

/** Reads the page's modules, its style and the libraries from the packages that they are installed in. */
export function readPageFiles(): PageFiles {
  const entry = createRequire(import.meta.url).resolve("@climb/page");
  const fromPage = createRequire(entry);
  const files = new Map<string, StaticFile>();
  const addFolder = (folder: string, prefix: string, wanted: RegExp) => {
    for (const found of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(found.parentPath, found.name);
      if (found.isFile() && wanted.test(found.name))
        files.set(`${prefix}/${relative(folder, path).replaceAll("\\", "/")}`, read(path));
    }
  };
  addFolder(dirname(entry), "/app", /^(?!.*\.test\.js$).*\.js$/);
  addFolder(join(dirname(entry), "../static"), "/static", /\.(css|svg)$/);
  const imports: Record<string, string> = {};
  for (const name of LIBRARIES) {
    const address = `/lib/${name.replace("/", "-")}.js`;
    files.set(address, read(fromPage.resolve(name)));
    imports[name] = address;
  }
  const importMap = JSON.stringify({ imports });
  return {
    files,
    index: fileOf(Buffer.from(indexHtml(importMap, [...files.keys()])), ".html"),
    contentSecurityPolicy: policyFor(importMap),
  };
}

function policyFor(importMap: string): string {
  const hash = createHash("sha256").update(importMap).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** All modules are named in advance: each would else be found only once the one that imports it is there. */
function indexHtml(importMap: string, addresses: string[]): string {
  const modules = addresses.filter((address) => address.endsWith(".js"));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Climb</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/page.css">
<script type="importmap">${importMap}</script>
${modules.map((address) => `<link rel="modulepreload" href="${address}">`).join("\n")}
<script type="module" src="/app/app/main.js"></script>
</head>
<body><div id="page"></div><noscript>This page needs JavaScript. The report of a search does not: climb report ID.</noscript></body>
</html>
`;
}

function read(path: string): StaticFile {
  return fileOf(readFileSync(path), extname(path));
}

function fileOf(bytes: Buffer, extension: string): StaticFile {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { bytes, type: TYPES[extension] ?? "application/octet-stream", etag };
}
