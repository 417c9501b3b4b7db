import { createHash } from "node:crypto";
import type { Platform } from "@climb/ports";
import { currentProject, ServiceError, VersionConflictError } from "@climb/runtime";

const KIND = "request";

/**
 * Remembers which resource a request_id made, for good; an empty one is nothing to remember.
 * @throws ServiceError exists REQUEST_ID_REUSED if it made another one before
 */
export async function claimRequest(
  { snapshots }: Pick<Platform, "snapshots">,
  kind: string,
  requestId: string,
  resourceId: string,
  now: Date,
): Promise<void> {
  if (requestId === "") return;
  // Each project has request ids of its own.
  const project = currentProject();
  const whose = project === undefined ? "" : `${project}\0`;
  const key = createHash("sha256").update(`${whose}${kind}\0${requestId}`).digest("hex");
  const index = { state: kind, owner: "", labels: {}, createTimeMs: now.getTime() };
  try {
    await snapshots.put(KIND, key, { index, record: Buffer.from(resourceId, "utf8") }, 0);
  } catch (error) {
    if (!(error instanceof VersionConflictError)) throw error;
    const known = await snapshots.get(KIND, key);
    if (known && Buffer.from(known.record).toString("utf8") === resourceId) return;
    const said = requestId.slice(0, 100);
    const message = `request_id "${said}" was used before with another request`;
    throw new ServiceError("exists", "REQUEST_ID_REUSED", message, { request_id: said });
  }
}
