import type { DatasetParams } from "./shards.js";

/** Whether params are of the shuffled sample or of the corpus split by domain. */
export const modeOf = ({ mixed }: Pick<DatasetParams, "mixed">) => (mixed ? "mixed" : "split");

/** Where what a data set is made of lies until it is made, and its files for as long as it is there. */
export const workFolder = (id: string) => `search/datasets/${id}/work/`;

export const numbered = (shard: number) => String(shard).padStart(5, "0");
