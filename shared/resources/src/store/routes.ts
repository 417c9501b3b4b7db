import type { Platform } from "@climb/ports";
import { StoreServiceDefinition, type UploadRequest } from "@climb/proto/store/v1/store_service";
import { implement, type RpcService, ServiceError } from "@climb/runtime";
import { toArtifact } from "../artifacts.js";
import { expectEverybody } from "../everybody.js";
import { expectBytes } from "../quotas.js";
import { collectGarbage, DEFAULT_GRACE_MS } from "./collect.js";
import { type FileClaim, storeUpload, uploadState } from "./uploads.js";
import { DEFAULT_SINCE_MS, usageOf } from "./usage.js";

const PIECE_BYTES = 1024 * 1024;

/** The calls of the store, which every service offers. */
export function storeRoutes(platform: Platform, now: () => Date = () => new Date()): RpcService {
  const { artifacts } = platform;
  return implement(StoreServiceDefinition, {
    async upload(requests) {
      const parts = requests[Symbol.asyncIterator]();
      const claim = claimOf(await parts.next());
      await expectBytes(platform, claim.sizeBytes, now());
      const pieces = { [Symbol.asyncIterator]: () => ({ next: async () => pieceOf(await parts.next()) }) };
      return { artifact: toArtifact(await storeUpload(artifacts, claim, pieces)) };
    },
    async getUpload({ sha256 }) {
      const { offset, file } = await uploadState(artifacts, sha256);
      return { offset: BigInt(offset), artifact: file && toArtifact(file) };
    },
    async *download({ uri }) {
      for await (const chunk of artifacts.get({ uri })) {
        for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
          yield { data: Buffer.from(chunk.subarray(from, from + PIECE_BYTES)) };
        }
      }
    },
    async getUsage({ since }) {
      const from = since ?? new Date(now().getTime() - DEFAULT_SINCE_MS);
      return { projects: await usageOf(platform, from, now()) };
    },
    async *collectGarbage({ dryRun, timeToLive, grace }) {
      const timeToLiveMs = new Map(Object.entries(timeToLive).map(([kind, lasts]) => [kind, msOf(lasts)]));
      // Garbage is what no project needs; who acts for one project cannot tell.
      expectEverybody("garbage is collected");
      let [bytes, count] = [0, 0];
      const options = { dryRun, timeToLiveMs, graceMs: grace ? msOf(grace) : DEFAULT_GRACE_MS, now };
      for await (const garbage of collectGarbage(platform, options)) {
        count++;
        bytes += garbage.bytes;
        yield { name: garbage.name, reason: garbage.reason, bytes: BigInt(garbage.bytes), count: 0n };
      }
      yield { name: "", reason: "", bytes: BigInt(bytes), count: BigInt(count) };
    },
  });
}

function claimOf({ value, done }: IteratorResult<UploadRequest>): FileClaim {
  const part = done ? undefined : value.part;
  if (part?.$case !== "header") {
    const metadata = { field: "header", found: part?.$case ?? "nothing", expected: "a header first" };
    throw new ServiceError("invalid", "FIELD_INVALID", `got ${metadata.found}, expected a header first`, metadata);
  }
  const { sha256, sizeBytes, offset } = part.value;
  return { sha256, sizeBytes: Number(sizeBytes), offset: Number(offset) };
}

function pieceOf({ value, done }: IteratorResult<UploadRequest>): IteratorResult<Uint8Array> {
  if (done) return { done: true, value: undefined };
  const { part } = value;
  if (part?.$case === "data") return { done: false, value: part.value };
  const metadata = { field: "data", found: part?.$case ?? "nothing", expected: "data after the header" };
  throw new ServiceError("invalid", "FIELD_INVALID", `got ${metadata.found}, expected data after the header`, metadata);
}

function msOf({ seconds, nanos }: { seconds: bigint; nanos: number }): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}
