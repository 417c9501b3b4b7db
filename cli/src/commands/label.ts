import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { callsOf, kindArgument } from "../kinds.js";
import { oneLabel, seconds } from "../metadata-options.js";
import { type GlobalOptions, withSession } from "../session.js";
import { lineOf } from "./list.js";

interface LabelOptions {
  name?: string;
  ttl?: number;
  keep?: boolean;
}

/** `climb label`: says something else about a resource; the work is not touched. */
export function addLabel(program: Command): void {
  program
    .command("label")
    .addArgument(kindArgument())
    .argument("<id>")
    .argument("[labels...]", "key=value sets a label, key- takes it away")
    .description("Label or rename a resource, or say how long it is kept.")
    .option("--name <text>", "what people call it")
    .option("--ttl <time>", "forget it so long from now, once it has ended: 90m, 12h, 7d", seconds)
    .option("--keep", "keep it for good")
    .action(async (kind: string, id: string, labels: string[], given: LabelOptions, command: Command) => {
      if (given.keep && given.ttl !== undefined) throw new CommandError("give --ttl or --keep, not both");
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const calls = callsOf(session, kind);
        const known = labels.length > 0 ? (await calls.get(id)).metadata?.labels : undefined;
        const { name: displayName, ttl: ttlSeconds, keep } = given;
        const updateMask = [
          ...(labels.length > 0 ? ["labels"] : []),
          ...(displayName !== undefined ? ["display_name"] : []),
          ...(keep || ttlSeconds !== undefined ? ["expire_time"] : []),
        ];
        if (updateMask.length === 0) throw new CommandError("nothing to say; give labels, --name, --ttl or --keep");
        const metadata = { displayName, ttlSeconds, labels: changed(known ?? {}, labels) };
        const found = await calls.update({ id, metadata, updateMask });
        if (session.output.asJson) session.output.json(calls.toJSON(found));
        else session.output.say(lineOf(found));
      });
    });
}

/** Labels with those that are given set or, with a minus at their end, taken away. */
function changed(known: Readonly<Record<string, string>>, given: readonly string[]): Record<string, string> {
  let labels: Record<string, string> = { ...known };
  for (const text of given) {
    if (text.endsWith("-") && !text.includes("=")) delete labels[text.slice(0, -1)];
    else labels = oneLabel(text, labels);
  }
  return labels;
}
