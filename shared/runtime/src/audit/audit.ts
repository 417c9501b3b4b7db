import { randomUUID } from "node:crypto";
import { CallAudited } from "@climb/proto/common/v1/audit";
import type { Logger } from "pino";
import { createRefusals } from "./refusals.js";

/** A call as the audit has it; see climb.common.v1.CallAudited. */
export interface AuditedCall {
  /** "/package.Service/Method" */
  path: string;
  caller: string;
  project: string;
  peer: string;
}

/** Who did what, when and from where. */
export interface Audit {
  /** A call has changed something. */
  changed(call: AuditedCall, resourceId: string): void;
  /** A call was refused. */
  refused(call: AuditedCall, code: string, reason: string): void;
  /** Tells what is still to be told. */
  close(): void;
}

/** Takes an event of the audit; see EventBus.publish. */
export type PublishAudit = (event: { subject: string; id: string; payload: Uint8Array }) => Promise<void>;

/** Events on their way at once. A broker that is slow must not fill the memory: the log has them all. */
const MOST_UNDER_WAY = 1000;

/** Writes each change and each refusal to the log, and publishes it if there is somewhere to. */
export function createAudit(logger: Logger, publish?: PublishAudit): Audit {
  let underWay = 0;
  const tell = (subject: "audit.changed" | "audit.refused", audited: Omit<CallAudited, "time">) => {
    const { resourceId, reason, times, ...facts } = audited;
    const line = { audit: subject, ...facts, ...(resourceId && { resourceId }), ...(reason && { reason, times }) };
    if (subject === "audit.changed") logger.info(line, "a call has changed something");
    else logger.warn(line, "a call was refused");
    if (!publish || underWay >= MOST_UNDER_WAY) return;
    underWay++;
    const payload = CallAudited.encode({ ...audited, time: new Date() }).finish();
    publish({ subject, id: randomUUID(), payload })
      .catch((error) => logger.debug({ err: error }, "an event of the audit was not published; the log has it"))
      .finally(() => underWay--);
  };
  const refusals = createRefusals((call, code, reason, times) =>
    tell("audit.refused", { ...factsOf(call), resourceId: "", code, reason, times }),
  );
  return {
    changed: (call, resourceId) =>
      tell("audit.changed", { ...factsOf(call), resourceId, code: "OK", reason: "", times: 1 }),
    refused: refusals.note,
    close: refusals.close,
  };
}

function factsOf({ path, caller, project, peer }: AuditedCall) {
  return { caller, project, peer, call: path.slice(1) };
}
