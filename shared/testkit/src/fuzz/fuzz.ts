import type { DescMethod } from "@bufbuild/protobuf";
import { seeded } from "@climb/numeric";
import { ErrorInfo } from "@climb/proto/google/rpc/error_details";
import { Status } from "@climb/proto/google/rpc/status";
import { Client, credentials, type Metadata, status } from "@grpc/grpc-js";
import { type Manners, mannersOf } from "./manners.js";
import { everyMethod, type Making, requestBytes } from "./requests.js";
import type { Samples } from "./valid-message.js";

export interface FuzzOptions {
  /** host:port of a suite that nobody else needs. */
  address: string;
  requests: number;
  seed: number;
  samples: Samples;
  /** Calls under way at once; 32, unless given. */
  concurrency?: number;
  /** Hears how many calls have ended. */
  onProgress?(done: number): void;
  /** Whether to ask on; a suite that died answers nothing more. */
  goesOn?(): boolean;
}

/** An answer that no bad input may have, with what led to it. */
export interface Finding {
  method: string;
  making: Making;
  code: number;
  details: string;
  /** Hexadecimal, the first bytes. */
  bytes: string;
}

export interface FuzzReport {
  requests: number;
  /** Calls by the name of their code. */
  codes: Record<string, number>;
  /** `Service.Method CODE REASON` of every error that was seen. */
  pairs: Set<string>;
  /** Errors without a reason or with what is nobody's business: INTERNAL, UNKNOWN, paths of the server, stacks. */
  findings: Finding[];
}

interface Answer {
  code: number;
  details: string;
  metadata?: Metadata;
}

const DEADLINE_MS = 2000;
const MAX_FINDINGS = 1000;
/** Longer than any sentence of ours; a request's own text would be. */
const MAX_DETAILS_BYTES = 1600;
const LEAKS = /node:internal|\bat .+\.js:\d+|node_modules|TypeError|Cannot read properties|is not a function/;
const WITHOUT_REASON: readonly number[] = [status.OK, status.CANCELLED, status.DEADLINE_EXCEEDED];

/** Sends requests that are good, nearly good, or none to every method of a suite in turn, and tells what it answered. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { address, requests, seed, samples, concurrency = 32, onProgress, goesOn = () => true } = options;
  const client = new Client(address, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    // A suite that died is noticed, not waited for.
    "grpc.initial_reconnect_backoff_ms": 100,
  });
  const methods = everyMethod();
  const report: FuzzReport = { requests: 0, codes: {}, pairs: new Set(), findings: [] };
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < requests && goesOn(); i = next++) {
      const random = seeded(seed).child("request", i);
      const method = methods[random.int(methods.length)] as DescMethod;
      const made = Array.from(
        { length: method.methodKind.startsWith("server") || method.methodKind === "unary" ? 1 : 1 + random.int(3) },
        () => requestBytes(method, random, samples),
      );
      const bytes = made.map((one) => one.bytes);
      const answer = await call(client, method, bytes, mannersOf(random));
      note(report, method, made, answer);
      if (report.requests % 1000 === 0) onProgress?.(report.requests);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  client.close();
  return report;
}

/** Makes a call with raw bytes; of a stream of answers the first is enough. */
function call(
  client: Client,
  method: DescMethod,
  messages: readonly Uint8Array[],
  { metadata, cancelAfterMs, leavesOpen }: Manners,
): Promise<Answer> {
  const path = `/${method.parent.typeName}/${method.name}`;
  const raw = (bytes: Uint8Array) => Buffer.from(bytes);
  const asIs = (bytes: Buffer) => bytes;
  const options = { deadline: Date.now() + DEADLINE_MS };
  return new Promise((resolve) => {
    let said: Answer = { code: status.OK, details: "" };
    const stream = client.makeBidiStreamRequest(path, raw, asIs, metadata, options);
    stream.on("data", () => {
      if (method.methodKind === "server_streaming") stream.cancel();
    });
    stream.on("error", () => {});
    stream.on("status", (answer: Answer) => {
      said = answer;
      resolve(said);
    });
    for (const message of messages) stream.write(message);
    if (!leavesOpen) stream.end();
    if (cancelAfterMs === 0) stream.cancel();
    else if (cancelAfterMs !== undefined) setTimeout(() => stream.cancel(), cancelAfterMs);
  });
}

function note(
  report: FuzzReport,
  method: DescMethod,
  made: readonly { making: Making; bytes: Uint8Array }[],
  { code, details, metadata }: Answer,
): void {
  report.requests++;
  const name = status[code] ?? String(code);
  report.codes[name] = (report.codes[name] ?? 0) + 1;
  const reason = reasonOf(metadata);
  if (reason) report.pairs.add(`${method.parent.name}.${method.name} ${name} ${reason}`);
  const unexplained = !reason && !WITHOUT_REASON.includes(code);
  if (!unexplained && !LEAKS.test(details) && Buffer.byteLength(details) <= MAX_DETAILS_BYTES) return;
  if (report.findings.length >= MAX_FINDINGS) return;
  const [first] = made;
  report.findings.push({
    method: `${method.parent.name}.${method.name}`,
    making: first?.making ?? "valid",
    code,
    details: details.slice(0, 500),
    bytes: Buffer.from(first?.bytes.subarray(0, 2000) ?? []).toString("hex"),
  });
}

function reasonOf(metadata: Metadata | undefined): string | undefined {
  const [rich] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(rich)) return undefined;
  const info = Status.decode(rich).details.find(({ typeUrl }) => typeUrl.endsWith("/google.rpc.ErrorInfo"));
  return info && ErrorInfo.decode(info.value).reason;
}
