import { readFile } from "node:fs/promises";
import type { TaskContext } from "@climb/runtime/worker";
import { createDuplicateFinder } from "../core/id-keys.js";

/** Which documents of each piece have an id that an earlier piece has. @param files what stands for their ids, in order */
export async function findDuplicates({ files }: { files: string[] }, context: TaskContext<never>): Promise<number[][]> {
  const finder = createDuplicateFinder();
  const found: number[][] = [];
  for (const file of files) {
    context.throwIfAborted();
    found.push(finder.next(await readFile(file)));
  }
  return found;
}
