import { z } from "zod";

const MIB = 1024 * 1024;
const count = (least: number) => z.coerce.number().int().min(least);

/** The variables that say how much callers may ask for at once. */
export const limitVariables = {
  CLIMB_LIMIT_CALLS: count(1).default(16_384).describe("calls under way at once, watches included"),
  CLIMB_LIMIT_CLIENT_CALLS: count(1).default(4096).describe("calls under way at once of one caller"),
  CLIMB_LIMIT_BYTES: count(MIB)
    .default(1024 * MIB)
    .describe("bytes of requests that are taken in at once; further ones wait, unread"),
  CLIMB_LIMIT_CLIENT_BYTES: count(MIB)
    .default(256 * MIB)
    .describe("bytes of requests of one caller that are taken in at once"),
  CLIMB_QUOTAS: z
    .string()
    .optional()
    .describe(
      "file of what each project may have: lines of <project or *> searches=4 runs=200 tokens-a-day=2G bytes=1T",
    ),
  CLIMB_LIMIT_RATE: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe("calls a second of one caller, twice as many in a burst; 0 means any number"),
};

/** What {@link limitVariables} gives. */
export type LimitConfig = z.infer<z.ZodObject<typeof limitVariables>>;
