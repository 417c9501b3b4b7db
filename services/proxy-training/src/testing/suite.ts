import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seeded } from "@climb/numeric";
import { EVERYTHING, openEmbeddedPlatform, type Platform, type Role } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { Scoring, type Target, TargetSource } from "@climb/proto/training/v1/target";
import {
  ProxySpec,
  type Run,
  RunSpec,
  type TokenSet,
  TokenSpec,
  TrainingServiceDefinition,
} from "@climb/proto/training/v1/training_service";
import { storeRoutes, toArtifact } from "@climb/resources";
import {
  type Client,
  createAuthenticator,
  createClient,
  createLifecycle,
  createLogger,
  loadConfig,
  serveRpc,
} from "@climb/runtime";
import { afterEach } from "vitest";
import { startTrainingService, trainingConfig } from "../index.js";

export const vocabularies = {
  kitchen: "oven flour butter sugar recipe dough bake onion garlic sauce pepper cream salt stir".split(" "),
  sky: "star planet telescope galaxy orbit comet nebula moon eclipse asteroid gravity light dust".split(" "),
};
export const names = Object.keys(vocabularies);

/** A sentence of a topic: words follow each other by a rule, with exceptions, so that there is something to learn. */
export function text(words: string[], length: number, seed: string): string {
  const random = seeded(seed);
  let at = random.int(words.length);
  return Array.from({ length }, () => {
    at = random.float() < 0.7 ? (at * 5 + 3) % words.length : random.int(words.length);
    return words[at];
  }).join(" ");
}

export interface Suite {
  platform: Platform;
  client: Client<typeof TrainingServiceDefinition>;
  port: number;
  close(): Promise<void>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "climb-training-"));
  open.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The service over real gRPC on the embedded platform; calls are for the project that they are made in. */
export async function start(
  dataDir: string,
  variables: Record<string, string> = {},
  options: {
    role?: Role;
    /** Hears of each artifact that this service has stored. */
    onPut?: (path: string) => void;
  } = {},
): Promise<Suite> {
  const { role = EVERYTHING, onPut } = options;
  const logger = createLogger({ service: "test", level: "silent" });
  const lifecycle = createLifecycle({ logger });
  const close = () => lifecycle.close();
  open.push(close);
  const platform = { ...(await openEmbeddedPlatform({ dataDir, logger, lifecycle })), role };
  const services = await startTrainingService(watched(platform, onPut), configOf(variables));
  const served = [...services, storeRoutes(platform)];
  const authenticator = createAuthenticator(configOf(variables), logger);
  const server = await serveRpc({ address: "127.0.0.1:0", services: served, logger, authenticator });
  lifecycle.onClose("server", () => server.close());
  const client = createClient(TrainingServiceDefinition, `127.0.0.1:${server.port}`);
  lifecycle.onClose("client", () => client.close());
  return { platform, client, port: server.port, close };
}

/** Another replica on the platform of a suite, which does the work of all queues. */
export async function startReplica(
  { platform }: Suite,
  variables: Record<string, string> = {},
  onPut?: (path: string) => void,
): Promise<void> {
  await startTrainingService({ ...watched(platform, onPut), role: EVERYTHING }, configOf(variables));
}

function configOf(variables: Record<string, string>) {
  return loadConfig(trainingConfig, { CLIMB_WORKERS: "2", ...variables });
}

function watched(platform: Platform, onPut: (path: string) => void = () => {}): Platform {
  const { artifacts } = platform;
  const put: typeof artifacts.put = async (path, ...rest) => {
    const stored = await artifacts.put(path, ...rest);
    onPut(path);
    return stored;
  };
  return { ...platform, artifacts: { ...artifacts, put } };
}

export const shards = 3;
export const documents = 40;

/** How domains differ from those that tests have. */
export interface Change {
  /** A shard that has so many documents fewer. */
  shorter?: { shard: number; by: number };
  /** Which document of each ten is pruned, the last unless given. */
  pruned?: number;
}

