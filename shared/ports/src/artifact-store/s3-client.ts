import type { S3Client } from "@aws-sdk/client-s3";
import { environmentAgent } from "@climb/runtime";

export interface S3ClientOptions {
  /** Another store that speaks S3, for example MinIO: "http://minio:9000". Else AWS_ENDPOINT_URL, or S3 itself. */
  endpoint?: string | undefined;
  /** Else AWS_REGION or a profile's; "us-east-1" with an endpoint. */
  region?: string | undefined;
  /** How often a request is sent until the store counts as away. */
  attempts?: number | undefined;
  /** How long a connection may be silent. */
  silenceMs?: number | undefined;
}

/** A client of S3 with credentials from the usual AWS_… variables, files and roles, and its address for messages. */
export async function openS3Client(options: S3ClientOptions = {}): Promise<{ client: S3Client; address: string }> {
  const { attempts = 8, silenceMs = 30_000 } = options;
  // The SDK reads AWS_ENDPOINT_URL too, but other stores than S3 want the bucket in the path.
  const endpoint = options.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const region = options.region ?? process.env.AWS_REGION ?? (endpoint ? "us-east-1" : undefined);
  // Loaded late: most processes never speak to S3.
  const { S3Client } = await import("@aws-sdk/client-s3");
  const agent = environmentAgent();
  const client = new S3Client({
    ...(region && { region }),
    ...(endpoint && { endpoint, forcePathStyle: true }),
    retryMode: "standard",
    maxAttempts: attempts,
    // Other checksums than the digest only keep out stores that do not know them.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: 5_000,
      socketTimeout: silenceMs,
      ...(agent && { httpAgent: agent, httpsAgent: agent }),
    },
  });
  return { client, address: endpoint ?? `s3 in ${region ?? "the default region"}` };
}
