import { randomBytes } from "node:crypto";
import { ServiceError } from "@climb/runtime";

/** What a URI says: a content by its digest, or by the number that it got when it was stored. */
export interface ArtifactAddress {
  kind: "sha256" | "replaced";
  /** 64 hexadecimal digits of the digest, or 32 of the number. */
  id: string;
}

const ADDRESS = /^climb:\/\/(?:(sha256)\/([0-9a-f]{64})|(replaced)\/([0-9a-f]{32}))$/;
/** Segments are file names, and a path with its store's prefix is a key of an object store, at most 1024 bytes. */
const SEGMENT_BYTES = 255;
const PATH_BYTES = 900;

/** @throws ServiceError notFound ARTIFACT_MISSING for what is no address of an artifact store */
export function parseUri(uri: string): ArtifactAddress {
  const [, digest, sha256, replaced, number] = ADDRESS.exec(uri) ?? [];
  if (digest && sha256) return { kind: "sha256", id: sha256 };
  if (replaced && number) return { kind: "replaced", id: number };
  const expected = "climb://sha256/<64 hex> or climb://replaced/<32 hex>";
  throw new ServiceError("notFound", "ARTIFACT_MISSING", `"${uri}" is not in this store; expected ${expected}`, {
    uri,
  });
}

/** The URI of an address. */
export function formatUri({ kind, id }: ArtifactAddress): string {
  return `climb://${kind}/${id}`;
}

/** An address that no content has. */
export function newReplacedAddress(): ArtifactAddress {
  return { kind: "replaced", id: randomBytes(16).toString("hex") };
}

/**
 * Names come from requests, and lead nowhere but into the store.
 * @throws ServiceError invalid FIELD_INVALID
 */
export function checkArtifactPath(path: string): void {
  const fault = faultOf(path);
  if (!fault) return;
  const expected = `at most ${PATH_BYTES} bytes in segments of at most ${SEGMENT_BYTES}, such as "sets/1/manifest.json"`;
  throw new ServiceError("invalid", "FIELD_INVALID", `${JSON.stringify(path)} is not an artifact path: it ${fault}`, {
    field: "path",
    found: path,
    expected,
  });
}

/** As {@link checkArtifactPath}, for the beginning of a path. */
export function checkArtifactPrefix(prefix: string): void {
  // Whatever the last segment begins with, it may go on as a name.
  checkArtifactPath(`${prefix}x`);
}

function faultOf(path: string): string | undefined {
  if (path === "") return "is empty";
  // Half a surrogate pair has no bytes of its own; the two non-characters cannot be listed in XML.
  if (/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(path)) return "has characters that cannot be printed";
  const segments = path.split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    return 'has an empty segment, "." or ".."';
  }
  if (segments.some((segment) => Buffer.byteLength(segment) > SEGMENT_BYTES)) return "has a segment that is too long";
  return Buffer.byteLength(path) > PATH_BYTES ? "is too long" : undefined;
}
