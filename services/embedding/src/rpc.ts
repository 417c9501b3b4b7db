import { CorpusSource } from "@climb/proto/common/v1/corpus";
import { JobState } from "@climb/proto/common/v1/job";
import {
  EmbeddingManifest,
  EmbeddingServiceDefinition,
  type EmbeddingSet,
  EmbeddingSpec,
  type EmbedResponse,
} from "@climb/proto/embedding/v1/embedding_service";
import {
  beginResource,
  cancelResource,
  implement,
  type Platform,
  pending,
  type RpcService,
  ServiceError,
  watchResource,
} from "@climb/runtime";
import { readArtifact } from "./artifact.js";
import { withAbsolutePaths } from "./convert.js";
import { corpusId, embeddingSetId } from "./identity.js";
import type { OnlineEmbedder } from "./online.js";
import type { EmbeddingStore } from "./store.js";
import type { ModelFile, ShardLimits } from "./tasks/task.js";
import { checkSpec } from "./validate.js";

export interface EmbeddingRoutes {
  platform: Platform;
  store: EmbeddingStore;
  /** With a thread of its own, so that Embed never waits behind a corpus. */
  online: OnlineEmbedder;
  limits: ShardLimits;
  /** What ONNX models run on, in order. */
  executionProviders: readonly string[];
  now: () => Date;
}

const MOST_TEXTS = 256;
const MODELS_KNOWN = 100;

/** The service's calls: from contract to store and queue and back. */
export function embeddingRoutes(deps: EmbeddingRoutes): RpcService {
  const { platform, store, online, limits, executionProviders, now } = deps;
  // A finished set never changes, so its manifest is read once.
  const models = new Map<string, ModelFile>();
  const finishedModel = async (id: string): Promise<ModelFile> => {
    const model = models.get(id) ?? {
      ...(await modelOf(platform, await store.require(id))),
      executionProviders,
    };
    const [oldest] = models.keys();
    if (oldest !== undefined && models.size >= MODELS_KNOWN) models.delete(oldest);
    models.set(id, model);
    return model;
  };
  const embed = async (id: string, texts: string[], signal: AbortSignal): Promise<EmbedResponse> => {
    if (texts.length > MOST_TEXTS) {
      const message = `texts has ${texts.length} entries; expected at most ${MOST_TEXTS}`;
      throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "texts" });
    }
    const { vectors, dimensions } = await online.embed(await finishedModel(id), texts, signal);
    return { vectors: Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength), dimensions };
  };

  return implement(EmbeddingServiceDefinition, {
    async validateEmbeddingSet({ spec }) {
      return { faults: (await checkSpec(withAbsolutePaths(spec ?? EmbeddingSpec.create()))).faults };
    },

    async createEmbeddingSet({ spec: given, requestId }) {
      const spec = withAbsolutePaths(given ?? EmbeddingSpec.create());
      const { faults, files, plan } = await checkSpec(spec);
      const [first] = faults;
      if (first || !plan) {
        const others = faults.length > 1 ? ` (and ${faults.length - 1} more; ValidateEmbeddingSet lists all)` : "";
        throw new ServiceError("invalid", first?.reason ?? "FIELD_INVALID", `${first?.message}${others}`, {
          field: first?.field ?? "spec",
        });
      }
      const id = embeddingSetId(
        corpusId(files, spec.corpus ?? CorpusSource.create(), limits),
        plan,
        spec.model?.halfPrecision,
      );
      await platform.claimRequest("embedding", requestId, id);
      const initial = newSet(id, spec, now());
      return { embeddingSet: await beginResource({ platform, queue: "embedding", resources: store }, initial) };
    },

    async getEmbeddingSet({ id }) {
      return { embeddingSet: await store.require(id) };
    },

    async listEmbeddingSets(page) {
      const { items, nextPageToken } = await store.list(page);
      return { embeddingSets: items, nextPageToken };
    },

    async *watchEmbeddingSet(request, { signal }) {
      for await (const { sequence, resource } of watchResource(store, request, signal)) {
        yield { sequence, embeddingSet: resource };
      }
    },

    async cancelEmbeddingSet({ id }) {
      return { embeddingSet: await cancelResource(store, id, now()) };
    },

    embed: ({ embeddingSetId: id, texts }, { signal }) => embed(id, texts, signal),

    async *embedStream(requests, { signal }) {
      let id: string | undefined;
      for await (const request of requests) {
        id ??= request.embeddingSetId;
        yield await embed(id, request.texts, signal);
      }
    },
  });
}

function newSet(id: string, spec: EmbeddingSpec, now: Date): EmbeddingSet {
  const status = pending(now);
  return { id, spec, status, manifest: undefined, documents: 0n, textBytes: 0n, quarantined: 0n, dimensions: 0 };
}

async function modelOf({ artifacts }: Platform, set: EmbeddingSet): Promise<ModelFile> {
  if (!set.manifest) {
    const state = JobState[set.status?.state ?? JobState.JOB_STATE_UNSPECIFIED].replace("JOB_STATE_", "");
    const message = `embedding set ${set.id} is ${state}; expected SUCCEEDED`;
    throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "embedding set", id: set.id, state });
  }
  const json: unknown = JSON.parse((await readArtifact(artifacts, set.manifest.uri)).toString("utf8"));
  const { model, modelKind } = EmbeddingManifest.fromJSON(json);
  if (modelKind === "given") {
    const message = `the vectors of embedding set ${set.id} were given; there is no model to embed further texts with`;
    throw new ServiceError("wrongState", "STATE_FORBIDS", message, {
      kind: "embedding set",
      id: set.id,
      state: "given",
    });
  }
  const { uri = "", sha256 = "" } = model ?? {};
  const kind = modelKind === "onnx" || modelKind === "remote" ? modelKind : "lexical";
  return { kind, path: await artifacts.localPath({ uri, sha256 }), sha256 };
}
