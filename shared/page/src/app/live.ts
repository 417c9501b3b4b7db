import { useEffect, useRef, useState } from "preact/hooks";
import type { CallError } from "./api.js";

/** Whether what is shown follows what happens. */
export type Following = "connecting" | "live" | "broken" | "ended";

interface Message {
  sequence: number;
}

/**
 * Follows a watch. A stream that broke off (the service was killed, the machine slept) is begun again by the browser, after the
 * last message that was seen. A page that nobody looks at lets go of its stream: a browser has few connections to one server.
 * @param id undefined follows nothing
 */
export function useWatch<T extends Message>(name: string, id: string | undefined) {
  const [message, setMessage] = useState<T | undefined>();
  const [following, setFollowing] = useState<Following>("connecting");
  const [failure, setFailure] = useState<string | undefined>();
  useEffect(() => {
    setMessage(undefined);
    setFailure(undefined);
    setFollowing("connecting");
    if (id === undefined) return;
    let source: EventSource | undefined;
    let [seen, over] = [0, false];
    const open = () => {
      source = new EventSource(`/watch/${name}?${new URLSearchParams({ id, after: String(seen) })}`);
      source.onopen = () => setFollowing("live");
      source.onmessage = ({ data }) => {
        const next = JSON.parse(data) as T;
        seen = next.sequence;
        setMessage(next);
        setFollowing("live");
      };
      source.onerror = () => {
        setFollowing("broken");
        // Not to be tried again, says the browser of an answer that was no stream; a proxy's, while the service is away.
        if (source?.readyState === EventSource.CLOSED) setTimeout(() => !over && !document.hidden && open(), 2000);
      };
      source.addEventListener("end", () => stop("ended"));
      source.addEventListener("failure", (event) => {
        setFailure((JSON.parse((event as MessageEvent<string>).data) as CallError).message);
        stop("ended");
      });
    };
    const stop = (state: Following) => {
      over = true;
      source?.close();
      setFollowing(state);
    };
    const look = () => {
      if (over) return;
      source?.close();
      if (!document.hidden) open();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      over = true;
      source?.close();
      document.removeEventListener("visibilitychange", look);
    };
  }, [name, id]);
  return { message, following, failure };
}

/**
 * Asks for something now and whenever one of the reasons changes; what was there stays until the new is there.
 * @param everyMs asks again so often while somebody looks
 */
export function useAsked<T>(ask: () => Promise<T>, reasons: readonly unknown[], everyMs?: number) {
  const [answer, setAnswer] = useState<T | undefined>();
  const [failure, setFailure] = useState<string | undefined>();
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    let current = true;
    const now = () =>
      latest.current().then(
        (value) => {
          if (!current) return;
          setAnswer(() => value);
          setFailure(undefined);
        },
        (error: Error) => current && setFailure(error.message),
      );
    void now();
    const timer = everyMs && setInterval(() => document.hidden || void now(), everyMs);
    return () => {
      current = false;
      if (timer) clearInterval(timer);
    };
  }, [...reasons, everyMs]);
  return { answer, failure };
}
