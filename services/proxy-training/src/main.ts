import { serviceMain } from "@climb/ports";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { joinSuite } from "@climb/resources";
import { startTrainingService, trainingConfig } from "./index.js";

await serviceMain({
  name: "proxy-training",
  fullName: TrainingServiceDefinition.fullName,
  schema: trainingConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: async (platform, config) => [
    ...(await startTrainingService(platform, config)),
    ...joinSuite(platform, "proxy-training"),
  ],
});
