/** How a lexical model is fitted. */
export interface LexicalOptions {
  /** Length of a vector; a smaller corpus gives fewer. */
  dimensions: number;
  /** Largest vocabulary. */
  maxTerms: number;
  /** Terms in fewer documents are dropped. */
  minDocuments: number;
  /** The model is fitted on at most this many documents, drawn by the seed. */
  fitDocuments: number;
  seed: number;
}

export const LEXICAL_DEFAULTS = { dimensions: 256, maxTerms: 30_000, minDocuments: 3, fitDocuments: 50_000 } as const;

/** Terms in more than this share of the documents say nothing of a topic. */
export const MAX_SHARE = 0.5;

/** Only so much of the beginning of a document is looked at: its topic does not hang on the rest, and the cost is bounded. */
export const MAX_CHARACTERS = 65_536;

/** Range finder: two applications of AᵀA and 16 extra columns leave the last of 256 vectors right to a few per cent. */
export const OVERSAMPLE = 16;
export const POWER_ITERATIONS = 2;
