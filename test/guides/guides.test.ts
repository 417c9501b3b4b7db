import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TemporaryDirectory, temporaryDirectory, writeTopics } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const DOCS = join(root, "docs");
/** The guides in the order of their table: later ones use what earlier ones made. */
const GUIDES = [...readFileSync(join(DOCS, "README.md"), "utf8").matchAll(/\]\(([a-z-]+\.md)\)/g)].map(
  ([, name]) => name as string,
);

interface Block {
  language: string;
  text: string;
}

/** The fenced blocks of a guide. @throws Error for one whose language says nothing of whether it is run */
function blocksOf(guide: string): Block[] {
  const found = readFileSync(join(DOCS, guide), "utf8").matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, language = "", text = ""]) => {
    if (!["sh", "yaml", "text"].includes(language)) throw new Error(`${guide}: a block in "${language}"`);
    return { language, text };
  });
}

let folder: TemporaryDirectory;
let bin: string;
beforeAll(async () => {
  folder = await temporaryDirectory();
  bin = join(folder.path, "bin");
  const work = join(folder.path, "work");
  mkdirSync(bin);
  mkdirSync(join(work, "corpus"), { recursive: true });
  writeFileSync(join(bin, "climb"), `#!/bin/sh\nexec "${process.execPath}" "${join(root, "cli/dist/main.js")}" "$@"\n`);
  chmodSync(join(bin, "climb"), 0o755);
  writeTopics({
    corpus: join(work, "corpus", "web.jsonl"),
    targets: { stars: join(work, "science.jsonl"), kitchen: join(work, "cooking.jsonl"), law: join(work, "law.jsonl") },
  });
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Runs a script as a reader would, one shell for a guide; every command must succeed. */
async function shell(script: string): Promise<{ code: number | null; output: string }> {
  const child = spawn("bash", ["-euo", "pipefail", "-x", "-c", script], {
    cwd: join(folder.path, "work"),
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, CLIMB_DATA_DIR: join(folder.path, "data") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

describe("the guides", () => {
  it("are all in the table, and the table names no other", () => {
    const files = readdirSync(DOCS).filter((name) => name !== "README.md" && name.endsWith(".md"));
    for (const guide of GUIDES) expect(files).toContain(guide);
  });

  it.each(GUIDES)("%s does what it says, command by command", async (guide) => {
    const blocks = blocksOf(guide);
    for (const { language, text } of blocks) {
      const name = /^# (\S+\.yaml)$/m.exec(text)?.[1];
      if (language === "yaml" && name) writeFileSync(join(folder.path, "work", name), text);
    }
    const script = blocks.flatMap(({ language, text }) => (language === "sh" ? [text] : [])).join("\n");
    const { code, output } = await shell(script);
    expect(code, output).toBe(0);
  });
});
