import { serviceMain } from "@climb/ports";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { storeRoutes } from "@climb/resources";
import { searchConfig, startSearchService } from "./index.js";

await serviceMain({
  name: "search-coordinator",
  fullName: SearchServiceDefinition.fullName,
  schema: searchConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: async (platform, config) => [...(await startSearchService(platform, config)), storeRoutes(platform)],
});
