import type { Platform, Snapshot, SnapshotFilter } from "@climb/ports";

const PAGE_SIZE = 500;

/** Every snapshot of a kind, the oldest first, page after page. @param filter which; all, unless given */
export async function* everySnapshot(
  snapshots: Platform["snapshots"],
  kind: string,
  filter: SnapshotFilter = {},
): AsyncGenerator<Snapshot> {
  let pageToken = "";
  do {
    const page = await snapshots.list(kind, { filter, order: "oldest", pageSize: PAGE_SIZE, pageToken });
    yield* page.items;
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
}
