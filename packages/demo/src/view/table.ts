import { stripVTControlCharacters } from 'node:util';
import type { Colors } from 'picocolors/types.js';
import type { Mark, Row, ViewState } from './rows.ts';

/** How a table is drawn. */
export interface TableStyle {
  /** Of the terminal, in characters. */
  readonly width: number;
  /** Of the terminal, in lines: rows give way where not all of them fit. */
  readonly height: number;
  readonly colors: Colors;
  /** True where a cell may carry a link that the terminal makes clickable (OSC 8). */
  readonly links: boolean;
}

interface Column {
  readonly heading: string;
  readonly text: (row: Row) => string;
  /** The widest that it gets, in characters; left out: what remains of the line. */
  readonly most?: number;
  /** Shown from this width of the terminal on. */
  readonly from: number;
  /** Which gives way first where the line is too short, and which last. */
  readonly yields: 1 | 2 | 3 | 4 | 5;
}

/** On a narrower terminal there is no column for it: what went wrong, and what to decide, have a line of their own. */
const nextStepFrom = 100;

const columns: readonly Column[] = [
  { heading: 'EVENT', text: ({ event }) => event, most: 40, from: 0, yields: 2 },
  { heading: 'WORKFLOW', text: ({ workflowId }) => workflowId, most: 38, from: 140, yields: 3 },
  { heading: 'STATE', text: ({ state }) => state, most: 17, from: 0, yields: 5 },
  { heading: 'ATTEMPT', text: ({ attempt }) => (attempt === '0' ? '' : attempt), most: 7, from: 60, yields: 4 },
  { heading: 'NEXT STEP', text: ({ nextStep }) => nextStep, from: nextStepFrom, yields: 1 },
];
const gap = '  ';
const narrowest = 20;
/** The heading, the line that counts what is hidden, and the cursor's. */
const linesBesideRows = 4;
const fewestRows = 2;
const fewestCharacters = 4;
const wantedRows = 6;
/** So many lines of what needs somebody come before the story, the lists and the way to begin again. */
const mostUrgentLines = 9;

const marks: Readonly<Record<Mark, { sign: string; color: 'dim' | 'cyan' | 'yellow' | 'green' | 'red' }>> = {
  waiting: { sign: '·', color: 'dim' },
  working: { sign: '●', color: 'cyan' },
  needsDecision: { sign: '?', color: 'yellow' },
  done: { sign: '✓', color: 'green' },
  problem: { sign: '✗', color: 'red' },
};

/**
 * Draws everything: the table, in lines of at most the terminal's width, the story, the one that needs a decision, and
 * the list's link. Commands and links are never cut, since they are there to be copied.
 */
export function tableLines(state: ViewState, style: TableStyle): readonly string[] {
  const { colors } = style;
  const width = Math.max(style.width, narrowest);
  const shown = columns.filter(({ from }) => width >= from);
  const widths = columnWidths(shown, state.rows, width - 2);
  const cells = (texts: readonly string[]) => texts.map((text, index) => fitted(text, widths[index] ?? 0));
  const heading = colors.bold(`${gap}${cells(shown.map(({ heading: text }) => text)).join(gap)}`.trimEnd());
  const below = linesBelow(state, style, width);
  const room = Math.max(style.height - linesTaken(below, width) - linesBesideRows, fewestRows);
  const fitting = rowsThatFit(state, room, width);
  const hidden = state.rows.length - fitting.length;
  const begins = fitting.map(({ group }, index) => fitting[index - 1]?.group !== group);
  const headings = begins.filter(Boolean).length;
  const taken = linesOf(fitting, width);
  const grouped = hidden === 0 && headings > 1 && taken + headings <= room;
  const rows = fitting.flatMap((row, index) => {
    const [first = '', ...rest] = cells(shown.map(({ text }) => text(row)));
    const name = style.links && row.link !== undefined ? linked(first, row.link) : first;
    const { sign, color } = marks[row.mark];
    const line = colors[color](`${sign} ${[name, ...rest].join(gap)}`.trimEnd());
    const lines = [line, ...reasonOf(row, width).map((reason) => colors[color](reason))];
    return grouped && begins[index] ? [colors.dim(fitted(row.group, width).trimEnd()), ...lines] : lines;
  });
  return [heading, ...rows, ...(hidden === 0 ? [] : [colors.dim(`  … and ${hidden} more`)]), ...below];
}

/** On a low terminal the rows come before what can be had by a command: first the list's link goes, then the story. */
function linesBelow(state: ViewState, style: TableStyle, width: number): readonly string[] {
  const needsDecision = needsDecisionLines(state, style, width);
  const story = storyLines(state, style);
  const more = moreLines(state, width);
  const again = beginAgainLines(state, style, width);
  const choices = [
    [...story, ...needsDecision, ...openedLines(state, width), ...more, ...listLines(state, style, width), ...again],
    [...story, ...needsDecision, ...more, ...again],
    [...needsDecision, ...more, ...again],
    [...needsDecision, ...again],
  ];
  const urgent = Math.min(linesOf(state.rows.filter(isUrgent), width), mostUrgentLines);
  const wanted = Math.min(linesOf(state.rows, width), Math.max(urgent, wantedRows));
  const fits = (lines: readonly string[]) => style.height - linesTaken(lines, width) - linesBesideRows >= wanted;
  return ['', ...(choices.find(fits) ?? needsDecision)];
}

/**
 * The rows of a terminal that is too low for all: the most important, first what goes wrong and what needs a decision, then
 * the story and what moves. Where all fit, they keep their own order.
 */
