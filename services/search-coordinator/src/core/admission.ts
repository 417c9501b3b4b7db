/** How much of the trainers a search gets while others wait. */
export type Priority = "low" | "normal" | "high";

/** Runs that a search has in the trainers' queue, not begun, while it is not the only one that waits. */
const SHARES: Record<Priority, number> = { low: 1, normal: 3, high: 9 };
/** Trainers that a search without rivals can keep busy from one look to the next. */
const LARGEST_WINDOW = 1024;

/** How a search stands in the trainers' queue after a look. */
export interface Admission {
  /** How many of its runs may wait there. */
  window: number;
  /** Whether some were waiting. */
  waited: boolean;
}

/** Before the first look. */
export function firstAdmission(priority: Priority): Admission {
  return { window: SHARES[priority], waited: false };
}

/**
 * How many runs may wait from this look on. The queue is first come, first served, so searches get the trainers in the
 * ratio of what each has waiting there: a share by priority. Where all of it has begun by the very next look, there are
 * free trainers, and twice as much may wait; where a share waits, there are none, and half as much may, down to a share.
 * @param waiting its runs in the queue that have not begun
 */
export function nextAdmission({ window, waited }: Admission, priority: Priority, waiting: number): Admission {
  const share = SHARES[priority];
  if (waiting === 0) return { window: waited ? window : Math.min(LARGEST_WINDOW, 2 * window), waited: false };
  return { window: waiting >= share ? Math.max(share, Math.floor(window / 2)) : window, waited: true };
}
