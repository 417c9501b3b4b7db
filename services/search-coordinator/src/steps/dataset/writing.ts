import type { Platform } from "@climb/ports";
import type { Dataset } from "@climb/proto/search/v1/search_service";
import type { MakeContext } from "@climb/resources";
import type { SearchContext } from "../context.js";
import type { DatasetInputs } from "./inputs.js";
import type { DatasetShards } from "./shards.js";

/** What the writing of a data set uses. */
export interface Writing {
  artifacts: Platform["artifacts"];
  pool: SearchContext["pool"];
  shards: DatasetShards;
  inputs: DatasetInputs;
  making: MakeContext<Dataset>;
}

/** Documents of each shard of the corpus. */
export function documentsByShard({ domains }: DatasetInputs): number[] {
  return (domains.corpus?.shards ?? []).map(({ documents }) => Number(documents));
}