function rowsThatFit({ rows, needsDecision }: ViewState, room: number, width: number): readonly Row[] {
  if (linesOf(rows, width) <= room) return rows;
  const order: readonly Mark[] = ['problem', 'needsDecision', 'working', 'done', 'waiting'];
  const rank = (row: Row) => {
    if (row === needsDecision?.row) return -1;
    return order.indexOf(row === rows[0] && !isUrgent(row) ? 'working' : row.mark);
  };
  const sorted = rows.toSorted((one, other) => rank(one) - rank(other));
  const chosen: Row[] = [];
  let left = room;
  for (const row of sorted) {
    left -= linesOf([row], width);
    if (left < 0) break;
    chosen.push(row);
  }
  return chosen;
}

/** Why a row went wrong, where no column says it. */
function reasonOf({ mark, nextStep }: Row, width: number): readonly string[] {
  if (mark !== 'problem' || nextStep === '' || width >= nextStepFrom) return [];
  return [fitted(`    ${nextStep}`, width).trimEnd()];
}

function linesOf(rows: readonly Row[], width: number): number {
  return rows.reduce((sum, row) => sum + 1 + reasonOf(row, width).length, 0);
}

function isUrgent({ mark }: Row): boolean {
  return mark === 'problem' || mark === 'needsDecision';
}

function linesTaken(lines: readonly string[], width: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / width)), 0);
}

function storyLines({ rows: [first], story }: ViewState, { colors }: TableStyle): readonly string[] {
  if (first === undefined || story === undefined) return [];
  return [`${colors.bold(first.event)}: ${story}`, ''];
}

/** A command in lines that a shell reads as one, since a line that the terminal parts cannot be copied. */
function commandLines(command: string, width: number): readonly string[] {
  const [first = '', ...options] = command.split(/ (?=--)/);
  const lines = [`  ${first}`];
  for (const [index, option] of options.entries()) {
    const joined = `${lines.at(-1)} ${option}`;
    const backslash = index === options.length - 1 ? 0 : 2;
    if (joined.length + backslash <= width) lines.splice(-1, 1, joined);
    else lines.push(`    ${option}`);
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

function needsDecisionLines(
  { needsDecision }: ViewState,
  { colors, links }: TableStyle,
  width: number,
): readonly string[] {
  if (needsDecision === undefined) return [];
  const { row, commands } = needsDecision;
  const matter = [row.subject ?? row.event, row.nextStep].filter((text) => text !== '');
  const besides = width < nextStepFrom ? matter.map((text) => fitted(`  ${text}`, width).trimEnd()) : [];
  return [
    colors.yellow(colors.bold(fitted('Needs a decision. Run one of these in another terminal:', width).trimEnd())),
    ...besides,
    ...commands.flatMap((command) => commandLines(command, width)),
    ...(row.link === undefined ? [] : [`Or open the Web UI: ${address(row.link, links)}`]),
    '',
  ];
}

function moreLines({ listCommand, needingDecision, needsDecision }: ViewState, width: number): readonly string[] {
  if (needsDecision === undefined || needingDecision <= 1) return [];
  const count = `${needingDecision} need a decision, earlier starts included:`;
  const counted = `${count} ${listCommand}`;
  return counted.length <= width ? [counted] : [count, `  ${listCommand}`];
}

function openedLines({ openedByBackfills }: ViewState, width: number): readonly string[] {
  if (openedByBackfills === 0) return [];
  return [fitted(`Backfills opened ${openedByBackfills} more workflows, which have no row here`, width).trimEnd()];
}

function listLines(
  { listLink, linksCommand }: ViewState,
  { colors, links }: TableStyle,
  width: number,
): readonly string[] {
  return [
    ...(listLink === undefined ? [] : [colors.dim(`All workflows: ${address(listLink, links)}`)]),
    colors.dim(fitted(`A list for each question of a shift: ${linksCommand}`, width).trimEnd()),
  ];
}

/** In one line where it fits, else a line for each sentence. */
function beginAgainLines({ beginAgain }: ViewState, { colors }: TableStyle, width: number): readonly string[] {
  const joined = beginAgain.join(' ');
  const lines = joined.length <= width ? [joined] : beginAgain;
  return lines.filter((line) => line !== '').map((line) => colors.dim(fitted(line, width).trimEnd()));
}

function columnWidths(shown: readonly Column[], rows: readonly Row[], width: number): readonly number[] {
  const widths = shown.map((column) => {
    const longest = Math.max(column.heading.length, ...rows.map((row) => column.text(row).length));
    return column.most === undefined ? longest : Math.min(longest, column.most);
  });
  let over = widths.reduce((sum, one) => sum + one, 0) + gap.length * (shown.length - 1) - width;
  for (const column of shown.toSorted((one, other) => one.yields - other.yields)) {
    const index = shown.indexOf(column);
    const wanted = widths[index] ?? 0;
    const less = Math.min(Math.max(over, 0), Math.max(wanted - fewestCharacters, 0));
    widths[index] = wanted - less;
    over -= less;
  }
  return widths;
}

/** Exactly so wide; what is cut ends in an ellipsis. */
function fitted(text: string, width: number): string {
  const oneLine = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return oneLine.length > width ? `${oneLine.slice(0, Math.max(width - 1, 0))}…` : oneLine.padEnd(width);
}

/** An address that stays one link where the terminal parts it. */
function address(url: string, links: boolean): string {
  return links ? linked(url, url) : url;
}

/** A link around a text, as terminals know it; those that don't show the text alone. */
function linked(text: string, url: string): string {
  return `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\`;
}
