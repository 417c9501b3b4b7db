import { createRequire } from "node:module";

/** The version of Climb, which all of its packages share. */
export const VERSION = (createRequire(import.meta.url)("../package.json") as { version: string }).version;
