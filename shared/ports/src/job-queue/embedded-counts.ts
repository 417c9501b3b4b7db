import type { EmbeddedDatabase } from "../database/database.js";
import type { EmbeddedJobQueue } from "./embedded.js";
import type { QueueCounts } from "./port.js";

interface Row {
  queue: string;
  jobs: number;
  /** When the oldest was queued, in milliseconds since 1970; 0 for a job of an earlier version, which did not note it. */
  oldest: number;
  dead: number;
}

const COUNTS = `
  SELECT queue, sum(jobs) AS jobs, sum(oldest) AS oldest, sum(dead) AS dead FROM (
    SELECT queue, count(*) AS jobs, min(time) AS oldest, 0 AS dead FROM jobs GROUP BY queue
    UNION ALL SELECT queue, 0, 0, count(*) FROM dead GROUP BY queue
  ) GROUP BY queue`;

/** What lies in each queue of a database that has something, or was opened, by name. */
export function embeddedQueueCounts(
  { sql }: EmbeddedDatabase,
  opened: ReadonlyMap<string, EmbeddedJobQueue>,
  nowMs = Date.now(),
): QueueCounts[] {
  const rows = new Map(
    [...opened.keys()].map((queue): [string, Row] => [queue, { queue, jobs: 0, oldest: 0, dead: 0 }]),
  );
  for (const row of sql.all<Row>(COUNTS)) rows.set(row.queue, row);
  return [...rows.values()]
    .sort((a, b) => (a.queue < b.queue ? -1 : 1))
    .map(({ queue, jobs, oldest, dead }) => {
      const leased = Math.min(jobs, opened.get(queue)?.inHand() ?? 0);
      const oldestAgeMs = oldest > 0 ? Math.max(0, nowMs - oldest) : 0;
      return { queue, waiting: jobs - leased, leased, oldestAgeMs, dead };
    });
}
