import { readFile } from "node:fs/promises";
import { RETRIES, type RemotePolicy } from "@climb/runtime/worker";
import type { TextEmbedder } from "./embedder.js";
import { lexicalEmbedder } from "./lexical-embedder.js";
import { openOnnxModel } from "./onnx-embedder.js";
import type { OnnxSettings } from "./onnx-folder.js";
import { type RemoteSettings, remoteEmbedder } from "./remote-embedder.js";

export type ModelKind = "lexical" | "onnx" | "remote" | "given";

/** A model on this machine: a fitted one itself, of others how they are used. */
export interface ModelFile {
  kind: ModelKind;
  path: string;
  sha256: string;
  /** What ONNX Runtime runs it on, in order; default the CPU. */
  executionProviders?: readonly string[];
  /** Where texts may be sent to; anywhere, unless given. */
  remotes?: RemotePolicy;
}

/** Models kept ready in one thread; a default lexical one takes 31 MB. */
const MODELS_KEPT = 2;

const ready = new Map<string, Promise<TextEmbedder>>();

/** The model, opened once in this thread. */
export function loadModel(file: ModelFile): Promise<TextEmbedder> {
  const known = ready.get(file.sha256);
  if (known) return known;
  const [oldest] = ready.keys();
  if (oldest !== undefined && ready.size >= MODELS_KEPT) ready.delete(oldest);
  const loading = open(file);
  ready.set(file.sha256, loading);
  loading.catch(() => ready.delete(file.sha256));
  return loading;
}

async function open({ kind, path, executionProviders, remotes }: ModelFile): Promise<TextEmbedder> {
  const bytes = await readFile(path);
  if (kind === "lexical") return lexicalEmbedder(bytes);
  const settings: unknown = JSON.parse(bytes.toString("utf8"));
  if (kind === "remote") return remoteEmbedder(settings as RemoteSettings, RETRIES, remotes);
  return (await openOnnxModel(settings as OnnxSettings, executionProviders)).embedder;
}
