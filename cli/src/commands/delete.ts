import type { Command } from "commander";
import { callsOf, kindArgument } from "../kinds.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";

/** `climb delete`: forgets a resource. */
export function addDelete(program: Command): void {
  program
    .command("delete")
    .addArgument(kindArgument())
    .argument("<id>")
    .description("Forget a resource that has ended and that no other needs; its artifacts go with climb gc.")
    .action(async (kind: string, id: string, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), (session) => forget(session, kind, id));
    });
}

/** Forgets a resource and says so. @param kind one of the argument's choices */
export async function forget(session: Session, kind: string, id: string): Promise<void> {
  await callsOf(session, kind).remove({ id });
  if (session.output.asJson) session.output.json({ kind, id });
  else session.output.say(`${kind} ${id} is forgotten`);
}
