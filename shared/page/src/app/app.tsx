import { useEffect, useRef, useState } from "preact/hooks";
import { type Session, SIGNED_OUT, session, signOut } from "./api.js";
import { Compare } from "./compare.js";
import { DomainSetView } from "./domain-set.js";
import { DomainSets } from "./domain-sets.js";
import { type Place, usePlace } from "./location.js";
import { RunView } from "./run.js";
import { Runs } from "./runs.js";
import { SearchView } from "./search.js";
import { Searches } from "./searches.js";
import { SignIn } from "./sign-in.js";
import { System } from "./system.js";
import { TraceAddress } from "./trace-link.js";
import { WhatIf } from "./what-if.js";

const PARTS: readonly (readonly [address: string, name: string])[] = [
  ["/searches", "Searches"],
  ["/domains", "Domains"],
  ["/system", "System"],
];

/** The whole page: who reads, where they are, and the view of that place. */
export function App() {
  const place = usePlace();
  const [who, setWho] = useState<Session | undefined>();
  const main = useRef<HTMLElement>(null);
  const look = () => void session().then(setWho, () => setWho({ asks: false, signedIn: true }));
  useEffect(() => {
    look();
    window.addEventListener(SIGNED_OUT, look);
    return () => window.removeEventListener(SIGNED_OUT, look);
  }, []);
  const first = useRef(true);
  useEffect(() => {
    // Who goes on by keyboard or hears the page begins with the new view; not when it is just opened.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [place.path]);
  const signedIn = who?.signedIn;
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        To the content
      </button>
      <header class="top">
        <a class="brand" href="/searches">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M3 27 12 12l5 7 4-6 8 14z" />
          </svg>
          Climb
        </a>
        <nav aria-label="Parts of the page">
          {PARTS.map(([address, name]) => (
            <a key={address} href={address} aria-current={isIn(place, address) ? "page" : undefined}>
              {name}
            </a>
          ))}
        </nav>
        {who?.asks && signedIn && (
          <button type="button" class="plain" onClick={() => void signOut()}>
            Sign out
          </button>
        )}
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        {who && !signedIn && <SignIn done={look} />}
        {signedIn && (
          <TraceAddress.Provider value={who.traceAddress}>
            <View place={place} />
          </TraceAddress.Provider>
        )}
      </main>
    </>
  );
}

function isIn({ path }: Place, address: string): boolean {
  return path.startsWith(address) || (address === "/searches" && (path === "/" || path.startsWith("/runs")));
}

function View({ place }: { place: Place }) {
  const [, part = "", id = "", more = ""] = place.path.split("/");
  if (part === "" || part === "searches") {
    if (id === "compare")
      return <Compare ids={[...new Set((place.query.get("ids") ?? "").split(",").filter(Boolean))]} />;
    if (id && more === "runs") return <Runs id={id} query={place.query} />;
    if (id && more === "what-if") return <WhatIf id={id} query={place.query} />;
    return id ? <SearchView id={id} /> : <Searches query={place.query} />;
  }
  if (part === "runs" && id) return <RunView id={id} query={place.query} />;
  if (part === "domains") return id ? <DomainSetView id={id} /> : <DomainSets />;
  if (part === "system") return <System />;
  return (
    <p>
      There is nothing here. Begin with the <a href="/searches">searches</a>.
    </p>
  );
}