/** Two domains in three shards as clustering would leave them, every tenth document pruned. */
export async function domains({ artifacts }: Platform, { shorter, pruned = 9 }: Change = {}): Promise<Artifact> {
  const documentShards: { artifact: Artifact; documents: bigint; textBytes: bigint }[] = [];
  const assignments: Artifact[] = [];
  const textBytes = [0, 0];
  const kept = [0, 0];
  for (let shard = 0; shard < shards; shard++) {
    const length = shorter?.shard === shard ? documents - shorter.by : documents;
    const rows = Array.from({ length }, (_, i) => {
      const domain = i % 10 === pruned ? -1 : i % 2;
      const words = vocabularies[names[i % 2] as keyof typeof vocabularies];
      const line = { id: `${shard}-${i}`, text: text(words, 150, `document ${shard} ${i}`), source: "test" };
      if (domain >= 0) {
        textBytes[domain] = (textBytes[domain] ?? 0) + Buffer.byteLength(line.text);
        kept[domain] = (kept[domain] ?? 0) + 1;
      }
      return { domain, line: JSON.stringify(line) };
    });
    const lines = gzipSync(rows.map(({ line }) => `${line}\n`).join(""));
    const artifact = toArtifact(await artifacts.put(`corpus/test/documents-${shard}.jsonl.gz`, lines));
    documentShards.push({ artifact, documents: BigInt(length), textBytes: 0n });
    const bytes = new Uint8Array(Int32Array.from(rows, ({ domain }) => domain).buffer);
    assignments.push(toArtifact(await artifacts.put(`domains/test/assignments-${shard}.i32`, bytes)));
  }
  const manifest = DomainManifest.fromPartial({
    domainSetId: "test",
    domains: names.map((id, j) => ({
      id,
      label: id,
      documents: BigInt(kept[j] as number),
      textBytes: BigInt(textBytes[j] as number),
    })),
    corpus: { corpusId: "test", shards: documentShards },
    assignments,
  });
  const json = Buffer.from(JSON.stringify(DomainManifest.toJSON(manifest)));
  return toArtifact(await artifacts.put("domains/test/domains.json", json));
}

/** A finished token set. @param decontaminate targets whose documents are left out */
export async function tokenSet({ client, platform }: Suite, decontaminate: Target[] = []): Promise<TokenSet> {
  const spec = TokenSpec.fromPartial({ domains: await domains(platform), vocabulary: 512, seed: 1, decontaminate });
  const { tokenSet: created } = await client.createTokenSet({ requestId: "", spec });
  for await (const { tokenSet: current } of client.watchTokenSet({ id: created?.id ?? "", afterSequence: 0n })) {
    if (current?.status?.endTime) return current;
  }
  throw new Error("the watch ended before the token set's last state");
}

export async function target(
  suite: Suite,
  topic: keyof typeof vocabularies,
  scoring = Scoring.SCORING_FULL,
): Promise<Target> {
  const path = join(await directory(), `${topic}.jsonl`);
  const items = Array.from({ length: 12 }, (_, i) => {
    const [question = "", answer = ""] = text(vocabularies[topic], 40, `item ${i}`).split(/(?<=^(?:\S+ ){30}\S+) /);
    return JSON.stringify({ question, answer });
  });
  await writeFile(path, items.join("\n"));
  const sources = [TargetSource.fromPartial({ name: topic, paths: [path], scoring })];
  const { targets } = await suite.client.importTargets({ sources });
  return targets[0] as Target;
}

export const proxy = ProxySpec.fromPartial({
  preset: "nano",
  width: 16,
  layers: 1,
  context: 32,
  batch: 4,
  learningRate: 5e-3,
});
export const spec = (tokenSetId: string, fields: Partial<RunSpec> = {}) =>
  RunSpec.fromPartial({ tokenSetId, mixture: [0.75, 0.25], proxy, tokens: 16_000n, seed: 3, ...fields });

export async function createRun({ client }: Suite, runSpec: RunSpec, targets: Target[]): Promise<string> {
  return (await client.createRun({ requestId: "", spec: runSpec, targets })).run?.id ?? "";
}

export async function untilFinal({ client }: Suite, id: string): Promise<Run> {
  for await (const { run } of client.watchRun({ id, afterSequence: 0n })) if (run?.status?.endTime) return run;
  throw new Error(`the watch of ${id} ended before its last state`);
}

export async function untilSteps({ client }: Suite, id: string): Promise<void> {
  for await (const { run } of client.watchRun({ id, afterSequence: 0n })) if (run?.training?.step) return;
}
