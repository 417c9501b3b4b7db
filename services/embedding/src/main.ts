import { serviceMain } from "@climb/ports";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { joinSuite } from "@climb/resources";
import { embeddingConfig, startEmbeddingService } from "./index.js";

await serviceMain({
  name: "embedding",
  fullName: EmbeddingServiceDefinition.fullName,
  schema: embeddingConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: async (platform, config) => [
    ...(await startEmbeddingService(platform, config)),
    ...joinSuite(platform, "embedding"),
  ],
});
