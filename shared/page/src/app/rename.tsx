import type { Domain } from "@climb/proto/clustering/v1/clustering_service";
import { useState } from "preact/hooks";
import type { Wire } from "../wire.js";
import { call } from "./api.js";
import { Form } from "./form.js";

/** Another title for a domain; its id stays. */
export function Rename({
  set,
  domain: { id, label, madeLabel },
  renamed,
}: {
  /** The set's id. */
  set: string;
  domain: Pick<Wire<Domain>, "id" | "label" | "madeLabel">;
  renamed: () => void;
}) {
  const [open, setOpen] = useState(false);
  const [title, setTitle] = useState(label);
  const toggle = () => {
    setTitle(label);
    setOpen(!open);
  };
  const save = async () => {
    await call("clustering", "updateDomain", { id: set, domainId: id, title });
    setOpen(false);
    renamed();
  };
  return (
    <div class="rename">
      <button type="button" class="plain" aria-expanded={open} aria-label={`Rename ${id} …`} onClick={toggle}>
        Rename …
      </button>
      {open && (
        <Form name={`Rename ${id}`} action="Save" send={save}>
          <label>
            Title, or nothing for {madeLabel || label}
            <input maxLength={120} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
          </label>
        </Form>
      )}
    </div>
  );
}
