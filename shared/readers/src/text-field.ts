/** Names that texts have in published data sets, the plainest first. */
const USUAL = [
  "text",
  "content",
  "raw_content",
  "document",
  "body",
  "article",
  "passage",
  "page_content",
  "markdown",
  "raw_text",
  "full_text",
  "contents",
  "code",
  "story",
  "abstract",
];
/** Names of fields that tell of a text and are none. */
const ABOUT_TEXTS =
  /^_?(.*_)?(ids?|uuid|guid|key|url|uri|link|path|file|file_?name|source|domain|lang|language|title|name|label|category|type|kind|split|date|time|timestamp|created|updated|author|licen[cs]e|hash|sha\d*|md5|digest|meta|metadata|score|version|subset|dump)$/i;
const ENOUGH_TIMES_LONGER = 5;

/** What the first records of a file say of a field. */
export interface FieldLook {
  name: string;
  /** Records in which it is a text that is not blank. */
  texts: number;
  /** Characters of these texts. */
  characters: number;
}

/**
 * The field of the text, by the first records of a file: one of the usual names that all of them have, else the only text
 * that is not about another, or one that is many times longer than all others. Undefined where that leaves a doubt.
 */
export function clearTextField(records: readonly { [field: string]: unknown }[]): string | undefined {
  const looks = new Map<string, FieldLook>();
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) {
      if (typeof value !== "string" || value.trim() === "") continue;
      const look = looks.get(name) ?? { name, texts: 0, characters: 0 };
      looks.set(name, { name, texts: look.texts + 1, characters: look.characters + value.length });
    }
  }
  // A record here and there may be empty.
  const common = [...looks.values()].filter(({ texts }) => 2 * texts > records.length);
  const usual = usualTextField(common.map(({ name }) => name));
  if (usual !== undefined) return usual;
  const [longest, next] = common
    .filter(({ name }) => !ABOUT_TEXTS.test(name))
    .sort((a, b) => b.characters - a.characters);
  if (!longest) return undefined;
  return !next || longest.characters > ENOUGH_TIMES_LONGER * next.characters ? longest.name : undefined;
}

/** The field of the text by the names of fields that hold text; undefined if none has a usual name and there are several. */
export function usualTextField(names: readonly string[]): string | undefined {
  for (const usual of USUAL) {
    const found = names.find((name) => name === usual) ?? names.find((name) => name.toLowerCase() === usual);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The column of the text by the names of a table's columns of text. */
export function clearTextColumn(names: readonly string[]): string | undefined {
  const usual = usualTextField(names);
  if (usual !== undefined) return usual;
  const texts = names.filter((name) => !ABOUT_TEXTS.test(name));
  return texts.length === 1 ? texts[0] : undefined;
}
