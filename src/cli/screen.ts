import { styleText } from 'node:util';
import { readable } from '../addresses.ts';

/** How a piece of text stands out; colours are nothing but emphasis, and NO_COLOR takes them away. */
export type Style = 'bold' | 'red' | 'yellow' | 'cyan' | 'dim';

/** A piece of a line. Whatever is in its text, nothing of it acts on the terminal. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
  /** The address that a terminal opens. */
  readonly link?: string;
}

/** A line of a screen. */
export type Line = readonly Span[];

/** How much room there is, in characters and lines. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The usual size of a terminal, and what holds where there is none. */
const usual = { columns: 80, rows: 24 };
const narrowest = 40;

function given(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0;
}

/** The size of the terminal; where there is none, of COLUMNS and LINES, else 80 and 24. */
export function screenSize(
  environment: NodeJS.ProcessEnv,
  { columns = 0, rows = 0 }: { readonly columns?: number; readonly rows?: number } = process.stdout,
): Size {
  return {
    columns: Math.max(narrowest, columns || given(environment['COLUMNS']) || usual.columns),
    rows: rows || given(environment['LINES']) || usual.rows,
  };
}

/** Characters of East Asia and pictures take two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const narrow = /^[\x20-\x7e]*$/;

function columnsOfCharacter(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0;
  return wide.test(character) || character.codePointAt(0) === undefined ? 2 : 1;
}

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  if (narrow.test(text)) return text.length;
  return Array.from(text).reduce((sum, character) => sum + columnsOfCharacter(character), 0);
}

/** The beginning of a text that fits into so many columns; an ellipsis stands for the rest. */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let used = 1;
  let kept = '';
  for (const character of text) {
    used += columnsOfCharacter(character);
    if (used > columns) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** A text that fits into so many columns, with its beginning and its end: for ids that nobody copies. */
export function cutMiddle(text: string, columns: number): string {
  const characters = Array.from(text);
  if (columnsOf(text) <= columns) return text;
  const end = Math.floor((columns - 1) / 2);
  const tail = characters.slice(characters.length - end).join('');
  return columns < 3 || columnsOf(tail) > end
    ? cutTo(text, columns)
    : `${cutTo(text, columns - end).replace(/…$/, '')}…${tail}`;
}

/** With fewer columns of it nobody sees what the matter is. */
const leastOfMatter = 8;

/**
 * A subject that fits into so many columns. What stands behind its last colon says what the matter is, so it stays where
 * there is room for it, and the name before it is cut; where there is not, its beginning stays. The id has the name too.
 */
export function cutSubject(text: string, columns: number): string {
  const colon = text.lastIndexOf(': ');
  const matter = text.slice(colon);
  const room = columns - columnsOf(matter);
  if (colon < 1 || columnsOf(text) <= columns) return cutTo(text, columns);
  if (room > 0) return `${cutTo(text.slice(0, colon), room)}${matter}`;
  const ofMatter = columns - columnsOf(text.slice(0, colon)) - columnsOf(': …');
  const isTooNarrow = columns < leastOfMatter + columnsOf('…: …');
  return ofMatter >= leastOfMatter || isTooNarrow ? cutTo(text, columns) : `…${cutTo(matter, columns - 1)}`;
}

/** A text that takes so many columns: cut, or with spaces behind it. */
export function padded(text: string, columns: number): string {
  const cut = cutTo(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - columnsOf(cut)));
}

/** A line that fits into so many columns. */
export function cutLine(line: Line, columns: number): Line {
  let left = columns;
  return line.flatMap((span) => {
    const text = cutTo(span.text, left);
    left -= columnsOf(text);
    return text === '' ? [] : [{ ...span, text }];
  });
}

/** An address that a terminal may open; undefined where it is of another kind. */
function openable(link: string | undefined): string | undefined {
  if (link === undefined || !URL.canParse(link)) return undefined;
  const { protocol, href } = new URL(link);
  // A parsed address holds no control character.
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

const linkEnd = '\u001b\\';

function spanText({ text, style, link }: Span, hasLinks: boolean): string {
  const clean = readable(text.replace(/\p{Cc}+/gu, ' '));
  const styled = style === undefined ? clean : styleText(style, clean);
  const address = hasLinks ? openable(link) : undefined;
  return address === undefined ? styled : `\u001b]8;;${address}${linkEnd}${styled}\u001b]8;;${linkEnd}`;
}

/**
 * Lines as a terminal shows them: in colour unless NO_COLOR forbids it or there is no terminal, and with links (OSC 8)
 * where there is one.
 */
export function screenText(
  lines: readonly Line[],
  hasLinks = process.stdout.isTTY && process.env['TERM'] !== 'dumb',
): string {
  return lines
    .map((line) =>
      line
        .map((span) => spanText(span, hasLinks))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
