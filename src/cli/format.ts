import { styleText } from 'node:util';
import { readable, unlinked } from '../addresses.ts';
import type { PendingActivity } from '../delivery/workflows.ts';
import { queueNames, taskQueues } from '../workflows/shared/taskQueues.ts';

/** One column of a table: its heading, and how a row shows in it. */
export interface Column<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string;
  /** An address of our own, which stays a link. */
  readonly isLink?: true;
}

/**
 * Text that came from outside, fit for a terminal: control characters, with which a name could move the cursor or
 * recolour the screen, become a space; what shows nothing is left out, and no address is a link.
 */
export function printable(text: string): string {
  return unlinked(readable(text.replace(/\p{Cc}+/gu, ' '))).trim();
}

/** Bold on and off, as `strong` writes them: the only control characters that a command prints. */
const bold = new RegExp(`(${'\u001b'}\\[(?:1|22)m)`);

/** The last step of all that a command prints for operators, whatever it was made of: nothing acts on the terminal or is invisible. */
export function terminalText(text: string): string {
  const parts = text.split(bold);
  return parts.map((part, index) => (index % 2 === 1 ? part : readable(part))).join('');
}

/** The same of what it prints for programs: JSON, in which such characters are escaped and lost to nobody. */
export function terminalJson(document: unknown): string {
  const escaped = (text: string): string =>
    Array.from(
      { length: text.length },
      (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join('');
  return JSON.stringify(document, undefined, 2).replace(
    /[\u007f-\u009f\u2028\u2029\p{Cf}\p{Default_Ignorable_Code_Point}]/gu,
    escaped,
  );
}

/** Rows under headings, every column as wide as its widest cell, the last one unpadded. */
export function table<Row>(columns: ReadonlyArray<Column<Row>>, rows: readonly Row[]): string {
  const cells = rows.map((row) =>
    columns.map(({ value, isLink }) => (isLink === true ? value(row) : printable(value(row))) || '-'),
  );
  const widths = columns.map((column, index) =>
    Math.max(column.heading.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const aligned = (line: readonly string[]) =>
    line
      .map((cell, index) => (index === line.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return [strong(aligned(columns.map((column) => column.heading))), ...cells.map(aligned)].join('\n');
}

/** In characters: a terminal's usual width. */
export const terminalWidth = 80;

/** Parts a word that no line holds, between characters. */
function inPieces(word: string, longest: number): readonly string[] {
  const characters = Array.from(word);
  if (word.length <= longest) return [word];
  return Array.from({ length: Math.ceil(characters.length / longest) }, (_, index) =>
    characters.slice(index * longest, (index + 1) * longest).join(''),
  );
}

/**
 * A text in lines of at most so many characters, parted between words; a longer word is parted too.
 * @param first stands before the first line, `indent` before the others.
 */
export function wrapped(text: string, width: number, first = '', indent = first): string[] {
  const lines: string[] = [];
  const room = width - Math.max(first.length, indent.length);
  for (const piece of text.split(' ').flatMap((word) => inPieces(word, room))) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(`${first}${piece}`);
    else if (last.length + 1 + piece.length > width) lines.push(`${indent}${piece}`);
    else lines[lines.length - 1] = `${last} ${piece}`;
  }
  return lines;
}

/** Bold where standard output is a terminal and NO_COLOR is not set. */
export function strong(text: string): string {
  return styleText('bold', text);
}

/** An instant as operators and programs read it alike, to the second, in UTC; nothing for no instant. */
export function instant(date: Date | undefined): string {
  return date === undefined ? '' : date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** An argument as a POSIX shell reads it back unchanged. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** An activity that has not ended, for operators. */
export function pendingText(pending: PendingActivity): string {
  const { type, attempt, nextAttemptAt, lastFailure, isPoll, unservedQueue } = pending;
  const next = nextAttemptAt === undefined ? '' : `, next at ${nextAttemptAt}`;
  const last =
    lastFailure === undefined ? '' : `, last ${isPoll === true ? 'check' : 'failure'}: ${printable(lastFailure)}`;
  const name = queueNames.find((one) => taskQueues[one] === unservedQueue);
  const start = name === undefined ? '' : ` (start one with: steward worker --queues ${name})`;
  const waits = unservedQueue === undefined ? '' : `, no worker serves its task queue ${unservedQueue}${start}`;
  return `${printable(type)}: attempt ${attempt}${next}${last}${waits}`;
}
