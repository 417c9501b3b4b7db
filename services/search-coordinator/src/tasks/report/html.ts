/** Text that is safe inside HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A table; cells are escaped, columns of numbers are set right. */
export function table(headers: string[], rows: (string | number)[][]): string {
  const cell = (value: string | number) =>
    typeof value === "number" ? `<td class="number">${format(value)}</td>` : `<td>${escapeHtml(value)}</td>`;
  return `<table><thead><tr>${headers.map((header) => `<th>${escapeHtml(header)}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map(cell).join("")}</tr>`)
    .join("")}</tbody></table>`;
}

/** A number for people: integers with separators, else four significant digits. */
export function format(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(4);
}

/** A share as people read it, for example "12.5 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A probability for people; never "100 %", because nothing measured a few times is certain. */
export function probability(value: number): string {
  if (value > 0.999) return "> 99.9 %";
  if (value < 0.001) return "< 0.1 %";
  return percent(value);
}

export const STYLE = `
:root { color-scheme: light; --ink: #1c2330; --soft: #5b6472; --line: #dfe3e8; --paper: #fff; --tint: #f5f7fa; --accent: #0b6e4f; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--tint); margin: 0; }
main { max-width: 1080px; margin: 0 auto; padding: 24px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 18px 22px; margin: 18px 0; overflow-x: auto; }
h1 { font-size: 26px; margin: 8px 0; } h2 { font-size: 18px; margin: 4px 0 10px; }
p.lead { font-size: 17px; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { text-align: left; padding: 4px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 14px; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.card h3 { margin: 0 0 4px; font-size: 15px; } .card p { margin: 4px 0; font-size: 13px; }
.bar { background: var(--line); border-radius: 4px; height: 8px; position: relative; }
.bar i { position: absolute; left: 0; top: 0; bottom: 0; border-radius: 4px; background: var(--accent); }
.warning { border-left: 4px solid #c77700; padding-left: 12px; }
blockquote { margin: 4px 0; padding-left: 8px; border-left: 3px solid var(--line); color: var(--soft); font-size: 12px; overflow-wrap: anywhere; }
svg.map { background: var(--tint); border-radius: 8px; } svg.map g { fill-opacity: .75; } svg.map circle:hover { stroke: var(--ink); stroke-width: 2; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12.5px; } .legend i { display: inline-block; width: 10px; height: 10px; border-radius: 5px; margin-right: 6px; }
svg { max-width: 100%; height: auto; }
`;
