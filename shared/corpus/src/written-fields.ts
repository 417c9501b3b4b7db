const WHITE = /[ \t\n\r]/;

/**
 * The fields of a JSON object with their values as they are written: numbers with all their digits, whatever JavaScript
 * would make of them. Of a field that comes twice, the last.
 * @param json of an object, valid but for NaN and Infinity
 */
export function writtenFields(json: string): Map<string, string> {
  const fields = new Map<string, string>();
  let at = json.indexOf("{") + 1;
  const skipWhite = () => {
    while (WHITE.test(json[at] ?? "")) at++;
  };
  const skipString = () => {
    at++;
    while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
    at++;
  };
  for (;;) {
    skipWhite();
    if (json[at] === ",") at++;
    skipWhite();
    if (json[at] !== '"') return fields;
    const nameAt = at;
    skipString();
    const name = JSON.parse(json.slice(nameAt, at)) as string;
    skipWhite();
    // The colon.
    at++;
    skipWhite();
    const start = at;
    for (let depth = 0; at < json.length; ) {
      const character = json[at];
      if (character === '"') {
        skipString();
        continue;
      }
      if (depth === 0 && (character === "," || character === "}")) break;
      if (character === "{" || character === "[") depth++;
      else if (character === "}" || character === "]") depth--;
      at++;
    }
    fields.set(name, json.slice(start, at).trimEnd());
  }
}

/** Strings, or numbers that JSON has no names for. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;

/** JSON in which something else stands for NaN and Infinity, which JSON has no names for. */
export function withoutNonNumbers(json: string, instead: (found: string) => string): string {
  return json.replace(STRING_OR_NUMBER, (found) => (found.startsWith('"') ? found : instead(found)));
}

/**
 * A value of JSON in which NaN and Infinity may stand, as Python and others write them; they become null.
 * @throws SyntaxError for anything else that is no JSON
 */
export function parseLenient(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!/NaN|Infinity/.test(json)) throw error;
    try {
      return JSON.parse(withoutNonNumbers(json, () => "null"));
    } catch {
      throw error;
    }
  }
}
