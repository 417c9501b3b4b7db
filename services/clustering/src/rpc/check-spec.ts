import type { DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Fault } from "@climb/proto/common/v1/job";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import { fieldFault } from "@climb/resources";
import { endpointFault, type RemotePolicy, ServiceError } from "@climb/runtime";
import { documentsOf, isWithoutText, readEmbeddings } from "../steps/artifacts.js";
import type { ClusteringContext } from "../steps/context.js";
import { checkGivenDomains } from "../tasks/given-domains.js";
import { optionFaults } from "./plan.js";
import { scorerFileFaults } from "./scorer-files.js";

/** Every fault of a specification at once, and the error that says more than one of them where there is one. */
export async function checkSpec(
  { platform, pool, remotes }: ClusteringContext,
  spec: DomainSpec,
  signal: AbortSignal,
): Promise<{ faults: Fault[]; error: ServiceError | undefined }> {
  const faults: Fault[] = [];
  let manifest: EmbeddingManifest | undefined;
  let missing: ServiceError | undefined;
  if (!spec.embeddings?.uri) {
    faults.push(fieldFault("spec.embeddings", "nothing", "the address of an EmbeddingManifest"));
  } else {
    try {
      manifest = await readEmbeddings(platform.artifacts, spec.embeddings);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.kind === "notFound") missing = error;
      faults.push({ field: "spec.embeddings", message: error.message, reason: error.reason });
    }
  }
  faults.push(...optionFaults(spec, manifest && documentsOf(manifest), manifest && isWithoutText(manifest)));
  faults.push(...(await scorerFileFaults(platform, pool, spec.scorers, signal)));
  faults.push(...(await givenFaults(platform, spec)));
  faults.push(...namerFaults(spec, remotes));
  // A missing artifact has a code of its own in the contract, unless there is more to say.
  return { faults, error: faults.length === 1 ? missing : undefined };
}

/** Faults of a file of given domains that was not stored before. */
async function givenFaults(platform: ClusteringContext["platform"], { labels: given }: DomainSpec): Promise<Fault[]> {
  if (!given || given.file || given.path === "") return [];
  try {
    await checkGivenDomains({ path: await platform.callerFile(given.path), name: given.path });
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [{ field: "spec.labels.path", message: error.message, reason: error.reason }];
  }
}

/** What is known of domains goes only where the operator lets it. */
function namerFaults({ namer }: DomainSpec, remotes: RemotePolicy): Fault[] {
  const refused = namer && endpointFault(namer, remotes);
  if (!refused) return [];
  const { field, fault } = refused;
  return [{ field: `spec.namer.${field}`, message: `namer.${field} is refused: ${fault}`, reason: "FIELD_INVALID" }];
}
