/** Vectors, one row a text. */
export interface TextVectors {
  vectors: Float32Array;
  dimensions: number;
}

/** A model that is ready to embed, of whatever kind. */
export interface TextEmbedder {
  /** One row of length one for each text. `onProgress` hears how many texts were done since the last call; it may throw. */
  embed(texts: readonly string[], onProgress?: (texts: number) => void): Promise<TextVectors>;
}
