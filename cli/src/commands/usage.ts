import { ProjectUsage } from "@climb/proto/store/v1/store_service";
import type { Command } from "commander";
import { seconds } from "../metadata-options.js";
import { type GlobalOptions, withSession } from "../session.js";
import { table } from "../table.js";

/** `climb usage`: what projects have used, and how much they may. */
export function addUsage(program: Command): void {
  program
    .command("usage")
    .description("Show what each project has used: time, tokens and bytes, and how much it may have.")
    .option("--since <time>", "count what ended so long ago at most: 12h, 7d", seconds, 30 * 86_400)
    .action(async ({ since }: { since: number }, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ store, output, signal }) => {
        const request = { since: new Date(Date.now() - 1000 * since) };
        const { projects } = await store.getUsage(request, { signal });
        if (output.asJson) for (const usage of projects) output.json(ProjectUsage.toJSON(usage));
        else for (const line of table(HEADER, projects.map(rowOf))) output.say(line);
      });
    });
}

const HEADER = ["project", "seconds", "tokens", "tokens of the day", "stored bytes", "searches", "runs waiting"];

function rowOf({ project, cost, tokensOfDay, storedBytes, searches, runs, quota }: ProjectUsage): string[] {
  return [
    project || "(none)",
    (cost?.seconds ?? 0).toFixed(0),
    String(cost?.tokens ?? 0n),
    withQuota(tokensOfDay, quota?.tokensADay),
    withQuota(storedBytes, quota?.bytes),
    withQuota(searches, quota?.searches),
    withQuota(runs, quota?.runs),
  ];
}

function withQuota(found: bigint, most = 0n): string {
  return most > 0n ? `${found} of ${most}` : String(found);
}
