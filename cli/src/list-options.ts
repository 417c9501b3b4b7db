import { JobState } from "@climb/proto/common/v1/job";
import { ListFilter } from "@climb/proto/common/v1/list";
import { type Command, InvalidArgumentError, Option } from "commander";
import { oneLabel } from "./metadata-options.js";

/** What a list can be narrowed and ordered by. */
export interface ListOptions {
  state?: JobState[];
  label?: Record<string, string>;
  owner?: string;
  order: "newest" | "oldest";
}

/** A page of a List call without its token. */
interface PageAsked {
  pageSize: number;
  filter: ListFilter;
  orderBy: string;
}

const PAGE_SIZE = 100;
const STATES: Record<string, JobState> = {
  pending: JobState.JOB_STATE_PENDING,
  running: JobState.JOB_STATE_RUNNING,
  succeeded: JobState.JOB_STATE_SUCCEEDED,
  failed: JobState.JOB_STATE_FAILED,
  cancelled: JobState.JOB_STATE_CANCELLED,
};

/** Adds --state, --label, --owner and --order to a command that lists. */
export function addListOptions(command: Command): Command {
  return command
    .option(
      "--state <state>",
      `only those that are ${Object.keys(STATES).join(", ")}; give it again for more`,
      oneState,
    )
    .option("--label <key=value>", "only those with this label; give it again for those with both", oneLabel)
    .option("--owner <project>", "only those of a project, for who may see several")
    .addOption(new Option("--order <order>", "by time of creation").choices(["newest", "oldest"]).default("newest"));
}

/** Everything of a list, page after page. @param list a List call @param itemsOf what a page holds */
export async function* everyItem<P extends { nextPageToken: string }, T>(
  { state = [], label = {}, owner = "", order }: ListOptions,
  list: (page: PageAsked & { pageToken: string }) => Promise<P>,
  itemsOf: (page: P) => readonly T[],
): AsyncGenerator<T> {
  const filter = ListFilter.fromPartial({ states: state, labels: label, owner });
  const orderBy = order === "oldest" ? "create_time asc" : "create_time desc";
  let pageToken = "";
  do {
    const page = await list({ pageSize: PAGE_SIZE, filter, orderBy, pageToken });
    yield* itemsOf(page);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
}

function oneState(text: string, before: JobState[] = []): JobState[] {
  const state = Object.hasOwn(STATES, text) ? STATES[text] : undefined;
  if (state === undefined) throw new InvalidArgumentError(`expected one of ${Object.keys(STATES).join(", ")}`);
  return [...before, state];
}
