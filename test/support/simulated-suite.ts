import { join } from "node:path";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type Client, createClient } from "@climb/runtime";
import { type TemporaryDirectory, temporaryDirectory } from "@climb/testkit";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { type SimulatedTrainer, simulateTrainer } from "./simulated-trainer.js";

/** The embedded suite with a trainer outside it by the name "simulated"; `await using` or a dispose ends both. */
export interface SimulatedSuite extends AsyncDisposable {
  folder: TemporaryDirectory;
  suite: Suite;
  client: Client<typeof SearchServiceDefinition>;
  trainer: SimulatedTrainer;
}

/** @param lossOf see {@link simulateTrainer} */
export async function startSimulatedSuite(lossOf: Parameters<typeof simulateTrainer>[2]): Promise<SimulatedSuite> {
  const folder = await temporaryDirectory();
  const suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "silent" });
  const client = createClient(SearchServiceDefinition, suite.address);
  const training = createClient(TrainingServiceDefinition, suite.address);
  const trainer = simulateTrainer(training, "simulated", lossOf);
  return {
    folder,
    suite,
    client,
    trainer,
    async [Symbol.asyncDispose]() {
      await trainer.close();
      client.close();
      training.close();
      await suite.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
