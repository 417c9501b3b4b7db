import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Tokens } from "../core/tokens.js";

/** What a file of tokens has. */
export interface WrittenTokens {
  tokens: number;
  /** SHA-256 of the tokens' bytes. */
  sha256: Uint8Array;
}

/** A file that tokens are gathered for, little-endian. */
export interface TokenSink {
  add(...some: Tokens[]): Promise<void>;
  /** Writes what is left. */
  finish(): Promise<WrittenTokens>;
  close(): Promise<void>;
}

/** Tokens are written out when so many are gathered. */
const FLUSH_TOKENS = 1 << 18;

/** Begins a file anew. */
export async function openTokenSink(path: string): Promise<TokenSink> {
  const file = await open(path, "w");
  const hash = createHash("sha256");
  const waiting: Tokens[] = [];
  let [gathered, tokens] = [0, 0];
  const flush = async () => {
    for (const { buffer, byteOffset, byteLength } of waiting.splice(0)) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      hash.update(bytes);
      await file.writeFile(bytes);
    }
    gathered = 0;
  };
  return {
    async add(...some) {
      for (const one of some) {
        waiting.push(one);
        gathered += one.length;
        tokens += one.length;
      }
      if (gathered >= FLUSH_TOKENS) await flush();
    },
    async finish() {
      await flush();
      return { tokens, sha256: hash.digest() };
    },
    close: () => file.close(),
  };
}
