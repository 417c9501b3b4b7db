import { ResourceMetadata } from "@climb/proto/common/v1/resource";
import { type Command, InvalidArgumentError } from "commander";

/** What can be said of a resource when it is made. */
export interface MetadataOptions {
  label?: Record<string, string>;
  ttl?: number;
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Adds --label and --ttl to a command that makes something. */
export function addMetadataOptions(command: Command): Command {
  return command
    .option("--label <key=value>", "a label by which lists can be narrowed; give it again for another", oneLabel)
    .option("--ttl <time>", "forget it so long after this call, once it has ended: 90m, 12h, 7d", seconds);
}

/** What a Create call says of the resource; undefined if nothing is said. */
export function metadataOf({ label, ttl }: MetadataOptions): ResourceMetadata | undefined {
  if (!label && ttl === undefined) return undefined;
  return ResourceMetadata.fromPartial({ labels: label ?? {}, ttlSeconds: ttl ?? 0 });
}

/** Reads one `key=value` beside those that were given before. @throws InvalidArgumentError for another form */
export function oneLabel(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, key, value] = /^([a-z0-9][a-z0-9._/-]{0,62})=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new InvalidArgumentError("expected key=value with a key of a-z 0-9 . _ / -");
  }
  return { ...before, [key]: value };
}

/** Seconds of "90m", "12h", "7d" or "30s". @throws InvalidArgumentError for another form */
export function seconds(text: string): number {
  const [, amount, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const found = Number(amount) * (UNITS[unit] ?? Number.NaN);
  // What the contract has room for.
  if (!(found > 0 && found < 2 ** 32)) throw new InvalidArgumentError("expected a time such as 90m, 12h or 7d");
  return found;
}
