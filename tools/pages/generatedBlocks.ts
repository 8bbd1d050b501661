/** A table in markdown, its cells escaped. */
export function table(heads: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const lines = [heads, heads.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/**
 * The page with its generated blocks brought up to date; what is written by hand stays.
 * @param blocks the text of each block, by its name in the page's markers.
 * @throws Error that names the marker, where a block's markers are not both there, in order.
 */
export function withBlocks(page: string, blocks: Readonly<Record<string, () => string>>): string {
  return Object.entries(blocks).reduce((text, [name, generate]) => {
    const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end of generated: ${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the page has no “${start}” with “${end}” after it`);
    return `${text.slice(0, from + start.length)}\n\n${generate()}\n\n${text.slice(to)}`;
  }, page);
}
