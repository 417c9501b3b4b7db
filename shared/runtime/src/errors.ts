import type { status } from "@grpc/grpc-js";

/**
 * The classes of failure that a caller can do something about, and the gRPC code of each. Numbers and not the names of
 * grpc-js, because worker threads throw these errors too and should not load grpc-js for it.
 */
const CODES = {
  invalid: 3 satisfies status.INVALID_ARGUMENT,
  notFound: 5 satisfies status.NOT_FOUND,
  exists: 6 satisfies status.ALREADY_EXISTS,
  wrongState: 9 satisfies status.FAILED_PRECONDITION,
  exhausted: 8 satisfies status.RESOURCE_EXHAUSTED,
  unauthenticated: 16 satisfies status.UNAUTHENTICATED,
  forbidden: 7 satisfies status.PERMISSION_DENIED,
  unavailable: 14 satisfies status.UNAVAILABLE,
  notOffered: 12 satisfies status.UNIMPLEMENTED,
} as const;

export type ErrorKind = keyof typeof CODES;

/** One field of a request that is at fault. */
export interface FieldViolation {
  /** Path into the request as the contract spells it, for example `spec.targets[2].weight`. */
  field: string;
  /** A sentence: what was found and what was expected. */
  description: string;
  /** Name of an ErrorReason, without its prefix. */
  reason: string;
}

export interface ServiceErrorOptions {
  cause?: unknown;
  /** Every field at fault, where the request has several. */
  violations?: readonly FieldViolation[];
  /** When another try is worth while; told where something is exhausted. */
  retryAfterMs?: number;
}

/**
 * A failure with a reason that the caller may know. Throw it from anywhere below an RPC handler or a job; anything
 * else that is thrown is logged whole and shown outside only as "internal error".
 */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly violations: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;

  /**
   * @param reason name of a value of climb.common.v1.ErrorReason, without its prefix
   * @param message one sentence: what was found, where, what was expected
   * @param metadata details for machines, as the reason's comment in the contract lists them
   */
  constructor(
    readonly kind: ErrorKind,
    readonly reason: string,
    message: string,
    readonly metadata: Record<string, string> = {},
    { violations = [], retryAfterMs, ...options }: ServiceErrorOptions = {},
  ) {
    super(message, options);
    this.violations = violations;
    this.retryAfterMs = retryAfterMs;
  }

  get code(): status {
    return CODES[this.kind];
  }
}

/** The kind that a gRPC code stands for; undefined for codes that no ServiceError has. */
export function kindOfCode(code: number): ErrorKind | undefined {
  return (Object.keys(CODES) as ErrorKind[]).find((kind) => CODES[kind] === code);
}

/**
 * The error of a field of a request that has not what it must have.
 * @param field path into the request, as the contract spells it
 */
export function fieldInvalid(field: string, found: string | number | bigint, expected: string): ServiceError {
  const shown = String(found);
  const message = `${field}: found ${shown}, expected ${expected}`;
  return new ServiceError("invalid", "FIELD_INVALID", message, { field, found: shown, expected });
}

/** An append expected another version: somebody else appended first. */
export class VersionConflictError extends Error {
  override readonly name = "VersionConflictError";
  constructor(log: string, expected: number, found: number) {
    super(`${log}: expected version ${expected}, found ${found}`);
  }
}

/** Whether an error says that something outside is away or full for now, so that trying again may help. */
export function isUnavailable(error: unknown): error is ServiceError {
  return error instanceof ServiceError && (error.kind === "unavailable" || error.kind === "exhausted");
}

/** The error code of a system call, for example "ENOENT"; undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** What the system says of a path that cannot be read, in words that follow the path. */
export function whyUnreadable(error: unknown): string {
  const code = systemCode(error);
  if (code === "ENOENT") return "does not exist";
  if (code === "EACCES" || code === "EPERM") return "cannot be read: permission denied";
  if (code === "ENOTDIR") return "does not exist: a part of it is not a directory";
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** What the system says when a write finds no room: no space, no quota left, or a file-size limit. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Told when a disk is full: without its own state a process cannot go on, however often it tries. */
export type OnDiskFull = (error: ServiceError) => void;

/** The error of a failed write: DISK_FULL naming the file if there was no room for it, else the error itself. */
export function writeError(error: unknown, file: string, onDiskFull?: OnDiskFull): unknown {
  if (!NO_ROOM.has(systemCode(error) ?? "")) return error;
  const message = `the disk is full: ${file} could not be written`;
  const full = new ServiceError("exhausted", "DISK_FULL", message, { path: file }, { cause: error });
  onDiskFull?.(full);
  return full;
}
