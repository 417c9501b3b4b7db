import type { EmbeddedDatabase } from "../database/database.js";
import type { DeadLetter, JobQueue } from "./port.js";

const COLUMNS = 'id, payload, deliveries, reason, time AS "timeMs"';

/** The dead letters of a queue in the embedded database. */
export function embeddedDeadLetters(
  { sql, write }: EmbeddedDatabase,
  queue: string,
): Pick<JobQueue, "deadLetters" | "deadLetter" | "removeDeadLetter"> {
  const letterOf = ({ payload, ...letter }: DeadLetter): DeadLetter => ({
    ...letter,
    payload: new Uint8Array(payload),
  });
  return {
    async deadLetters(limit = 1000) {
      const oldest = `SELECT ${COLUMNS} FROM dead WHERE queue = ? ORDER BY rowid LIMIT ?`;
      return sql.all<DeadLetter>(oldest, queue, limit).map(letterOf);
    },
    async deadLetter(id) {
      const found = sql.get<DeadLetter>(`SELECT ${COLUMNS} FROM dead WHERE queue = ? AND id = ?`, queue, id);
      return found && letterOf(found);
    },
    async removeDeadLetter(id) {
      await write((at) => at.run("DELETE FROM dead WHERE queue = ? AND id = ?", queue, id));
    },
  };
}
