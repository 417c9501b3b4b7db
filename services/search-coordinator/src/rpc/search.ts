import { SearchFinished } from "@climb/proto/search/v1/search_events";
import {
  type CreateSearchRequest,
  Priority,
  Search,
  type SearchServiceDefinition,
  SearchSpec,
} from "@climb/proto/search/v1/search_service";
import { type Checked, defineResource, isFinal, isRestartable, nameOfState, pending } from "@climb/resources";
import { contentId, type Handlers, ServiceError } from "@climb/runtime";
import { carryOn, tidySearch } from "../steps/carry-on.js";
import type { SearchContext } from "../steps/context.js";
import { readHistory } from "../steps/history.js";
import { stopRuns } from "../steps/pause.js";
import { estimateOf } from "./estimate.js";
import { checkSearch } from "./validate.js";
import { viewOf } from "./view.js";

/** A search waits for other services almost all the time. */
const SEARCHES_AT_ONCE = 32;
/** A search lasts for days and outlives many restarts of its coordinator, none of which is its fault. */
const MAX_DELIVERIES = 1000;
const TARGETS_TIMEOUT_MS = 120_000;

/** Searches: mixtures that are searched in rounds. */
export function defineSearch(context: SearchContext) {
  return defineResource(context.platform, {
    kind: "search",
    message: Search,
    names: { one: "Search", many: "Searches" },
    check: (request: Pick<CreateSearchRequest, "spec">, { signal }) => check(context, request, signal),
    quota: { countedAs: "searches" },
    // Its runs are entered for themselves.
    cost: () => ({ seconds: 0, tokens: 0 }),
    concurrency: SEARCHES_AT_ONCE,
    maxDeliveries: MAX_DELIVERIES,
    merge: withPriority,
    make: (search, making) => carryOn(context, search, making),
    cancelled: (search) => stopRuns(context, search),
    tidy: (search) => tidySearch(context, search),
    event: (searchId, state) => ({
      subject: "search.search_finished",
      payload: SearchFinished.encode({ searchId, state }).finish(),
    }),
  });
}

/** A search that is asked for again goes on with the priority that it is given now. */
function withPriority(current: Search, wanted: Search): Search {
  if (isRestartable(current.status)) return wanted;
  const { spec } = current;
  const { priority = Priority.PRIORITY_UNSPECIFIED } = wanted.spec ?? {};
  const isSame = priority === Priority.PRIORITY_UNSPECIFIED || priority === spec?.priority;
  return isFinal(current.status) || isSame || !spec ? current : { ...current, spec: { ...spec, priority } };
}

async function check(
  context: SearchContext,
  { spec: given }: Pick<CreateSearchRequest, "spec">,
  signal: AbortSignal,
): Promise<Checked<Search>> {
  const { peers } = context;
  const { faults, spec, error } = await checkSearch(context, given ?? SearchSpec.create(), signal);
  if (faults.length > 0) return { faults, ...(error && { error }) };
  const options = { signal, timeoutMs: TARGETS_TIMEOUT_MS };
  const { targets } = await peers.training.importTargets({ sources: spec.targets }, options);
  const id = searchId(
    spec,
    targets.map((target) => target.items?.sha256 ?? ""),
  );
  const { search } = viewOf([{ event: { $case: "created", value: { searchId: id, spec, targets } }, timeMs: 0n }]);
  return { faults, wanted: { ...search, status: pending(new Date()) } };
}

/** A search is named by what it asks for, not by its name for people or its priority; targets count by their content. */
function searchId(spec: SearchSpec, targetDigests: string[]): string {
  const said = { name: "", priority: Priority.PRIORITY_UNSPECIFIED };
  const asked = { ...spec, ...said, targets: spec.targets.map((target) => ({ ...target, paths: [] })) };
  return contentId("search", SearchSpec.encode(asked).finish(), ...targetDigests);
}

function hasEnded({ id, status }: Search): ServiceError {
  const state = nameOfState(status);
  const message = `search ${id} is ${state}; only one that is at work can be paused or resumed`;
  return new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "search", id, state });
}

const [MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE] = [1000, 50];

/** What can be asked of searches beside what every resource answers. */
export function searchCalls(context: SearchContext, searches: ReturnType<typeof defineSearch>) {
  const { platform } = context;
  const { store } = searches;
  const hold = (id: string, paused: boolean) =>
    store.update(id, (before) => {
      if (isFinal(before.status)) throw hasEnded(before);
      return before.paused === paused ? before : { ...before, paused };
    });
  return {
    async pauseSearch({ id }) {
      return { search: await hold(id, true) };
    },

    async resumeSearch({ id }) {
      const search = await hold(id, false);
      await searches.wake(search);
      return { search };
    },

    async cancelSearch({ id }) {
      const { search } = await searches.calls.cancelSearch({ id });
      if (!search.paused) return { search };
      // Nobody is at work on one that is held: its job tells the world of its end.
      const ended = await store.update(id, (before) => ({ ...before, paused: false }));
      await searches.wake(ended);
      return { search: ended };
    },

    async validateSearch({ spec: given, measure }, { signal }) {
      const { faults, spec, domains } = await checkSearch(context, given ?? SearchSpec.create(), signal);
      const estimate = faults.length > 0 ? undefined : await estimateOf(context, spec, domains, measure, signal);
      return { faults, estimate };
    },

    async listSearchRuns({ searchId: id, pageSize, pageToken }) {
      await store.require(id);
      const events = await readHistory(platform, id);
      const { runs } = events.length > 0 ? viewOf(events) : { runs: [] };
      const start = Number(pageToken || 0);
      const page = runs.slice(start, start + Math.min(MAX_PAGE_SIZE, pageSize || DEFAULT_PAGE_SIZE));
      const next = start + page.length;
      return { runs: page, nextPageToken: next < runs.length ? String(next) : "" };
    },
  } satisfies Handlers<typeof SearchServiceDefinition>;
}
