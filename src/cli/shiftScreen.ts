import type { ShiftFacts } from '../delivery/shiftFacts.ts';
import { doneText, lostParts, recordedText } from '../workflows/morningDigest/texts.ts';
import { queueNames } from '../workflows/shared/taskQueues.ts';
import { clockTime, fromNow, lengthText } from './distances.ts';
import { fittedTable, type FittedColumn } from './fittedTable.ts';
import { grouped } from './listOutput.ts';
import { shortId, subjectOf, urgencyStyle, urgencyWords } from './listRows.ts';
import { columnsOf, cutLine, cutTo, type Line, type Size, type Span } from './screen.ts';
import { shiftStatus, type ShiftStatus, type ShownRow } from './shiftStatus.ts';
import type { LinkPlace } from './temporal.ts';

const plain = (text: string): Line => [{ text }];

function idColumn(): FittedColumn<ShownRow> {
  return {
    heading: '',
    value: ({ workflowId }) => shortId(workflowId),
    link: ({ link }) => link,
    least: 25,
    cut: 'middle',
  };
}

const subjectColumn: FittedColumn<ShownRow> = {
  heading: '',
  value: (row) => (row.problem === undefined ? subjectOf(row) : `${subjectOf(row)} (task fails: ${row.problem})`),
  least: 14,
  worth: 12,
  cut: 'subject',
};

const stateColumn: FittedColumn<ShownRow> = {
  heading: '',
  value: ({ state }) => state ?? '',
  least: 0,
  isOptional: true,
};

function needsColumns(nowMs: number): ReadonlyArray<FittedColumn<ShownRow>> {
  return [
    {
      heading: '',
      value: ({ urgency }) => (urgency === undefined ? '' : urgencyWords[urgency]),
      style: ({ urgency }) => urgencyStyle(urgency),
    },
    {
      heading: '',
      value: ({ dueAt, startedAt }) =>
        dueAt === undefined ? lengthText(nowMs - Date.parse(startedAt)) : fromNow(Date.parse(dueAt), nowMs),
    },
    subjectColumn,
    idColumn(),
  ];
}

function dueColumns(nowMs: number): ReadonlyArray<FittedColumn<ShownRow>> {
  return [{ heading: '', value: ({ dueAt = '' }) => fromNow(Date.parse(dueAt), nowMs) }, subjectColumn, idColumn()];
}

function retryColumns(nowMs: number): ReadonlyArray<FittedColumn<ShownRow>> {
  return [
    {
      heading: '',
      value: ({ nextAttemptAt }) =>
        nextAttemptAt === undefined ? 'under way' : `next ${fromNow(Date.parse(nextAttemptAt), nowMs)}`,
    },
    subjectColumn,
    { ...stateColumn, value: ({ lastFailure }) => lastFailure ?? '', least: 12 },
    idColumn(),
  ];
}

/** A part of the screen with rows of its own. */
interface Part {
  readonly title: string;
  readonly nothing: string;
  readonly total: number;
  readonly rows: readonly ShownRow[];
  readonly columns: ReadonlyArray<FittedColumn<ShownRow>>;
  /** The command that lists all of them. */
  readonly all: string;
  /** How much more room it gets than another. */
  readonly weight: number;
}

/** How many lines each part gets of those that there are. */
function roomsOf(parts: readonly Part[], lines: number): readonly number[] {
  const rooms = parts.map(() => 0);
  for (let left = lines; left > 0;) {
    const before = left;
    for (const [index, { total, weight }] of parts.entries()) {
      const more = Math.min(weight, left, total - (rooms[index] ?? 0));
      rooms[index] = (rooms[index] ?? 0) + more;
      left -= more;
    }
    if (left === before) break;
  }
  return rooms;
}

function partLines({ title, nothing, total, rows, columns, all }: Part, room: number, width: number): Line[] {
  const heading: Span = { text: title, style: 'bold' };
  if (total === 0) return [[heading, { text: `  ${nothing}` }]];
  const shown = rows.slice(0, total <= room ? room : Math.max(0, room - 1));
  const [, ...lines] = fittedTable(columns, shown, width - 2);
  const rest = total - shown.length;
  const more = cutTo(`  and ${grouped(rest)} more: ${all}`, width);
  return [
    [heading, { text: `  ${grouped(total)}${room === 0 ? `: ${all}` : ''}` }],
    ...lines.map((line): Line => [{ text: '  ' }, ...line]),
    ...(rest > 0 && room > 0 ? [plain(more)] : []),
  ];
}

/** What stands beside a heading, and the command that lists or mends it. */
interface Beside {
  readonly text: string;
  readonly command?: string;
  readonly isBad?: boolean;
}

