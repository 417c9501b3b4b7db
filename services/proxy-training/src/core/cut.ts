/** A range of one of several items. */
export interface Range {
  /** Index of the item. */
  readonly item: number;
  /** The first unit, from 0, and how many. */
  readonly start: number;
  readonly length: number;
}

/**
 * Cuts items into jobs of `most` units each, the last one of what is left: in order, an item after the other, so that a
 * large item has several jobs and small ones share one. Depends on the sizes alone.
 * @param sizes units of each item; an empty one has no range
 */
export function cutIntoJobs(sizes: readonly number[], most: number): Range[][] {
  const jobs: Range[][] = [];
  let room = 0;
  sizes.forEach((size, item) => {
    for (let start = 0; start < size; ) {
      if (room === 0) {
        jobs.push([]);
        room = most;
      }
      const length = Math.min(room, size - start);
      jobs.at(-1)?.push({ item, start, length });
      start += length;
      room -= length;
    }
  });
  return jobs;
}

/**
 * Gathers whole items into jobs of at least `least` units each, but for the last: in order, empty items too.
 * @returns the items' indices, by job
 */
export function gatherIntoJobs(sizes: readonly number[], least: number): number[][] {
  const jobs: number[][] = [];
  let gathered = least;
  sizes.forEach((size, item) => {
    if (gathered >= least) {
      jobs.push([]);
      gathered = 0;
    }
    jobs.at(-1)?.push(item);
    gathered += size;
  });
  return jobs;
}
