import { readJson } from "@climb/ports";
import {
  EmbeddingManifest,
  type EmbeddingServiceDefinition,
  type EmbeddingSet,
  type EmbedResponse,
} from "@climb/proto/embedding/v1/embedding_service";
import { nameOfState, type ResourceStore } from "@climb/resources";
import { type Handlers, ServiceError } from "@climb/runtime";
import type { ModelFile, ModelKind } from "../models/load.js";
import type { Work } from "../steps/context.js";
import type { OnlineEmbedder } from "./online.js";

const MAX_MODELS_KNOWN = 100;

/** Embed and EmbedStream. @param online with a thread of its own, so that callers never wait behind a corpus */
export function embedCalls(
  { platform, executionProviders, remotes }: Pick<Work, "platform" | "executionProviders" | "remotes">,
  sets: ResourceStore<EmbeddingSet>,
  online: OnlineEmbedder,
): Pick<Handlers<typeof EmbeddingServiceDefinition>, "embed" | "embedStream"> {
  // A finished set never changes, so its manifest is read once.
  const models = new Map<string, Omit<ModelFile, "path"> & { uri: string }>();
  const finishedModel = async (id: string): Promise<ModelFile> => {
    // Also of a known one: whether the caller may use it.
    const set = await sets.require(id);
    const known = models.get(id) ?? (await modelOf(platform, set));
    const [oldest] = models.keys();
    if (oldest !== undefined && !models.has(id) && models.size >= MAX_MODELS_KNOWN) models.delete(oldest);
    models.set(id, known);
    const { uri, ...model } = known;
    const path = await platform.artifacts.localPath({ uri, sha256: model.sha256 });
    return { ...model, path, executionProviders, remotes };
  };
  const embed = async (id: string, texts: string[], signal: AbortSignal): Promise<EmbedResponse> => {
    const { vectors, dimensions } = await online.embed(await finishedModel(id), texts, signal);
    return { vectors: Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength), dimensions };
  };
  return {
    embed: ({ embeddingSetId: id, texts }, { signal }) => embed(id, texts, signal),
    async *embedStream(requests, { signal }) {
      let id: string | undefined;
      for await (const request of requests) {
        id ??= request.embeddingSetId;
        yield await embed(id, request.texts, signal);
      }
    },
  };
}

/** The model of a finished set. @throws ServiceError wrongState STATE_FORBIDS if it has none, or none yet */
async function modelOf({ artifacts }: Work["platform"], { id, manifest, status }: EmbeddingSet) {
  const forbid = (state: string, message: string) =>
    new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "embedding-set", id, state });
  if (!manifest) {
    const state = nameOfState(status);
    throw forbid(state, `embedding set ${id} is ${state}; expected SUCCEEDED`);
  }
  const { model, modelKind } = EmbeddingManifest.fromJSON(await readJson(artifacts, manifest));
  if (modelKind === "given") {
    throw forbid(
      "given",
      `the vectors of embedding set ${id} were given; there is no model to embed further texts with`,
    );
  }
  const { uri = "", sha256 = "" } = model ?? {};
  const kind: ModelKind = modelKind === "onnx" || modelKind === "remote" ? modelKind : "lexical";
  return { kind, uri, sha256 };
}
