import { serviceMain } from "@climb/runtime";
import { startTrainingService, trainingConfig } from "./index.js";

await serviceMain({
  name: "proxy-training",
  schema: trainingConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: startTrainingService,
});
