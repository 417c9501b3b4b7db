import { serviceMain } from "@climb/ports";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { joinSuite } from "@climb/resources";
import { searchConfig, servePage, startSearchService } from "./index.js";

await serviceMain({
  name: "search-coordinator",
  fullName: SearchServiceDefinition.fullName,
  schema: searchConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: async (platform, config) => {
    const services = [...(await startSearchService(platform, config)), ...joinSuite(platform, "search-coordinator")];
    // A worker answers nobody.
    if (config.CLIMB_PAGE_ADDRESS && platform.role.answers)
      await servePage(platform, config, config.CLIMB_PAGE_ADDRESS);
    return services;
  },
});
