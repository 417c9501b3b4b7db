import { documentLengths } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";

export interface DocumentTokensTask {
  /** The tokens of a domain, see documentLengths. */
  path: string;
  endOfText: number;
  bytesPerToken: number;
}

/** Tokens of every document of a domain, its end-of-text token counted, in the order of the corpus. */
export function countDocumentTokens(
  { path, endOfText, bytesPerToken }: DocumentTokensTask,
  context: TaskContext<number>,
): Promise<Uint32Array> {
  return documentLengths(path, endOfText, bytesPerToken, context.progress);
}
