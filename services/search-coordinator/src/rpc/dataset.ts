import { DatasetFinished } from "@climb/proto/search/v1/search_events";
import { type CreateDatasetRequest, Dataset, DatasetSpec } from "@climb/proto/search/v1/search_service";
import { type Checked, defineResource, fieldFault, pending } from "@climb/resources";
import { contentId, ServiceError } from "@climb/runtime";
import type { SearchContext } from "../steps/context.js";
import { type DatasetInputs, readInputs } from "../steps/dataset/inputs.js";
import { defineDatasetShards } from "../steps/dataset/shards.js";
import { removeWork, writeDataset } from "../steps/dataset/write-dataset.js";

/** Data sets: a corpus at a mixture, shuffled, or split by domain. */
export function defineDataset(context: SearchContext) {
  const datasets = defineResource(context.platform, {
    kind: "dataset",
    message: Dataset,
    names: { one: "Dataset", many: "Datasets" },
    check: (request: Pick<CreateDatasetRequest, "spec">, { signal }) => check(context, request, signal),
    concurrency: 4,
    make: (dataset, making) => writeDataset(context, shards, dataset, making),
    tidy: ({ id }) => removeWork(context.platform, id),
    event: (datasetId, state) => ({
      subject: "search.dataset_finished",
      payload: DatasetFinished.encode({ datasetId, state }).finish(),
    }),
  });
  const shards = defineDatasetShards(context, datasets);
  return datasets;
}

async function check(
  { platform, peers }: SearchContext,
  { spec: given }: Pick<CreateDatasetRequest, "spec">,
  signal: AbortSignal,
): Promise<Checked<Dataset>> {
  const spec = DatasetSpec.fromPartial(given ?? {});
  if (spec.mixture.length === 0 && !spec.options?.byDomain) {
    const expected = "weights, or options.by_domain for the corpus split by domain";
    return { faults: [fieldFault("spec.mixture", "none", expected)] };
  }
  const domains = await domainsOf(() => readInputs(platform.artifacts, peers, spec, signal));
  if (spec.mixture.length > 0 && spec.mixture.length !== domains) {
    return {
      faults: [fieldFault("spec.mixture", `${spec.mixture.length} weights`, `one for each of ${domains} domains`)],
    };
  }
  if (spec.takenTokens.length > 0 && spec.takenTokens.length !== domains) {
    const found = `${spec.takenTokens.length} counts`;
    return { faults: [fieldFault("spec.taken_tokens", found, `one for each of ${domains} domains, or none`)] };
  }
  const id = contentId("dataset", DatasetSpec.encode(spec).finish());
  return { faults: [], wanted: Dataset.fromPartial({ id, spec, status: pending(new Date()) }) };
}

/** How many domains a data set is made of. @throws ServiceError invalid CONSTRAINTS_INFEASIBLE for too few tokens */
async function domainsOf(read: () => Promise<DatasetInputs>): Promise<number> {
  try {
    return (await read()).domains.domains.length;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ServiceError("invalid", "CONSTRAINTS_INFEASIBLE", error.message, { constraint: error.message });
  }
}
