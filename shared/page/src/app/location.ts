import { useEffect, useState } from "preact/hooks";

const MOVED = "climb-moved";

/** Where the reader is: the address that can be shared. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

function here(): Place {
  return { path: window.location.pathname, query: new URLSearchParams(window.location.search) };
}

/** Goes to another view. @param replace stays in the same place of the browser's history: for what a view remembers */
export function go(address: string, replace = false): void {
  if (replace) window.history.replaceState(null, "", address);
  else window.history.pushState(null, "", address);
  window.dispatchEvent(new Event(MOVED));
}

/** Changes what the address says of the view; undefined and "" take a word away. */
export function remember(words: Record<string, string | undefined>): void {
  const { path, query } = here();
  for (const [key, value] of Object.entries(words)) {
    if (value) query.set(key, value);
    else query.delete(key);
  }
  const text = query.toString();
  go(text ? `${path}?${text}` : path, true);
}

/** The place, as it changes; links to the page's own addresses are followed without loading anything. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const moved = () => setPlace(here());
    const follow = (event: MouseEvent) => {
      const link = (event.target as Element | null)?.closest?.("a");
      const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      if (!link || !isPlain || link.target || link.hasAttribute("download") || link.origin !== window.location.origin)
        return;
      if (link.pathname === "/artifact" || link.hash) return;
      event.preventDefault();
      go(link.pathname + link.search);
      window.scrollTo(0, 0);
    };
    window.addEventListener(MOVED, moved);
    window.addEventListener("popstate", moved);
    document.addEventListener("click", follow);
    return () => {
      window.removeEventListener(MOVED, moved);
      window.removeEventListener("popstate", moved);
      document.removeEventListener("click", follow);
    };
  }, []);
  return place;
}
