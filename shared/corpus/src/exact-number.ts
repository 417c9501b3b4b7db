const WHITE = /[ \t\n\r]/;

/**
 * A number as it is written in JSON, for what JavaScript would round: the value of a field of the outermost object, the
 * last one if the field comes twice. Undefined if it is no number.
 * @param json valid JSON of an object
 */
export function writtenNumber(json: string, field: string): string | undefined {
  let found: string | undefined;
  let depth = 0;
  let at = 0;
  const skipString = (): string => {
    const start = at++;
    while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
    return json.slice(start, ++at);
  };
  const skipWhite = () => {
    while (WHITE.test(json[at] ?? "")) at++;
  };
  while (at < json.length) {
    const character = json[at];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (character !== '"') {
      at++;
      continue;
    }
    const text = skipString();
    if (depth !== 1) continue;
    skipWhite();
    if (json[at] !== ":") continue;
    at++;
    skipWhite();
    if (JSON.parse(text) !== field) continue;
    const [number = ""] = /^-?[0-9.eE+-]*/.exec(json.slice(at, at + 4096)) ?? [];
    found = number === "" ? undefined : number;
  }
  return found;
}

/**
 * An id as text: what is written, with all its digits, also where JavaScript's numbers have fewer. Undefined for what is
 * neither a string nor a number.
 * @param json the object that it stands in, where it came from JSON
 */
export function idText(id: unknown, json?: string, field = "id"): string | undefined {
  if (typeof id === "string") return id;
  if (typeof id === "bigint" || Number.isSafeInteger(id)) return String(id);
  if (typeof id !== "number") return undefined;
  return (json === undefined ? undefined : writtenNumber(json, field)) ?? String(id);
}
