/** How the lines of a text are shaped, each as a share (0 to 1) of the lines that are not blank. */
export interface LineShapes {
  lines: number;
  /** Characters. */
  meanLength: number;
  /** Begins with a hash mark and a space. */
  headings: number;
  /** Is a fence, a line of code or a row of a table, or holds a link, as Markdown writes them. */
  linked: number;
  /** A key in quotation marks, a value in them, or brackets alone. */
  quoted: number;
  /** A key without quotation marks and its value, or an item of a list. */
  keyed: number;
  /** A property and its value, a selector, or a closing brace. */
  styled: number;
  /** A member or a signature with its type and no body, or part of a comment. */
  declared: number;
  /** Begins with a speaker; 0 where hardly one speaks twice, as in a text whose parts have headings. */
  spoken: number;
  /** Begins with a time or a date. */
  stamped: number;
  /** Several values with commas, tabs or other marks between them, and hardly anything but numbers in them. */
  tabular: number;
}

const heading = /^#{1,6} \S/;
const linked = /^\s*(?:```|~~~|\|.*\||`[^`]+`$)|\]\(|^\[[^\]]+\]: /;
const quoted = /^\s*(?:"[^"]*"\s*:|"[^"]*",?$|[[\]{}][[\]{},\s]*$|-?\d[\d.eE+-]*,?$)/;
const keyed = /^\s*(?:- )?["']?[\w./@$-]+["']?:(?: \S.*)?$|^\s*- \S/;
const styled = /^\s*(?:[\w-]+\s*:[^;{}]+;|[^;{}]*\{|\}|@[\w-]+ .*[;{]|\/?\*.*)$/;
const declared =
  /^\s*(?:export |declare |abstract |readonly |static |get |set |private |protected |public )*(?:(?:interface|type|namespace|enum|class|module|global|function|const|let|var)\b|[\w$'"[\]]+\??!?(?:<[^>]*>)?(?:\(.*\))?: [^=]*[;,{]$|(?:new |constructor)?\(.*\)(?:: .*)?;$)|^\s*(?:\/\/|\/?\*|[}|&])|^(?:import|export) /;
const speaker = /^["“]?([A-Z][\w.']*(?: [\w.']+){0,3}|Q|A|\[\w+\]): ?\S/;
const stamp =
  /^[\W]{0,2}(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d:\d\d:\d\d|\d{10}\b|\d{6} \d{6}\b|\d\d-\d\d \d\d:\d\d:|[A-Z][a-z]{2} +\d{1,2} \d\d:|[A-Z][a-z]{2} [A-Z][a-z]{2} +\d|\d\d[-/.]\d\d[-/.]\d\d)/;
const values = /[,;\t|] */;

/** Looks at each line of a text, which the caller has cut to a bounded length. */
export function lineShapes(text: string): LineShapes {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const n = Math.max(1, lines.length);
  const share = (pattern: RegExp) => lines.reduce((sum, line) => sum + (pattern.test(line) ? 1 : 0), 0) / n;
  return {
    lines: lines.length,
    meanLength: lines.reduce((sum, line) => sum + line.length, 0) / n,
    headings: share(heading),
    linked: share(linked),
    quoted: share(quoted),
    keyed: share(keyed),
    styled: share(styled),
    declared: share(declared),
    spoken: spokenShare(lines),
    stamped: share(stamp),
    tabular: lines.reduce((sum, line) => sum + (isTabular(line) ? 1 : 0), 0) / n,
  };
}

function spokenShare(lines: readonly string[]): number {
  const speakers = lines.flatMap((line) => speaker.exec(line)?.[1] ?? []);
  return new Set(speakers).size <= 0.6 * speakers.length ? speakers.length / lines.length : 0;
}

function isTabular(line: string): boolean {
  const cells = line.split(values);
  if (cells.length < 3) return false;
  return cells.filter((cell) => /^["']?[-+]?\d[\d.,:/ eE+-]*%?["']?$/.test(cell)).length >= cells.length / 2;
}
