import { createHash } from "node:crypto";
import type { ArtifactStore } from "@climb/ports";
import { ServiceError } from "@climb/runtime";
import type { WrittenTokens } from "../tasks/token-sink.js";
import type { Ref } from "./inputs.js";

// The part of a document shard: for each domain how many tokens it has (uint64) and their SHA-256, then the tokens, domain
// after domain. One artifact for all domains, of which a domain's tokens are a range: shards times domains are many.
const ENTRY_BYTES = 40;

/** A part and what its header says, JSON: by domain, digests as hexadecimal digits. */
export interface TokenPart extends Ref {
  tokens: number[];
  digests: string[];
}

/** The header of a part, whose tokens come right after it. */
export function encodeHeader(domains: readonly WrittenTokens[]): Uint8Array {
  const header = Buffer.alloc(ENTRY_BYTES * domains.length);
  domains.forEach(({ tokens, sha256 }, j) => {
    header.writeBigUInt64LE(BigInt(tokens), j * ENTRY_BYTES);
    header.set(sha256, j * ENTRY_BYTES + 8);
  });
  return header;
}

/** Reads the header of a part of so many domains. @throws ServiceError notFound ARTIFACT_MISSING */
export async function readPart(artifacts: ArtifactStore, { uri, sha256 }: Ref, domains: number): Promise<TokenPart> {
  const chunks: Uint8Array[] = [];
  const range = { start: 0, length: ENTRY_BYTES * domains };
  for await (const chunk of artifacts.get({ uri, sha256 }, range)) chunks.push(chunk);
  const header = Buffer.concat(chunks);
  const places = Array.from({ length: domains }, (_, j) => j * ENTRY_BYTES);
  return {
    uri,
    sha256,
    tokens: places.map((at) => Number(header.readBigUInt64LE(at))),
    digests: places.map((at) => header.toString("hex", at + 8, at + ENTRY_BYTES)),
  };
}

/** The bytes of one domain's tokens in a part, each of `bytes`. @throws ServiceError wrongState ARTIFACT_CORRUPT at their end */
export async function* tokensInPart(
  artifacts: ArtifactStore,
  { uri, sha256, tokens, digests }: TokenPart,
  domain: number,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  const length = bytes * (tokens[domain] ?? 0);
  if (length === 0) return;
  const before = tokens.slice(0, domain).reduce((sum, count) => sum + count, 0);
  const start = ENTRY_BYTES * tokens.length + bytes * before;
  const hash = createHash("sha256");
  for await (const chunk of artifacts.get({ uri, sha256 }, { start, length })) {
    hash.update(chunk);
    yield chunk;
  }
  const [found, expected = ""] = [hash.digest("hex"), digests[domain]];
  if (found === expected) return;
  const message = `the ${length} bytes from ${start} of ${uri} have SHA-256 ${found}, expected ${expected}`;
  throw new ServiceError("wrongState", "ARTIFACT_CORRUPT", message, { uri, found, expected });
}
