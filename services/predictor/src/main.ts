import { serviceMain } from "@climb/ports";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { joinSuite } from "@climb/resources";
import { predictorConfig, startPredictorService } from "./index.js";

await serviceMain({
  name: "predictor",
  fullName: PredictorServiceDefinition.fullName,
  schema: predictorConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: async (platform, config) => [
    ...(await startPredictorService(platform, config)),
    ...joinSuite(platform, "predictor"),
  ],
});
