import { serviceMain } from "@climb/ports";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { joinSuite } from "@climb/resources";
import { clusteringConfig, startClusteringService } from "./index.js";

await serviceMain({
  name: "clustering",
  fullName: ClusteringServiceDefinition.fullName,
  schema: clusteringConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: async (platform, config) => [
    ...(await startClusteringService(platform, config)),
    ...joinSuite(platform, "clustering"),
  ],
});
