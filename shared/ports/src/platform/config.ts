import { baseConfig } from "@climb/runtime";
import { z } from "zod";
import { natsVariables } from "../nats/options.js";

const GIB = 1024 ** 3;
const listOf = (text: string) =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** The variables of a process that works with others: where the broker and the store are, and what it is there for. */
export const platformConfig = baseConfig.extend({
  CLIMB_ROLE: z
    .enum(["all", "api", "worker"])
    .default("all")
    .describe("api answers calls, worker works through the queues, all does both"),
  CLIMB_QUEUES: z
    .string()
    .default("")
    .transform(listOf)
    .describe("queues that a worker takes, separated by commas; all of its service, unless given"),
  CLIMB_NATS_URL: z
    .string()
    .regex(/^(nats|tls):\/\/[^\s,]+(,(nats|tls):\/\/[^\s,]+)*$/, "expected nats:// addresses, separated by commas")
    .default("nats://127.0.0.1:4222")
    .describe("NATS servers with JetStream, separated by commas"),
  ...natsVariables,
  CLIMB_NATS_REPLICAS: z.coerce
    .number()
    .int()
    .min(1)
    .max(5)
    .default(1)
    .describe("NATS servers that keep a copy of each stream"),
  CLIMB_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]+$/, "expected a word of a-z 0-9 -")
    .default("climb")
    .describe("prefix of all streams and subjects: one for each release that shares the NATS account"),
  CLIMB_ARTIFACTS_URL: z
    .string()
    .regex(/^(file:\/\/\/|s3:\/\/[a-z0-9])/, "expected file:///<folder on a shared volume> or s3://<bucket>/<prefix>")
    .default("file:///var/lib/climb/artifacts")
    .describe("where artifacts are: file:// on a volume that all services share, or s3:// (AWS_… variables apply)"),
  CLIMB_CACHE_DIR: z
    .string()
    .default("/tmp/climb-cache")
    .describe("local copies of artifacts in a bucket, and uploads on their way"),
  CLIMB_CACHE_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(20 * GIB)
    .describe("bytes that local copies may take"),
  CLIMB_CORPUS_ROOTS: z
    .string()
    .default("")
    .transform(listOf)
    .describe("folders below which corpora may be named by path, separated by commas"),
  CLIMB_CORPUS_BUCKETS: z
    .string()
    .default("")
    .transform(listOf)
    .describe("buckets whose objects callers may name as s3:// addresses, separated by commas"),
  CLIMB_PATIENCE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(3_600_000)
    .describe("how long work waits for a broker, store or service that is away before it fails"),
});

export type PlatformConfig = ReturnType<typeof platformConfig.parse>;
