import type { JobStatus } from "@climb/proto/common/v1/job";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Wire } from "../wire.js";

/** The operator's address of a trace, with {traceId} where its id belongs; undefined where traces are not looked at. */
export const TraceAddress = createContext<string | undefined>(undefined);

/** A link to the trace of a resource's work, where there are both. */
export function TraceLink({ status }: { status: Pick<Wire<JobStatus>, "traceId"> | undefined }) {
  const address = useContext(TraceAddress);
  if (!address || !status?.traceId) return null;
  return (
    <a href={address.replaceAll("{traceId}", status.traceId)} rel="noreferrer">
      Trace
    </a>
  );
}
