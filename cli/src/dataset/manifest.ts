import { readFileSync } from "node:fs";
import { join } from "node:path";
import { whyUnreadable } from "@climb/runtime";
import { z } from "zod";
import { CommandError } from "../errors.js";

const count = z.number().nonnegative();

/** manifest.json of a written data set. */
const manifest = z.object({
  format: z.literal(1),
  documents: count,
  textBytes: count,
  sample: z
    .object({
      seed: count,
      maxRepetition: z.number().positive(),
      tokens: count,
      domains: z.array(
        z.object({
          id: z.string(),
          weight: count,
          repetition: count,
          wanted: count,
          tokens: count,
          documents: count,
          textBytes: count,
        }),
      ),
    })
    .optional(),
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: count })),
});

export type DatasetManifest = z.infer<typeof manifest>;

/** Reads the manifest of a data set's folder. @throws CommandError if it is not there or is no such manifest */
export function readManifest(folder: string): DatasetManifest {
  const path = join(folder, "manifest.json");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CommandError(`${path}: ${whyUnreadable(error)}; expected the folder of a data set that Climb wrote`);
  }
  const parsed = manifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path: at, message }) => `${path}: ${at.join(".") || "the file"}: ${message}`,
  );
  throw new CommandError(faults.join("\n"));
}
