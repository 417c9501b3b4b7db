import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { Argument, type Command } from "commander";
import { type GlobalOptions, type Session, withSession } from "../session.js";

const DELETE: Record<string, (session: Session) => (request: { id: string }) => Promise<unknown>> = {
  search: ({ search }) => search.deleteSearch,
  dataset: ({ search }) => search.deleteDataset,
  "embedding-set": ({ connect }) => connect(EmbeddingServiceDefinition).deleteEmbeddingSet,
  "domain-set": ({ connect }) => connect(ClusteringServiceDefinition).deleteDomainSet,
  "duplicate-report": ({ connect }) => connect(ClusteringServiceDefinition).deleteDuplicateReport,
  "token-set": ({ connect }) => connect(TrainingServiceDefinition).deleteTokenSet,
  "target-statistics": ({ connect }) => connect(TrainingServiceDefinition).deleteTargetStatistics,
  run: ({ connect }) => connect(TrainingServiceDefinition).deleteRun,
  predictor: ({ connect }) => connect(PredictorServiceDefinition).deletePredictor,
};

/** `climb delete`: forgets a resource. */
export function addDelete(program: Command): void {
  program
    .command("delete")
    .addArgument(new Argument("<kind>", "what it is").choices(Object.keys(DELETE)))
    .argument("<id>")
    .description("Forget a resource that has ended and that no other needs; its artifacts go with climb gc.")
    .action(async (kind: string, id: string, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        await DELETE[kind]?.(session)({ id });
        if (session.output.asJson) session.output.json({ kind, id });
        else session.output.say(`${kind} ${id} is forgotten`);
      });
    });
}
