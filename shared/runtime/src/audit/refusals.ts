import type { AuditedCall } from "./audit.js";

/** Tells of refusals: each, but equal ones together, so that who knocks a million times does not fill the log. */
export interface Refusals {
  note(call: AuditedCall, code: string, reason: string): void;
  /** Tells of those that were not told yet. */
  close(): void;
}

type Tell = (call: AuditedCall, code: string, reason: string, times: number) => void;

interface Repeated {
  call: AuditedCall;
  code: string;
  reason: string;
  /** Since it was told last. */
  times: number;
  timer: NodeJS.Timeout;
}

/** Different refusals that are told apart at once; from so many addresses at a time, the others count as one. */
const MOST_APART = 1000;

/** @param everyMs how long equal refusals are counted before they are told */
export function createRefusals(tell: Tell, everyMs = 10_000): Refusals {
  const known = new Map<string, Repeated>();
  const end = (key: string) => {
    const repeated = known.get(key);
    if (!repeated) return;
    known.delete(key);
    clearTimeout(repeated.timer);
    if (repeated.times > 0) tell(repeated.call, repeated.code, repeated.reason, repeated.times);
  };
  return {
    note(call, code, reason) {
      // Each connection has a port of its own.
      const host = call.peer.replace(/:\d+$/, "");
      const full = [host, call.caller, call.project, call.path, reason].join(" ");
      const crowded = known.size >= MOST_APART && !known.has(full);
      const key = crowded ? reason : full;
      const repeated = known.get(key);
      if (repeated) {
        repeated.times++;
        return;
      }
      tell(call, code, reason, 1);
      const shown = crowded ? { path: call.path, caller: "", project: "", peer: "" } : { ...call, peer: host };
      const timer = setTimeout(() => end(key), everyMs).unref();
      known.set(key, { call: shown, code, reason, times: 0, timer });
    },
    close() {
      for (const key of [...known.keys()]) end(key);
    },
  };
}
