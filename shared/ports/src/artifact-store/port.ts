/** A reference to a stored artifact. It says nothing of where the store is, so that a store can be moved. */
export interface ArtifactRef {
  /** "climb://sha256/<64 hex>" for what is immutable, "climb://replaced/<32 hex>" for a content that its name replaces. */
  uri: string;
  /** 64 lower-case hexadecimal digits. */
  sha256: string;
  sizeBytes: number;
}

/** An artifact's name, for example "embedding/sets/<id>/manifest.json", and what it stands for now. */
export interface NamedArtifact extends ArtifactRef {
  path: string;
  /** When the name was last written or renewed. */
  time: Date;
}

export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Bulk data. Contents are kept by their digest; names point at them, so that what a name stands for is whole at every
 * moment, whatever process died, and two writers of the same content both succeed. Every method throws ServiceError
 * unavailable PEER_UNREACHABLE while the store is away.
 */
export interface ArtifactStore {
  /**
   * Stores content under a name, replacing what it stood for at once.
   * @param options.replaced the name is written again and again (a checkpoint): what it stood for before goes at once
   * @throws ServiceError exhausted DISK_FULL; invalid FIELD_INVALID for a name that is none
   */
  put(path: string, content: Content, options?: { replaced?: boolean }): Promise<ArtifactRef>;
  /**
   * The content, or `length` bytes of it from `start`; verified against the digest where the whole is read and the
   * digest is known. @throws ServiceError notFound ARTIFACT_MISSING, wrongState ARTIFACT_CORRUPT (at the end)
   */
  get(ref: { uri: string; sha256?: string }, range?: { start: number; length: number }): AsyncIterable<Uint8Array>;
  /** What a name stands for; undefined if it is none, or its content is gone. */
  stat(path: string): Promise<ArtifactRef | undefined>;
  /**
   * As {@link stat}, for who goes on to use an artifact that is not referred to yet: it renews the name, so that it is
   * not swept away meanwhile.
   */
  keep(path: string): Promise<ArtifactRef | undefined>;
  /** The names that start with `prefix`, sorted. */
  list(prefix: string): AsyncIterable<NamedArtifact>;
  /**
   * A local file with the content, for worker threads: the file itself, or a download into a cache of bounded size. Its
   * digest was verified by this process. The file stays while it is in use by a thread that opens it within the hour.
   * @throws ServiceError notFound ARTIFACT_MISSING, wrongState ARTIFACT_CORRUPT
   */
  localPath(ref: { uri: string; sha256?: string }): Promise<string>;
  /** Removes a name, and its content if it was `replaced`; no error if there is none. */
  remove(path: string): Promise<void>;
  /** Contents by digest that were stored before `olderThan`, whether names point at them or not. For {@link sweep}. */
  contents(olderThan: Date): AsyncIterable<{ uri: string; sizeBytes: number }>;
  /** Removes a content that no name points at. For {@link sweep}. */
  removeContent(uri: string): Promise<void>;
}
