import { z } from "zod";

/** Where services may send texts to; of every service that asks models elsewhere. */
export const remoteVariables = {
  CLIMB_EMBEDDER_HOSTS: z
    .string()
    .default("")
    .transform((text) => text.split(",").flatMap((word) => word.trim() || []))
    .describe(
      "hosts, or host:port, that remote models may be at, separated by commas; any but this machine, unless given",
    ),
};
