import type { JobStatus } from "@climb/proto/common/v1/job";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count, short } from "../format.js";
import type { Wire } from "../wire.js";
import { STATES } from "../words.js";
import type { Following } from "./live.js";

/** The state of a resource as a word in its colour. */
export function State({
  status,
  paused = false,
}: {
  status: Pick<Wire<JobStatus>, "state"> | undefined;
  paused?: boolean;
}) {
  const word = paused && (status?.state ?? 0) < 3 ? "paused" : STATES[status?.state ?? 0];
  return <span class={`state ${word}`}>{word}</span>;
}

/** How far something is; without a total only what was done. */
export function Progress({ label, done, total, unit }: { label: string; done: number; total: number; unit: string }) {
  return (
    <div class="progress">
      <progress aria-label={label} max={total || 1} value={total ? Math.min(done, total) : undefined} />
      <span>
        {label}
        {(done > 0 || total > 0) && `: ${done < 10_000 ? count(done) : short(done)}`}
        {total > 0 && ` of ${total < 10_000 ? count(total) : short(total)}`} {done > 0 || total > 0 ? unit : ""}
      </span>
    </div>
  );
}

/** Whether the page follows. */
export function Follows({ following }: { following: Following }) {
  const words = { connecting: "connecting", live: "live", broken: "reconnecting …", ended: "" };
  return (
    <span role="status" class={`follows ${following}`}>
      {words[following]}
    </span>
  );
}

/** A fault, in the words of the service. */
export function Fault({ message }: { message: string | undefined }) {
  return message ? (
    <p role="alert" class="fault">
      {message}
    </p>
  ) : null;
}

/** A button for something that takes a moment; what goes wrong is said beside it. */
export function Action({
  act,
  children,
  ask,
  plain,
  label,
}: {
  act: () => Promise<unknown>;
  children: ComponentChildren;
  ask?: string;
  plain?: boolean;
  /** What it does, for who hears the page, where its words alone do not say it. */
  label?: string;
}) {
  const [state, setState] = useState<{ busy: boolean; fault?: string }>({ busy: false });
  const press = async () => {
    if (ask && !window.confirm(ask)) return;
    setState({ busy: true });
    try {
      await act();
      setState({ busy: false });
    } catch (error) {
      setState({ busy: false, fault: (error as Error).message });
    }
  };
  return (
    <>
      <button
        type="button"
        class={plain ? "plain" : undefined}
        aria-label={label}
        disabled={state.busy}
        onClick={press}
      >
        {children}
      </button>
      <Fault message={state.fault} />
    </>
  );
}
