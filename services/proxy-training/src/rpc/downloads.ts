import type { ArtifactStore } from "@climb/ports";
import {
  type DownloadRunResponse,
  ModelFormat,
  type Run,
  type TokenSet,
} from "@climb/proto/training/v1/training_service";
import { nameOfState, type ResourceStore } from "@climb/resources";
import { ServiceError, type WorkerPool } from "@climb/runtime";
import { readManifest } from "../steps/inputs.js";
import type { Tasks } from "../tasks/worker.js";
import { shapeFromProto } from "./convert.js";

const MAX_PIECE_BYTES = 2 ** 20;

/** A finished run's weights as a file, piece by piece. @throws ServiceError wrongState STATE_FORBIDS */
export async function* downloadRun(
  artifacts: ArtifactStore,
  pool: WorkerPool<Tasks>,
  tokenSets: ResourceStore<TokenSet>,
  { id, spec, status, weights }: Run,
  format: ModelFormat,
  signal: AbortSignal,
): AsyncGenerator<DownloadRunResponse> {
  if (!weights) {
    const message = `run ${id} has no weights: it is not finished, or its trainer kept them`;
    throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "run", id, state: nameOfState(status) });
  }
  if (format !== ModelFormat.MODEL_FORMAT_ONNX) {
    for await (const chunk of artifacts.get(weights)) yield* pieces(chunk);
    return;
  }
  const { vocabulary } = await readManifest(artifacts, await tokenSets.require(spec?.tokenSetId ?? ""));
  const task = { shape: shapeFromProto(spec?.proxy, vocabulary), weightsPath: await artifacts.localPath(weights) };
  yield* pieces(await pool.run("exportModel", task, { signal }));
}

function* pieces(chunk: Uint8Array): Generator<DownloadRunResponse> {
  for (let from = 0; from < chunk.length; from += MAX_PIECE_BYTES) {
    yield { data: Buffer.from(chunk.subarray(from, from + MAX_PIECE_BYTES)) };
  }
}
