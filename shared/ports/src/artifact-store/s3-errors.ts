import { ServiceError } from "@climb/runtime";

/** What is known of an error of the SDK. */
export interface S3Fault {
  /** S3's code, or the name of the error. */
  name: string;
  /** Undefined if there was no answer. */
  status: number | undefined;
}

/** Where a store is, for messages. */
export interface S3Place {
  bucket: string;
  /** The endpoint, or S3 itself in a region. */
  address: string;
  url: string;
}

/** What an error of the SDK means for who asked. */
export function faultOf(error: unknown): S3Fault {
  const {
    name = "Error",
    Code,
    $metadata,
  } = (error ?? {}) as {
    name?: string;
    Code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return { name: Code ?? name, status: $metadata?.httpStatusCode };
}

/** Whether there is no such object. Without a body a missing bucket says the same. */
export function isNoObject(error: unknown): boolean {
  const { name, status } = faultOf(error);
  return name !== "NoSuchBucket" && name !== "NoSuchUpload" && (name === "NoSuchKey" || status === 404);
}

const KEYS = new Set([
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "ExpiredToken",
  "InvalidToken",
  "TokenRefreshRequired",
  "CredentialsProviderError",
  "ProviderError",
]);
const REGION = new Set(["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"]);
const FULL = new Set([
  "QuotaExceeded",
  "XMinioStorageFull",
  "EntityTooLargeForQuota",
  "XMinioAdminBucketQuotaExceeded",
]);

/** The error that an SDK's error ends as, with a sentence that says what to do where somebody has to do something. */
export function s3Error(error: unknown, { bucket, address, url }: S3Place, doing: string): unknown {
  if (error instanceof ServiceError) return error;
  const { name, status } = faultOf(error);
  const said = error instanceof Error && error.message && error.message !== name ? `: ${error.message}` : "";
  const options = { cause: error };
  const invalid = (remedy: string, expected: string) => {
    const message = `${doing} at ${address} failed with ${name}${said}. ${remedy}`;
    return new ServiceError("invalid", "FIELD_INVALID", message, { field: "url", found: url, expected }, options);
  };
  if (name === "NoSuchBucket" || name === "InvalidBucketName") {
    return invalid(`Create the bucket "${bucket}", or name one that exists: got ${url}.`, "a bucket that exists");
  }
  if (KEYS.has(name)) {
    const remedy = "Give a valid AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role to this process.";
    return invalid(remedy, "valid credentials");
  }
  if (REGION.has(name) || status === 301 || status === 307) {
    return invalid(`Set AWS_REGION to the region of the bucket "${bucket}".`, "the bucket's region");
  }
  if (status === 401 || status === 403) {
    const actions = "s3:ListBucket on the bucket and s3:GetObject, s3:PutObject, s3:DeleteObject on its objects";
    return invalid(
      `Allow ${actions} for "${bucket}", or give other credentials.`,
      "credentials that may use the bucket",
    );
  }
  if (FULL.has(name) || status === 507) {
    const message = `the store at ${address} is full: ${doing} failed with ${name}${said}`;
    return new ServiceError("exhausted", "DISK_FULL", message, { path: url }, options);
  }
  const answered = status !== undefined && status < 500 && status !== 429 && status !== 408;
  if (answered && status >= 400) return invalid("Name a store that speaks S3.", "a store that speaks S3");
  const message = `the store at ${address} cannot be reached: ${doing} failed with ${name}${said}`;
  return new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address }, options);
}
