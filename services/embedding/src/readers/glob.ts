import { sep } from "node:path";

const MAGIC = /[*?{[]/;

export function isGlob(path: string): boolean {
  return MAGIC.test(path);
}

/** The directory that holds every match: the leading parts without wildcards. */
export function globBase(pattern: string): string {
  const parts = pattern.split("/");
  const first = parts.findIndex((part) => MAGIC.test(part));
  return parts.slice(0, first).join("/") || (pattern.startsWith("/") ? "/" : ".");
}

/**
 * A test for paths written with "/": `*` and `?` stay within a name, `**` crosses directories, `{a,b}` chooses,
 * `[a-z]` is one character.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  let source = "";
  let depth = 0;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] as string;
    if (pattern.startsWith("**/", i)) {
      source += "(?:.*/)?";
      i += 2;
    } else if (pattern.startsWith("**", i)) {
      source += ".*";
      i += 1;
    } else if (character === "*") source += "[^/]*";
    else if (character === "?") source += "[^/]";
    else if (character === "{") {
      source += "(?:";
      depth++;
    } else if (character === "}" && depth > 0) {
      source += ")";
      depth--;
    } else if (character === "," && depth > 0) source += "|";
    else if (character === "[" && pattern.indexOf("]", i + 2) > 0) {
      const end = pattern.indexOf("]", i + 2);
      source += `[${pattern
        .slice(i + 1, end)
        .replace(/^!/, "^")
        .replace(/\\/g, "\\\\")}]`;
      i = end;
    } else source += character.replace(/[.+^$()|[\]{}\\]/g, "\\$&");
  }
  const expression = new RegExp(`^${source}${")".repeat(depth)}$`, "s");
  return (path) => expression.test(sep === "/" ? path : path.replaceAll(sep, "/"));
}
