import { serviceMain } from "@climb/runtime";
import { predictorConfig } from "./config.js";
import { startPredictorService } from "./index.js";

await serviceMain({
  name: "predictor",
  schema: predictorConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: startPredictorService,
});
