import { BadRequest, ErrorInfo, RetryInfo } from "@climb/proto/google/rpc/error_details";
import type { FieldViolation, ServiceError } from "../errors.js";

/** A detail of google.rpc.Status: a message with its type's address. */
interface Detail {
  typeUrl: string;
  value: Buffer<ArrayBuffer>;
}

const DOMAIN = "climb";
const PREFIX = "type.googleapis.com/google.rpc.";
const DEFAULT_RETRY_MS = 10_000;

/** Clients refuse trailers of more than 8 KiB, which hold the details in base64 and the message twice. */
const VIOLATIONS_BYTES = 3000;
const METADATA_CHARACTERS = 300;
const MESSAGE_CHARACTERS = 500;

/** The beginning of a text, which callers have sent themselves; half a surrogate pair would end the process in grpc-js. */
export function cutMessage(text: string): string {
  const cut = text.length > MESSAGE_CHARACTERS ? `${text.slice(0, MESSAGE_CHARACTERS)}…` : text;
  return cut.toWellFormed();
}

/** What a caller's program may know of an error, beside its sentence. */
export function detailsOf({ reason, metadata, code, message, ...more }: ErrorFacts): Detail[] {
  const shown = Object.entries(metadata).map(([key, value]) => [key, value.slice(0, METADATA_CHARACTERS)]);
  const info = ErrorInfo.encode({ reason, domain: DOMAIN, metadata: Object.fromEntries(shown) });
  const details = [detail("ErrorInfo", info)];
  const violations = more.violations?.length ? more.violations : onlyViolation(reason, metadata, message);
  if (violations.length > 0) {
    details.push(detail("BadRequest", BadRequest.encode({ fieldViolations: withinRoom(violations) })));
  }
  if (code === EXHAUSTED) {
    const ms = more.retryAfterMs ?? DEFAULT_RETRY_MS;
    const retryDelay = { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 };
    details.push(detail("RetryInfo", RetryInfo.encode({ retryDelay })));
  }
  return details;
}

type ErrorFacts = Pick<ServiceError, "reason" | "metadata" | "message"> &
  Partial<Pick<ServiceError, "violations" | "retryAfterMs">> & { code: number };

const EXHAUSTED = 8;

/** The reason and the rest of the details of an error of ours; undefined for those of others. */
export function readDetails(details: readonly { typeUrl: string; value: Uint8Array }[]) {
  const find = (name: string) => details.find(({ typeUrl }) => typeUrl === PREFIX + name)?.value;
  const [info, bad, retry] = [find("ErrorInfo"), find("BadRequest"), find("RetryInfo")];
  if (!info) return undefined;
  const { reason, metadata } = ErrorInfo.decode(info);
  const delay = retry && RetryInfo.decode(retry).retryDelay;
  const retryAfterMs = delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
  return { reason, metadata, violations: bad ? BadRequest.decode(bad).fieldViolations : [], retryAfterMs };
}

function onlyViolation(reason: string, { field }: Record<string, string>, message: string): FieldViolation[] {
  return reason === "FIELD_INVALID" && field ? [{ field, description: message, reason }] : [];
}

/** As many of the first violations as a trailer has room for. */
function withinRoom(violations: readonly FieldViolation[]): FieldViolation[] {
  let left = VIOLATIONS_BYTES;
  const fitting: FieldViolation[] = [];
  for (const { field, description, reason } of violations) {
    const shown = { field, description: cutMessage(description), reason };
    left -= Buffer.byteLength(field + shown.description + reason) + 8;
    if (left < 0) break;
    fitting.push(shown);
  }
  return fitting;
}

function detail(name: string, message: { finish(): Uint8Array<ArrayBuffer> }): Detail {
  return { typeUrl: PREFIX + name, value: Buffer.from(message.finish()) };
}
