import { parseArgs } from "node:util";
import type { z } from "zod";
import { ServiceError } from "./errors.js";

/** A service's command line: each of its variables as a flag, `--role worker` for CLIMB_ROLE=worker. */
export interface Flags {
  /** The variables that flags gave. */
  env: Record<string, string>;
  /** Whether help was asked for. */
  help: boolean;
}

type Schema = z.ZodObject<z.ZodRawShape>;

/** @throws ServiceError invalid FIELD_INVALID on a flag that no variable stands behind */
export function readFlags(schema: Schema, args: string[]): Flags {
  const variables = new Map(Object.keys(schema.shape).map((variable) => [flagOf(variable), variable]));
  const options = Object.fromEntries([...variables.keys()].map((flag) => [flag, { type: "string" as const }]));
  try {
    const { values } = parseArgs({ args, options: { ...options, help: { type: "boolean", short: "h" } } });
    const given = Object.entries(values).filter(([flag]) => flag !== "help");
    return {
      help: values.help === true,
      env: Object.fromEntries(given.map(([flag, value]) => [variables.get(flag) as string, String(value)])),
    };
  } catch (error) {
    throw new ServiceError("invalid", "FIELD_INVALID", `${(error as Error).message}; --help lists the flags`);
  }
}

/** What --help says: every flag with its variable, its default and its meaning. */
export function helpText(name: string, schema: Schema): string {
  const defaults = schema.partial().safeParse({});
  const values = (defaults.success ? defaults.data : {}) as Record<string, unknown>;
  const rows = Object.entries(schema.shape).map(([variable, field]) => {
    const value = values[variable];
    const tail = value === undefined ? "" : ` (default ${value})`;
    return `  --${flagOf(variable).padEnd(28)} ${(field as z.ZodType).description ?? ""}${tail}`;
  });
  return `Usage: ${name} [flags]\n\nEvery flag is an environment variable too: --role is CLIMB_ROLE. A flag wins.\n\n${rows.join("\n")}\n`;
}

function flagOf(variable: string): string {
  return variable
    .replace(/^CLIMB_/, "")
    .toLowerCase()
    .replaceAll("_", "-");
}
