import { readFileSync } from "node:fs";
import { join } from "node:path";
import { downloadFiles } from "@climb/client";
import { TokenManifest, type TokenSet, TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { CommandError } from "../../errors.js";
import type { Session } from "../../session.js";
import type { ExportDomain } from "./mixture.js";

/** The tokens of the domains of a mixture, as files. */
export interface DomainTokenFiles {
  endOfText: number;
  vocabulary: number;
  /** Bytes that a token takes, 2 or 4. */
  bytes: number;
  /** Paths of raw little-endian integers, one for each domain, each document followed by the end-of-text token. */
  paths: string[];
}

/** Copies the tokens of the domains that have weight, and the tokenizer, into a folder. @param ending of the files' names */
export async function copyTokens(
  session: Session,
  tokenSetId: string,
  domains: readonly ExportDomain[],
  folder: string,
  ending: string,
): Promise<DomainTokenFiles> {
  const { tokenSet } = await session.connect(TrainingServiceDefinition).getTokenSet({ id: tokenSetId });
  const { manifest, domains: tokens } = tokenSet as TokenSet;
  if (!manifest) throw new CommandError(`token set ${tokenSetId} is not finished`);
  const [path = ""] = await downloadFiles(session.store, { "token-set.json": manifest }, folder, session.patience);
  const { tokenizer, endOfText, vocabulary, bytesPerToken } = TokenManifest.fromJSON(
    JSON.parse(readFileSync(path, "utf8")),
  );
  const files = Object.fromEntries(
    domains.map(({ id }) => {
      const artifact = tokens.find(({ domainId }) => domainId === id)?.artifact;
      if (!artifact) throw new CommandError(`token set ${tokenSetId} has no domain ${id}`);
      return [`${id}${ending}`, artifact];
    }),
  );
  if (tokenizer) files["tokenizer.json"] = tokenizer;
  await downloadFiles(session.store, files, folder, session.patience);
  const paths = domains.map(({ id }) => join(folder, `${id}${ending}`));
  return { endOfText, vocabulary, bytes: bytesPerToken || 2, paths };
}
