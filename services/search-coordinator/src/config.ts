import { baseConfig } from "@climb/runtime";
import type { z } from "zod";

/** The coordinator needs nothing beyond what every service has. */
export const searchConfig = baseConfig;

export type SearchConfig = z.infer<typeof searchConfig>;
