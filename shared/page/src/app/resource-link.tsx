const VIEWS: Record<string, string> = { search: "/searches", run: "/runs", "domain-set": "/domains" };

/** A resource by its kind and id, as a link where it has a view. */
export function ResourceLink({ kind, id }: { kind: string; id: string }) {
  const view = VIEWS[kind];
  const name = (
    <>
      {kind} <code>{id.slice(0, 8)}</code>
    </>
  );
  return view ? <a href={`${view}/${id}`}>{name}</a> : <span title={id}>{name}</span>;
}
