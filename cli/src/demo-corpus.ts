import { createHash } from "node:crypto";
import { createWriteStream, type Dirent, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { CommandError } from "./errors.js";

/** What the demo works on: files written once under its folder. */
export interface DemoCorpus {
  corpusPath: string;
  targetPath: string;
  documents: number;
  targetDocuments: number;
  textBytes: number;
}

const KINDS: Record<string, { extensions: RegExp; share: number }> = {
  // What is found is very uneven (declarations above all), so each kind gets a share of the demo's bytes.
  prose: { extensions: /\.(md|markdown|txt)$|(^|\/)(licen[cs]e|readme|changelog|history|authors)[^/]*$/i, share: 0.4 },
  minified: { extensions: /\.min\.(js|css)$/i, share: 0.08 },
  declarations: { extensions: /\.d\.[cm]?ts$/i, share: 0.16 },
  code: { extensions: /\.([cm]?[jt]s|cc|cpp|h|hpp|c|py|css|html?)$/i, share: 0.22 },
  data: { extensions: /\.(json|map|ya?ml|lock)$/i, share: 0.14 },
};

const MAX_CORPUS_BYTES = 14 * 1024 * 1024;
const MAX_FILE_BYTES = 512 * 1024;
const PIECE_BYTES = 6000;
const TARGET_BYTES = 90_000;
/** Pieces taken of one README, so that the target is the prose of many. */
const PIECES_PER_README = 2;
/** One package in three keeps its README for the target; nothing else of that package is read. */
const HELD_OUT_ONE_IN = 3;

/**
 * Gathers the text under a folder of installed packages into a corpus of documents, and the READMEs of held-out
 * packages into a target. The choice depends on names and contents only, so it is the same at every run.
 * @throws CommandError if there is too little to work on
 */
export async function gatherDemoCorpus(root: string, folder: string): Promise<DemoCorpus> {
  if (!existsSync(root)) {
    throw new CommandError(
      `${root} does not exist; the demo reads the packages that npm ci installs, or give --input PATH`,
    );
  }
  const files = await listFiles(root);
  const target: string[] = [];
  const byKind = new Map<string, string[]>(Object.keys(KINDS).map((kind) => [kind, []]));
  for (const path of files) {
    if (isHeldOut(path)) {
      if (/(^|\/)readme(\.md|\.markdown)?$/i.test(path)) target.push(path);
      continue;
    }
    const kind = Object.keys(KINDS).find((name) => KINDS[name]?.extensions.test(path));
    if (kind) byKind.get(kind)?.push(path);
  }

  await mkdir(folder, { recursive: true });
  const seen = new Set<string>();
  const corpus = await writeJsonLines(join(folder, "corpus.jsonl"), async (write) => {
    for (const [kind, paths] of byKind) {
      let left = MAX_CORPUS_BYTES * (KINDS[kind]?.share ?? 0);
      for (const path of byHash(paths)) {
        if (left <= 0) break;
        for (const piece of await piecesOf(join(root, path), seen)) {
          left -= Buffer.byteLength(piece.text);
          await write({ id: `${path}${piece.suffix}`, text: piece.text });
        }
      }
    }
  });
  let targetLeft = TARGET_BYTES;
  const held = await writeJsonLines(join(folder, "held-out-readmes.jsonl"), async (write) => {
    for (const path of byHash(target)) {
      if (targetLeft <= 0) break;
      for (const piece of (await piecesOf(join(root, path), seen)).slice(0, PIECES_PER_README)) {
        const prose = proseOf(piece.text);
        if (Buffer.byteLength(prose) < 200) continue;
        targetLeft -= Buffer.byteLength(prose);
        await write({ text: prose });
      }
    }
  });
  if (corpus.documents < 200 || held.documents < 5) {
    throw new CommandError(
      `${root} holds ${corpus.documents} documents and ${held.documents} held-out READMEs; the demo needs 200 and 5. Give --input PATH`,
    );
  }
  return {
    corpusPath: corpus.path,
    targetPath: held.path,
    documents: corpus.documents,
    targetDocuments: held.documents,
    textBytes: corpus.bytes,
  };
}

async function listFiles(root: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.startsWith("@climb/") && !path.includes("/@climb/"))
    .sort();
}

/** "@scope/name" or "name" of the package that a file belongs to, the innermost one. */
function packageOf(path: string): string {
  const inner = path.split("node_modules/").at(-1) ?? path;
  return inner
    .split("/")
    .slice(0, inner.startsWith("@") ? 2 : 1)
    .join("/");
}

function isHeldOut(path: string): boolean {
  return hashOf(packageOf(path)) % HELD_OUT_ONE_IN === 0;
}

function byHash(paths: string[]): string[] {
  return paths
    .map((path) => ({ path, key: hashOf(path) }))
    .sort((a, b) => a.key - b.key || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
}

function hashOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0);
}

/** The text of a file in pieces cut at line ends; nothing for a file that is binary, too large or met before. */
async function piecesOf(path: string, seen: Set<string>): Promise<{ text: string; suffix: string }[]> {
  const { size } = await stat(path);
  if (size === 0 || size > MAX_FILE_BYTES) return [];
  const bytes = await readFile(path);
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (seen.has(digest) || bytes.includes(0)) return [];
  seen.add(digest);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return [];
  }
  const pieces: string[] = [];
  let current = "";
  for (const line of text.split(/(?<=\n)/)) {
    // A line longer than a piece (minified code) is cut as it stands.
    for (let start = 0; start < line.length; start += PIECE_BYTES) {
      if (current.length + Math.min(PIECE_BYTES, line.length - start) > PIECE_BYTES && current) {
        pieces.push(current);
        current = "";
      }
      current += line.slice(start, start + PIECE_BYTES);
    }
  }
  if (current.trim()) pieces.push(current);
  return pieces
    .slice(0, 8)
    .filter((piece) => piece.trim().length >= 40)
    .map((piece, i) => ({ text: piece, suffix: pieces.length > 1 ? `#${i + 1}` : "" }));
}

/** A README's prose: without code blocks, badges, tables and link targets. */
function proseOf(markdown: string): string {
  return markdown
    .replace(/```[\s\S]*?(```|$)/g, "")
    .replace(/^\s*\|.*\|\s*$/gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]+>/g, "")
    .replace(/^.*https?:\/\/\S+.*$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

async function writeJsonLines(
  path: string,
  fill: (write: (record: { id?: string; text: string }) => Promise<void>) => Promise<void>,
) {
  const half = `${path}.part`;
  const stream = createWriteStream(half);
  let [documents, bytes] = [0, 0];
  await fill(async (record) => {
    documents++;
    bytes += Buffer.byteLength(record.text);
    if (!stream.write(`${JSON.stringify(record)}\n`))
      await new Promise<void>((resolve) => stream.once("drain", () => resolve()));
  });
  await new Promise<void>((resolve, reject) => {
    stream.once("error", reject);
    stream.end(resolve);
  });
  // An equal file keeps its time: the corpus is known by it, so a second run finds the first one's work.
  if (existsSync(path) && (await sameContent(path, half))) return { path, documents, bytes };
  await rename(half, path);
  return { path, documents, bytes };
}

async function sameContent(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([readFile(a), readFile(b)]);
  return left.equals(right);
}
