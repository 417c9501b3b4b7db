// The table of values in the chart's README, made from values.yaml and its comments.
import { readFileSync } from "node:fs";
import { isMap, isScalar, parseDocument } from "yaml";

const BEGIN = "<!-- values: written by `npm run render` -->";
const END = "<!-- end of values -->";

/**
 * Every value with its default and its sentence, in the order of the file. A map that is written over several lines and
 * has sentences inside is no value but a group; its own sentence, if there is one, goes before theirs.
 * @param {string} text values.yaml
 * @returns {{ name: string, value: unknown, sentence: string, group: boolean }[]}
 */
export function chartValues(text) {
  const rows = [];
  const walk = (map, prefix) => {
    map.items.forEach((pair, index) => {
      // The comment before the first key of a map belongs to the map, for the parser.
      const before = pair.key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? "";
      // What stands apart by an empty line is about the file.
      const sentence = before
        .split(/\n\s*\n/)
        .at(-1)
        .split("\n")
        .map((line) => line.trim())
        .join(" ");
      const name = prefix + pair.key.value;
      const group = isMap(pair.value) && !pair.value.flow && hasSentences(pair.value);
      rows.push({ name, value: pair.value?.toJSON() ?? null, sentence, group });
      if (group) walk(pair.value, `${name}.`);
    });
  };
  walk(parseDocument(text).contents, "");
  return rows;
}

function hasSentences(map) {
  return (
    Boolean(map.commentBefore) ||
    map.items.some(({ key, value }) => isScalar(key) && (key.commentBefore || (isMap(value) && hasSentences(value))))
  );
}

/**
 * The README with its table made anew.
 * @param {string} readme
 * @param {string} values values.yaml
 * @returns {string}
 * @throws Error if the README has no place for it
 */
export function withValues(readme, values) {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the chart's README has no ${BEGIN} … ${END}`);
  const cell = (text) => text.replaceAll("|", "\\|");
  const rows = chartValues(values).map(({ name, value, sentence, group }) =>
    group
      ? sentence
        ? `| **${name}** |  | ${cell(sentence)} |`
        : undefined
      : `| ${name} | \`${cell(JSON.stringify(value))}\` | ${cell(sentence)} |`,
  );
  const table = ["| value | default | |", "|---|---|---|", ...rows.filter((row) => row !== undefined)].join("\n");
  return `${readme.slice(0, begin)}${BEGIN}\n\n${table}\n\n${readme.slice(end)}`;
}

/** The README as it should be. @param {URL} root of the repository */
export function chartReadme(root) {
  const [readme, values] = ["README.md", "values.yaml"].map((name) =>
    readFileSync(new URL(`helm/climb/${name}`, root), "utf8"),
  );
  return withValues(readme, values);
}
