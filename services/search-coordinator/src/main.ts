import { serviceMain } from "@climb/runtime";
import { searchConfig, startSearchService } from "./index.js";

await serviceMain({
  name: "search-coordinator",
  schema: searchConfig,
  env: process.env,
  args: process.argv.slice(2),
  start: startSearchService,
});
