import { atWork, type DomainSetStore } from "./store.js";

const everyMs = 1000;

/** Puts the progress of a set into its resource, at most once a second and at each new stage. */
export function progressOf(store: DomainSetStore, id: string, now: () => Date) {
  let shown = { stage: "", atMs: 0 };
  let writing: Promise<unknown> = Promise.resolve();
  return {
    report(stage: string, done: number, total: number, unit: string): void {
      const atMs = now().getTime();
      if (stage === shown.stage && atMs - shown.atMs < everyMs) return;
      shown = { stage, atMs };
      // Progress that cannot be written is no reason to stop the work: the next write tells more anyway.
      const write = () => store.update(id, (set) => atWork(set, now(), { stage, done, total, unit }));
      writing = writing.then(write).catch(() => {});
    },
    /** Resolves when nothing is being written any more. */
    settled: () => writing,
  };
}
