import { useState } from "preact/hooks";
import { signIn } from "./api.js";
import { Fault } from "./parts.js";

/** Asks for the token that every caller of the services shows. */
export function SignIn({ done }: { done: () => void }) {
  const [token, setToken] = useState("");
  const [fault, setFault] = useState<string | undefined>();
  const send = async (event: Event) => {
    event.preventDefault();
    try {
      await signIn(token.trim());
      done();
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  return (
    <form class="card sign-in" onSubmit={send}>
      <h1>Sign in</h1>
      <p>
        This suite asks callers who they are. Give the token that you call it with; it stays in this browser until you
        close it or sign out.
      </p>
      <label>
        Token
        <input
          type="password"
          autocomplete="current-password"
          required
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      <button type="submit">Sign in</button>
      <Fault message={fault} />
    </form>
  );
}
