import { serviceMain } from "@climb/runtime";
import { clusteringConfig } from "./config.js";
import { startClusteringService } from "./index.js";

await serviceMain({
  name: "clustering",
  schema: clusteringConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: startClusteringService,
});
