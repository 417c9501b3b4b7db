import type { Vocabulary } from "../core/tokenizer/vocabulary.js";
import type { Ref } from "./inputs.js";

/** What tokenising the shards of a corpus needs to know. */
export interface TokeniseParams extends Vocabulary {
  step: "tokenise";
  /** The folder of the shards' tokens. */
  folder: string;
  /** DomainManifest as JSON. */
  domains: Ref;
  tokenizer: Ref;
  /** Targets as JSON: documents that contain one are left out. */
  decontaminate: unknown[];
  /** The folder of the assignments without them. */
  cleanFolder: string;
  /** Whether other sets may have the same tokenizer: then the tokens of a shard are kept for them. */
  keeps: boolean;
}

/** What joining domains needs to know. */
export interface JoinParams {
  step: "join";
  /** What the tokenised shards have, as JSON. */
  index: Ref;
}

/** What the shards of a token set are: first those of its documents, then its domains. */
export type TokenParams = TokeniseParams | JoinParams;

/** Does one shard of a group that was prepared. */
export type DoShard = (shard: number, signal: AbortSignal) => Promise<void>;