/** A heading and what stands beside it, in one line. The text is cut first: half a command is of no use. */
function sentence(title: string, { text, command, isBad = false }: Beside, width: number): Line {
  const room = width - columnsOf(title) - 2;
  const see = command === undefined ? '' : `: ${command}`;
  const beside = `${cutTo(text, Math.max(1, room - columnsOf(see)))}${see}`;
  return [
    { text: title, style: 'bold' },
    { text: `  ${cutTo(beside, room)}`, ...(isBad && { style: 'red' as const }) },
  ];
}

/** A line for each command: what one lists, another does not. */
function lostLines({ lost }: ShiftStatus, flagsAgain: string, width: number): readonly Line[] {
  const title = 'LOST EVENTS';
  const parts = lostParts(lost);
  if (parts.length > 0) {
    return parts.map(({ text, command }, index) =>
      sentence(index === 0 ? title : '', { text, command: `steward ${command}${flagsAgain}`, isBad: true }, width),
    );
  }
  const kinds = recordedText(lost);
  const none: Beside =
    kinds === undefined
      ? { text: 'none since yesterday, none waiting' }
      : { text: `none; ${kinds}`, command: `steward quarantine list${flagsAgain}` };
  return [sentence(title, none, width)];
}

function workersBeside(workers: ShiftFacts['workers']): Beside {
  const missing = queueNames.filter((queue) => workers[queue] === undefined);
  if (missing.length === queueNames.length) {
    return { text: 'none: start one with', command: 'steward worker', isBad: true };
  }
  if (missing.length > 0) {
    const text = `none for ${missing.length} of ${queueNames.length} task queues`;
    return { text, command: `steward worker --queues ${missing.join(',')}`, isBad: true };
  }
  const oldestMs = Math.max(...Object.values(workers));
  return { text: `every task queue is served (asked ${lengthText(oldestMs)} ago at most)` };
}

function failingBeside({ total, causes }: ShiftFacts['failingTasks'], flagsAgain: string): Beside {
  if (total === 0) return { text: 'none' };
  const text = `${grouped(total)} (${causes.join(', ')})`;
  return { text, command: `steward list --attention${flagsAgain}`, isBad: true };
}

function partsOf(status: ShiftStatus, nowMs: number, flagsAgain: string): readonly Part[] {
  const { needsYou, due, retrying } = status;
  return [
    {
      title: 'NEEDS YOU',
      nothing: 'nothing',
      ...needsYou,
      columns: needsColumns(nowMs),
      // What is overdue or due within a day and needs no decision comes first in the whole list too.
      all: `steward list${flagsAgain}`,
      weight: 2,
    },
    {
      title: `DUE IN ${due.withinDays} DAYS`,
      nothing: 'nothing',
      ...due,
      columns: dueColumns(nowMs),
      all: `steward list --due ${due.withinDays}d${flagsAgain}`,
      weight: 1,
    },
    {
      title: 'RETRYING',
      nothing: 'nothing',
      ...retrying,
      columns: retryColumns(nowMs),
      all: `steward list --state retrying${flagsAgain}`,
      weight: 1,
    },
  ];
}

/**
 * The screen of a shift: what needs somebody first. It fits the size, the line of the prompt left out, and says of
 * everything that is not on it how to list it.
 * @param flagsAgain the flags by which another command reaches the same server, with a leading space, or nothing.
 */
export function shiftLines(
  facts: ShiftFacts,
  { place, flagsAgain }: { readonly place: LinkPlace; readonly flagsAgain: string },
  { columns, rows }: Size,
): Line[] {
  const { nowMs } = facts;
  const status = shiftStatus(facts, place);
  const parts = partsOf(status, nowMs, flagsAgain);
  const at = clockTime(status.at, nowMs).replace(/ \(.*/, '');
  const below: Line[] = [
    ...lostLines(status, flagsAgain, columns),
    sentence('DONE SINCE YESTERDAY', { text: doneText(facts.done) }, columns),
    sentence('WORKERS', workersBeside(facts.workers), columns),
    sentence('FAILING TASKS', failingBeside(facts.failingTasks, flagsAgain), columns),
  ];
  const title: Line = [{ text: cutTo(`${at}  ${status.namespace} at ${status.address}`, columns), style: 'dim' }];
  const room = rows - 1 - 1 - below.length - parts.length;
  // Where there is room enough, an empty line parts the parts.
  const isAiry = room > 20;
  const rooms = roomsOf(parts, room - (isAiry ? parts.length + 1 : 0));
  const gap = isAiry ? [plain('')] : [];
  return [
    title,
    ...parts.flatMap((part, index) => [...gap, ...partLines(part, rooms[index] ?? 0, columns)]),
    ...gap,
    ...below,
  ].map((line) => cutLine(line, columns));
}
