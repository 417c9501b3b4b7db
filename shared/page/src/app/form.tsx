import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Fault } from "./parts.js";

/** A form that sends something; what goes wrong is said in it. */
export function Form({
  name,
  action,
  send,
  children,
}: {
  name: string;
  /** What the button says. */
  action: string;
  send: () => Promise<void>;
  children: ComponentChildren;
}) {
  const [state, setState] = useState<{ busy: boolean; fault?: string }>({ busy: false });
  const submit = async (event: Event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      await send();
      setState({ busy: false });
    } catch (error) {
      setState({ busy: false, fault: (error as Error).message });
    }
  };
  return (
    <form aria-label={name} onSubmit={submit}>
      {children}
      <button type="submit" disabled={state.busy}>
        {action}
      </button>
      <Fault message={state.fault} />
    </form>
  );
}
