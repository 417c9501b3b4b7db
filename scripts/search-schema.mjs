// Writes cli/search.schema.json, the JSON schema of SEARCH.yaml, from the checks that the command line itself makes.
// `--check` only says whether it is current.
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { searchFile } from "../cli/dist/search-schema.js";

const path = new URL("../cli/search.schema.json", import.meta.url);
const schema = { title: "A Climb search", ...z.toJSONSchema(searchFile, { io: "input" }) };
const text = `${JSON.stringify(schema, null, 2)}\n`;

if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== text) {
    console.error("cli/search.schema.json is stale. Run: npm run generate");
    process.exit(1);
  }
} else {
  writeFileSync(path, text);
}
