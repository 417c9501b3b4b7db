import { AsyncLocalStorage } from "node:async_hooks";

/** For whom something is done: a call's caller, a job's resource. */
export interface Scope {
  /** Only what this project owns is there; undefined: everything is. */
  project: string | undefined;
  /** Who calls, if it is a call; jobs have nobody. */
  caller?: CallerNamed | undefined;
}

/** A caller, as logs and audits name it. */
export interface CallerNamed {
  name: string;
  /** The address that it calls from. */
  peer: string;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Does work for a project: it sees what the project owns and nothing else, and what it makes is the project's. */
export function inScope<T>(scope: Scope, work: () => T): T {
  return scopes.run(scope, work);
}

/** Does work for the owner of a resource, or for nobody in particular if nobody owns it. */
export function forOwner<T>(owner: string, work: () => T): T {
  return scopes.run({ project: owner === "" ? undefined : owner }, work);
}

/** Does work that looks after the things of all projects. */
export function forEverybody<T>(work: () => T): T {
  return scopes.run({ project: undefined }, work);
}

/** The project that is worked for; undefined where all that is there may be seen. */
export function currentProject(): string | undefined {
  return scopes.getStore()?.project;
}

/** Who asked for what is being done, within its call. */
export function currentCaller(): CallerNamed | undefined {
  return scopes.getStore()?.caller;
}

/** Whether who is worked for may know of what `owner` owns. */
export function maySee(owner: string): boolean {
  const project = currentProject();
  return project === undefined || project === owner;
}
