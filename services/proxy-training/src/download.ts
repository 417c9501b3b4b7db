import { type DownloadRunResponse, ModelFormat, type Run } from "@climb/proto/training/v1/training_service";
import { type Platform, ServiceError } from "@climb/runtime";
import type { Compute } from "./compute.js";
import { proxyFromProto } from "./convert.js";
import { readManifest } from "./jobs/context.js";
import type { TrainingStore } from "./store.js";

const MOST_PIECE_BYTES = 2 ** 20;

/** A finished run's weights as a file, piece by piece. @throws ServiceError wrongState STATE_FORBIDS */
export async function* downloadRun(
  deps: { platform: Platform; store: TrainingStore; compute: Compute },
  { id, spec, weights }: Run,
  format: ModelFormat,
  signal: AbortSignal,
): AsyncGenerator<DownloadRunResponse> {
  const { artifacts } = deps.platform;
  if (!weights) {
    const message = `run ${id} has no weights: it is not finished, or its trainer kept them`;
    throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "runs", id });
  }
  if (format !== ModelFormat.MODEL_FORMAT_ONNX) {
    for await (const chunk of artifacts.get(weights.uri)) yield* pieces(chunk);
    return;
  }
  const tokenSet = await deps.store.tokenSets.require(spec?.tokenSetId ?? "");
  const { vocabulary } = await readManifest(artifacts, tokenSet);
  const shape = { ...proxyFromProto(spec?.proxy).proxy, vocabulary };
  yield* pieces(await deps.compute("export", { shape, weightsPath: await artifacts.localPath(weights) }, { signal }));
}

function* pieces(chunk: Uint8Array): Generator<DownloadRunResponse> {
  for (let from = 0; from < chunk.length; from += MOST_PIECE_BYTES) {
    yield { data: Buffer.from(chunk.subarray(from, from + MOST_PIECE_BYTES)) };
  }
}
