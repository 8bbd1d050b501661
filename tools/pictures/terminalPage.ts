/** What the terminal is drawn with: colours that are read well on the dark ground. */
const colours: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#f2cc60',
  36: '#76e3ea',
};
const escapeCharacter = '\u001b';

/**
 * A page that resembles a terminal with these lines.
 * @param lines text with ANSI colours, as the live view writes them
 */
export function terminalPage(lines: readonly string[]): string {
  const text = lines.map(coloured).join('\n');
  const style =
    'margin:0;padding:20px 24px;background:#0d1117;color:#e6edf3;font:13px/1.45 "DejaVu Sans Mono",monospace';
  return `<!doctype html><meta charset="utf-8"><body style="margin:0;display:inline-block"><pre style='${style}'>${text}</pre>`;
}

/** Colours end with their line, so that no style carries over. */
function coloured(line: string): string {
  const [first = '', ...parts] = line.split(`${escapeCharacter}[`);
  let styles: readonly string[] = [];
  const spans = parts.map((part) => {
    const end = part.indexOf('m');
    styles = styled(styles, Number(part.slice(0, end)));
    return `<span style="${styles.join(';')}">${escaped(part.slice(end + 1))}</span>`;
  });
  return [escaped(first), ...spans].join('');
}

/** The styles after one SGR code: 39 ends a colour, 22 bold and dim. */
function styled(styles: readonly string[], code: number): readonly string[] {
  const without = (name: string) => styles.filter((style) => !style.startsWith(name));
  const colour = colours[code];
  if (colour !== undefined) return [...without('color'), `color:${colour}`];
  switch (code) {
    case 1:
      return [...styles, 'font-weight:bold'];
    case 2:
      return [...styles, 'opacity:0.65'];
    case 22:
      return styles.filter((style) => style.startsWith('color'));
    case 39:
      return without('color');
    default:
      return [];
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
