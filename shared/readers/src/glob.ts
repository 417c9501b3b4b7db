import { ServiceError } from "@climb/runtime/worker";
import picomatch from "picomatch";

/** What makes a name a pattern. */
export const MAGIC = /[*?{[]/;
/** A character after a backslash, characters to choose from, stars, or one character. */
const TOKEN = /\\.|\[[!^]?\]?[^\]/]*\]|\*+|./gsu;
/** Of picomatch: nothing but characters, and those in brackets as a shell has them. */
const OPTIONS = {
  dot: true,
  noextglob: true,
  nonegate: true,
  nobrace: true,
  posix: true,
  fastpaths: false,
  literalBrackets: false,
  strictSlashes: true,
};
const MAX_ALTERNATIVES = 1000;

/** Whether a path or a name has wildcards. */
export function isGlob(path: string): boolean {
  return MAGIC.test(path);
}

/**
 * A test for paths written with "/": `*` and `?` stay within a name, `**` stands for any number of folders, `{a,b}`
 * chooses, `[a-z]` is one character.
 *
 * Picomatch says what stands between the stars. The stars are put together here, each without a way back: an expression
 * that may try every place for each of eight stars takes hours for one long name that almost matches.
 * @throws ServiceError invalid PATH_UNREADABLE for more choices than anybody means
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const expressions = alternatives(pattern).map((one) => new RegExp(`^${pathExpression(one)}$`, "s"));
  return (path) => expressions.some((expression) => expression.test(path));
}

/** The patterns without `{a,b}` that a pattern stands for. */
function alternatives(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const one = next;
    const [group, choices = ""] = /\{([^{}]*,[^{}]*)\}/.exec(one) ?? [];
    if (group === undefined) done.push(one);
    else open.push(...choices.split(",").map((choice) => one.replace(group, () => choice)));
    if (done.length + open.length > MAX_ALTERNATIVES) {
      const message = `${pattern} stands for more than ${MAX_ALTERNATIVES} patterns; name a folder or fewer choices`;
      throw new ServiceError("invalid", "PATH_UNREADABLE", message, { path: pattern });
    }
  }
  return done;
}

function pathExpression(pattern: string): string {
  const runs: string[][] = [[]];
  for (const name of pattern.split("/")) {
    if (name === "**") runs.push([]);
    else runs.at(-1)?.push(name);
  }
  let groups = 0;
  const once = (expression: string) => `(?=(?<g${groups}>${expression}))\\k<g${groups++}>`;
  const [first = "", ...rest] = runs.map((names) => names.map((name) => nameExpression(name, once)).join("/"));
  const last = rest.pop();
  if (last === undefined) return first;
  // The first place that a run of names fits is as good as any later one, for `**` follows.
  const middle = rest.filter((run) => run !== "").map((run) => once(`(?:[^/]+/)*?${run}/`));
  return `${first === "" && runs[0]?.length === 0 ? "" : `${first}/`}${middle.join("")}(?:[^/]+/)*${last || "[^/]+"}`;
}

function nameExpression(name: string, once: (expression: string) => string): string {
  const parts = [""];
  for (const [token] of name.matchAll(TOKEN)) {
    if (token.startsWith("*")) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${/^[^\w?[\]\x80-\uffff]$/.test(token) ? `\\${token}` : token}`);
  }
  const [first = "", ...rest] = parts.map(plainExpression);
  const last = rest.pop();
  // Likewise: what stands between two stars has one length, so the first place ends first.
  return last === undefined ? first : `${first}${rest.map((part) => once(`[^/]*?${part}`)).join("")}[^/]*${last}`;
}

/** Of what holds no star and no slash. */
function plainExpression(part: string): string {
  return part === "" ? "" : picomatch.makeRe(part, OPTIONS).source.slice("^(?:".length, -")$".length);
}
