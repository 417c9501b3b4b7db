import { CommandError, EXIT } from "@climb/cli/errors";
import type { Suite } from "@climb/cli/suite";
import { ClusteringServiceDefinition, type DomainSet, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import {
  EmbeddingServiceDefinition,
  type EmbeddingSet,
  EmbeddingSpec,
} from "@climb/proto/embedding/v1/embedding_service";
import {
  type TargetStatisticsSet,
  type TokenSet,
  TrainingServiceDefinition,
} from "@climb/proto/training/v1/training_service";
import { createClient } from "@climb/runtime";

/** The steps of a search one by one, each awaited to its end. @throws CommandError with the cause if one fails */
export function createPipeline(suite: Suite) {
  const embedding = createClient(EmbeddingServiceDefinition, suite.address);
  const clustering = createClient(ClusteringServiceDefinition, suite.address);
  const training = createClient(TrainingServiceDefinition, suite.address);
  return {
    training,

    /** @param maxDocuments spread over the files; 0 for all */
    async embed(paths: string[], maxDocuments = 0): Promise<EmbeddingSet> {
      const corpus = { paths, maxDocuments: BigInt(maxDocuments) };
      const spec = EmbeddingSpec.fromPartial({ corpus, seed: 1 });
      const { embeddingSet } = await embedding.createEmbeddingSet({ requestId: "", spec });
      const messages = embedding.watchEmbeddingSet({ id: embeddingSet?.id ?? "", afterSequence: 0n });
      return lastOf("embedding", messages, (message) => message.embeddingSet);
    },

    async findDomains(embedded: EmbeddingSet, given: Partial<DomainSpec>): Promise<DomainSet> {
      const spec = DomainSpec.fromPartial({ ...given, embeddings: embedded.manifest, seed: 1 });
      const { domainSet } = await clustering.createDomainSet({ requestId: "", spec });
      const messages = clustering.watchDomainSet({ id: domainSet?.id ?? "", afterSequence: 0n });
      return lastOf("clustering", messages, (message) => message.domainSet);
    },

    async tokenise(domainSet: DomainSet, vocabulary: number): Promise<TokenSet> {
      const spec = {
        domains: domainSet.manifest,
        vocabulary,
        sampleBytes: 0n,
        tokenizer: undefined,
        endOfText: "",
        seed: 1,
      };
      const { tokenSet } = await training.createTokenSet({ requestId: "", spec });
      const messages = training.watchTokenSet({ id: tokenSet?.id ?? "", afterSequence: 0n });
      return lastOf("tokenising", messages, (message) => message.tokenSet);
    },

    async countStatistics(
      tokenSet: TokenSet,
      targets: Parameters<typeof training.createTargetStatistics>[0]["targets"],
    ): Promise<TargetStatisticsSet> {
      const request = { requestId: "", tokenSetId: tokenSet.id, targets };
      const { targetStatistics } = await training.createTargetStatistics(request);
      const messages = training.watchTargetStatistics({ id: targetStatistics?.id ?? "", afterSequence: 0n });
      return lastOf("counting statistics", messages, (message) => message.targetStatistics);
    },

    close() {
      for (const client of [embedding, clustering, training]) client.close();
    },
  };
}

async function lastOf<Message, Resource extends { status?: JobStatus | undefined }>(
  what: string,
  messages: AsyncIterable<Message>,
  of: (message: Message) => Resource | undefined,
): Promise<Resource> {
  let last: Resource | undefined;
  for await (const message of messages) last = of(message) ?? last;
  if (last?.status?.state === JobState.JOB_STATE_SUCCEEDED) return last;
  throw new CommandError(
    `${what} failed: ${last?.status?.failure?.message ?? "it ended without a result"}`,
    EXIT.failed,
  );
}
