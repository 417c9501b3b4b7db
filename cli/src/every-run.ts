import type { SearchRun } from "@climb/proto/search/v1/search_service";
import type { Session } from "./session.js";

/** The runs of a search, page after page. */
export async function* everyRun({ search: client, signal }: Session, searchId: string): AsyncGenerator<SearchRun> {
  let pageToken = "";
  do {
    const page = await client.listSearchRuns({ searchId, pageSize: 1000, pageToken }, { signal });
    yield* page.runs;
    pageToken = page.nextPageToken;
  } while (pageToken);
}
