import { parseArgs } from "node:util";
import { JobState } from "@climb/proto/common/v1/job";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { createClient, createLogger, loadConfig, openTls, tokenFile } from "@climb/runtime";
import { searchConfig } from "../config.js";
import { trySearch } from "./trial.js";

const USAGE = `Usage: trial/main [--wait=SECONDS]

Makes a tiny search at CLIMB_SEARCH_ADDRESS from texts of its own, and deletes it; ends with 1 if it has no answer in time (900
seconds unless given). The variables are those of the services, CLIMB_TLS_CA and CLIMB_TOKEN_FILE among them.`;

const { values } = parseArgs({ options: { wait: { type: "string", default: "900" }, help: { type: "boolean" } } });
const seconds = Number(values.wait);
if (values.help || !(seconds > 0)) {
  (values.help ? process.stdout : process.stderr).write(`${USAGE}\n`);
  process.exit(values.help ? 0 : 2);
}

const say = (line: string) => console.log(line);
try {
  const config = loadConfig(searchConfig, process.env);
  const logger = createLogger({ service: "trial", level: config.CLIMB_LOG_LEVEL });
  const access = {
    credentials: openTls(config, logger).client,
    token: config.CLIMB_TOKEN_FILE ? tokenFile(config.CLIMB_TOKEN_FILE, logger) : undefined,
    insecure: config.CLIMB_INSECURE,
  };
  const search = createClient(SearchServiceDefinition, config.CLIMB_SEARCH_ADDRESS, access);
  const store = createClient(StoreServiceDefinition, config.CLIMB_SEARCH_ADDRESS, access);
  const signal = AbortSignal.timeout(seconds * 1000);
  // Another seed each time, so that proxies are trained and not found.
  const seed = Math.floor(Date.now() / 1000) % 2 ** 31;
  const { status, result } = await trySearch({ search, store }, { seed, signal, say });
  if (status?.state !== JobState.JOB_STATE_SUCCEEDED) throw new Error(status?.failure?.message ?? "it was cancelled");
  for (const { id, label, weight } of result?.domains ?? []) say(`${id} ${label}: ${weight}`);
  process.exit(0);
} catch (error) {
  console.error(`no answer: ${(error as Error).message}`);
  process.exit(1);
}
