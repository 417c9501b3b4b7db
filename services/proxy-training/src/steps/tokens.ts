import type { ShardWorkDefinition } from "@climb/resources";
import type { WorkContext } from "./inputs.js";
import { prepareJoining } from "./join-domains.js";
import type { DoShard, TokenParams } from "./token-params.js";
import { prepareTokenising } from "./tokenise.js";

/** The work of the queue "tokens". */
export function tokenShards(work: WorkContext): ShardWorkDefinition<TokenParams, DoShard> {
  return {
    queue: "tokens",
    concurrency: work.workers,
    prepare: (params) =>
      params.step === "tokenise" ? prepareTokenising(work, params) : prepareJoining(work.platform.artifacts, params),
    run: (doShard, shard, { signal }) => doShard(shard, signal),
  };
}
