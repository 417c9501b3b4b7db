import { nameOfState } from "@climb/resources";
import type { Command } from "commander";
import { type AnyResource, callsOf, kindArgument } from "../kinds.js";
import { addListOptions, everyItem, type ListOptions } from "../list-options.js";
import { type GlobalOptions, withSession } from "../session.js";

/** What a line shows, so that a list of large things does not carry them. */
const SHOWN = ["id", "status", "metadata"];

/** `climb list`: resources of any kind. */
export function addList(program: Command): void {
  const list = program
    .command("list")
    .addArgument(kindArgument())
    .description("List the resources of a kind: id, state, creation, name and labels.")
    .action(async (kind: string, given: ListOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const calls = callsOf(session, kind);
        const page = (asked: object) => calls.list({ ...asked, readMask: SHOWN });
        for await (const found of everyItem(given, page, ({ items }) => items)) {
          if (session.output.asJson) session.output.json(calls.toJSON(found));
          else session.output.say(lineOf(found));
        }
      });
    });
  addListOptions(list);
}

/** A resource in a line of a list. */
export function lineOf({ id, status, metadata }: AnyResource): string {
  const state = nameOfState(status).toLowerCase();
  const created = status?.createTime?.toISOString().slice(0, 19) ?? "";
  const labels = Object.entries(metadata?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return [id, state.padEnd(10), created, metadata?.displayName ?? "", ...labels].filter(Boolean).join("  ");
}
