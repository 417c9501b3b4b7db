import type { Fault } from "@climb/proto/common/v1/job";
import { ProxyBase, type SearchSpec, TokenizerSource } from "@climb/proto/search/v1/search_service";
import { type ImportCheckpointResponse, ProxySpec, Schedule } from "@climb/proto/training/v1/training_service";
import { fieldFault } from "@climb/resources";
import { ServiceError } from "@climb/runtime";
import type { Peers } from "../steps/context.js";

/** A checkpoint may be gigabytes, and is stored before the answer. */
const IMPORT_TIMEOUT_MS = 600_000;

/** A specification with its base stored, and what the base says of itself. */
export interface WithBase {
  spec: SearchSpec;
  base?: ImportCheckpointResponse;
}

/**
 * Stores the base of a search. Its tokenizer becomes the search's unless one is given, and the schedule that of a decay
 * phase unless the proxy has one. A base that cannot be used is left out, with a fault.
 */
export async function withBase(
  { training }: Pick<Peers, "training">,
  given: SearchSpec,
  faults: Fault[],
  signal: AbortSignal,
): Promise<WithBase> {
  if (!given.base) return { spec: given };
  const { path, freshMoments } = given.base;
  try {
    const base = await training.importCheckpoint({ path }, { signal, timeoutMs: IMPORT_TIMEOUT_MS });
    const { checkpoint: file, tokenizer, endOfText, tokens } = base;
    if (!tokenizer && !given.tokenizer) {
      const expected = "one that climb pretrain made, or its tokenizer in spec.tokenizer";
      faults.push(fieldFault("spec.base", "a checkpoint without a tokenizer", expected));
    }
    // What the base was made with is taken as it is; whether it loses text is among the result's warnings.
    const own = tokenizer && TokenizerSource.fromPartial({ path: tokenizer.uri, endOfText, allowLossy: true });
    const proxy = ProxySpec.fromPartial(given.proxy ?? {});
    const spec = {
      ...given,
      // By content: the same base is the same search, wherever its file lay.
      base: ProxyBase.fromPartial({ path: file?.uri, file, freshMoments, tokens }),
      tokenizer: given.tokenizer ?? own,
      proxy: { ...proxy, schedule: proxy.schedule || Schedule.SCHEDULE_DECAY },
    };
    return { spec, base };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind === "unavailable") throw error;
    faults.push({ field: "spec.base.path", message: error.message, reason: error.reason });
    return { spec: { ...given, base: undefined } };
  }
}

/** Refuses a tokenizer that is not the base's: its ids would mean other texts than those that the base has learnt. */
export function checkBaseTokenizer(
  base: ImportCheckpointResponse | undefined,
  tokenizer: { source: TokenizerSource; vocabulary: number } | undefined,
  faults: Fault[],
): void {
  const sha256 = tokenizer?.source.file?.sha256;
  if (!base || !tokenizer || !sha256) return;
  const describe = (digest: string, entries: number) => `the tokenizer ${digest} with ${entries} entries`;
  const found = describe(sha256, tokenizer.vocabulary);
  if (base.tokenizer && base.tokenizer.sha256 !== sha256) {
    const expected = `none, or ${describe(base.tokenizer.sha256, base.vocabulary)}, which is the base's`;
    faults.push(fieldFault("spec.tokenizer", found, expected));
  } else if (tokenizer.vocabulary !== base.vocabulary) {
    faults.push(fieldFault("spec.base", `a vocabulary of ${base.vocabulary}`, `${tokenizer.vocabulary}, as ${found}`));
  }
}
