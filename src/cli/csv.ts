/** A spreadsheet takes what begins so for a formula, which could send cells elsewhere (OWASP, CSV Injection). */
const formula = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/u;

function cell(value: string): string {
  const line = value.replace(/\p{Cc}+/gu, ' ');
  const harmless = formula.test(line) ? `'${line}` : line;
  return /[",;]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * Rows as CSV (RFC 4180: commas, quotes doubled, lines that end with CR LF; the last LF is the printer's), with a line of
 * names first. A cell that a spreadsheet would take for a formula begins with an apostrophe.
 */
export function csvText(names: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  return [names, ...rows].map((row) => `${row.map(cell).join(',')}\r`).join('\n');
}
