import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { type GlobalOptions, withSession } from "../session.js";

interface GcOptions {
  dryRun?: boolean;
  ttl?: Record<string, number>;
  grace?: number;
}

const DAY_S = 24 * 3600;

/** `climb gc`: removes what no resource refers to. */
export function addGc(program: Command): void {
  program
    .command("gc")
    .description("Remove artifacts that no resource refers to, and resources past their time to live.")
    .option("--dry-run", "only say what would go, and why")
    .option(
      "--ttl <kind=days>",
      "resources of a kind that have ended and were created so long ago go too, unless another needs them",
      timeToLive,
    )
    .option(
      "--grace <days>",
      "leave alone what is younger; default 1, and 0 in a data directory that this command has to itself",
      days,
    )
    .action(async ({ dryRun = false, ttl = {}, grace }: GcOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async ({ store, output, signal }) => {
        const graceDays = grace ?? (options.address ? 1 : 0);
        const request = {
          dryRun,
          timeToLive: Object.fromEntries(Object.entries(ttl).map(([kind, lasts]) => [kind, durationOf(lasts)])),
          grace: durationOf(graceDays),
        };
        for await (const { name, reason, bytes, count } of store.collectGarbage(request, { signal })) {
          if (output.asJson) output.json({ name, reason, bytes: Number(bytes), count: Number(count) });
          else if (name) output.say(`${name}  ${reason}`);
          else output.say(`${count} things ${dryRun ? "would go" : "went"}, ${(Number(bytes) / 1e6).toFixed(1)} MB`);
        }
      });
    });
}

function durationOf(days: number): { seconds: bigint; nanos: number } {
  return { seconds: BigInt(Math.round(days * DAY_S)), nanos: 0 };
}

function days(text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError(`found "${text}", expected a number of days`);
  return value;
}

function timeToLive(text: string, before: Record<string, number> = {}): Record<string, number> {
  const [, kind = "", lasts = ""] = /^([a-z-]+)=(.+)$/.exec(text) ?? [];
  if (!kind) throw new InvalidArgumentError(`found "${text}", expected KIND=DAYS, for example run=30`);
  return { ...before, [kind]: days(lasts) };
}
