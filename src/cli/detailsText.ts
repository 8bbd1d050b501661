import { clockTime } from './distances.ts';
import { printable, strong, wrapped } from './format.ts';

/** What marks a text as markdown: an escaped character, bold, code, and a link, of which the text stays. */
const marks = /\\([\\`*_{}[\]<>()#+!|~])|\*\*|`([^`]*)`|\[((?:\\.|[^\]\\])*)\]\([^)\s]*\)/g;

/** A text of markdown without its marks. */
export function withoutMarks(markdown: string): string {
  return markdown.replace(
    marks,
    (_all, escaped: string | undefined, code: string | undefined, linked: string | undefined) =>
      escaped ?? code ?? (linked === undefined ? '' : withoutMarks(linked)),
  );
}

/** Times as details write them, and as events do. What says already how far it is stays as it is. */
const times = /\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC|T\d\d:\d\d:\d\d(?:\.\d+)?Z)(?!,? \(?(?:in \d|\d+ \w+ ago))/g;

/** A text in which every time has how far it is. */
export function withDistances(text: string, nowMs: number): string {
  return text.replace(times, (time) => clockTime(time.replace(' UTC', 'Z').replace(/^(\S+) /, '$1T'), nowMs));
}

/** What the Web UI alone needs: data to paste into a dialog, and the same command as a line, which `show` has at its end. */
const forTheWebUi = /^(?:Data of `.*:|`steward .*`|After an answer press R\b.*)$/;
const answerHeading = /^\*\*Answer here\*\*.*$/;

/** The lines that a terminal can use, without blocks of JSON, but for one that a line before it announces. */
function usable(markdown: string): readonly string[] {
  let isBlock = false;
  const kept: string[] = [];
  let isAnnounced = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) isBlock = !isBlock;
    else if (isBlock) kept.push(...(isAnnounced ? [line] : []));
    else {
      isAnnounced = line.endsWith(':') && !forTheWebUi.test(line);
      if (!forTheWebUi.test(line)) kept.push(answerHeading.test(line) ? 'What you can answer:' : line);
    }
  }
  return kept;
}

/**
 * The details that the Web UI shows of a workflow, for a terminal: the same words, times with how far they are.
 * @param width in characters, unless a word is longer.
 */
export function detailsText(markdown: string, nowMs: number, width: number): string[] {
  const lines = usable(markdown).flatMap((line) => {
    const [, heading] = /^#{1,4} (.*)$/.exec(line) ?? [];
    const text = printable(withDistances(withoutMarks(heading ?? line), nowMs));
    if (heading !== undefined) return [strong(text)];
    const [, item] = /^[->] (.*)$/.exec(text) ?? [];
    if (item !== undefined) return wrapped(`${text.charAt(0)} ${item}`, width, '', '  ');
    return text === '' ? [''] : wrapped(text, width);
  });
  const single = lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''));
  return single.at(-1) === '' ? single.slice(0, -1) : single;
}

/** A member's name in words: `last reminder`. */
function nameInWords(name: string): string {
  return /^[a-z]+(?:[A-Z][a-z\d]*)*$/.test(name)
    ? name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    : name;
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;
/** Deeper, or longer, is for programs. */
const deepest = 4;
const mostEntries = 20;

/** A value of a status in words: one line for what is simple, an indented one for each member of what is not. */
export function inWords(name: string, value: unknown, nowMs: number, depth = 0): string[] {
  const indent = '  '.repeat(depth);
  if (value === undefined || value === null || depth > deepest) return [];
  const shown = (scalar: unknown): string => printable(withDistances(String(scalar), nowMs));
  const label = `${indent}${nameInWords(printable(name))}:`;
  if (isScalar(value)) return [`${label} ${shown(value)}`];
  const entries = Object.entries(value as object);
  if (entries.length === 0) return [];
  const more = entries.length > mostEntries ? [`${indent}  and ${entries.length - mostEntries} more (--json)`] : [];
  if (!Array.isArray(value)) {
    return [
      label,
      ...entries.slice(0, mostEntries).flatMap(([key, each]) => inWords(key, each, nowMs, depth + 1)),
      ...more,
    ];
  }
  const each = value.slice(0, mostEntries).flatMap((entry: unknown) => {
    if (isScalar(entry)) return [`${indent}  - ${shown(entry)}`];
    const lines = Object.entries(entry as object).flatMap(([key, member]) => inWords(key, member, nowMs, depth + 2));
    return lines.map((line, index) => (index === 0 ? `${indent}  - ${line.trimStart()}` : line));
  });
  return [label, ...each, ...more];
}
