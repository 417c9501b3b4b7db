import { serviceMain } from "@climb/runtime";
import { embeddingConfig, startEmbeddingService } from "./index.js";

await serviceMain({
  name: "embedding",
  schema: embeddingConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: startEmbeddingService,
});
