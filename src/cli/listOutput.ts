import { totalOf } from '../delivery/urgentFirst.ts';
import { urgencies, type Urgency } from '../delivery/urgency.ts';
import { csvText } from './csv.ts';
import { fittedTable } from './fittedTable.ts';
import { columnNames, type ListColumn } from './listNames.ts';
import { listColumns, type ListRow } from './listRows.ts';
import type { Line } from './screen.ts';

const runningColumns: readonly ListColumn[] = ['urgency', 'subject', 'state', 'due', 'age', 'id'];
const endedColumns: readonly ListColumn[] = ['subject', 'state', 'status', 'ended', 'age', 'id'];
/** Beside those, before the id, where the width does not matter. */
const furtherColumns: readonly ListColumn[] = ['problem', 'attempt', 'started', 'account', 'type', 'link'];

/** How a table is wanted. */
export interface TableWish {
  readonly closed?: true;
  readonly columns?: readonly ListColumn[];
  /** Nothing is cut, however wide a row becomes. */
  readonly wide?: true;
  /** Columns of the terminal. */
  readonly width: number;
  readonly nowMs: number;
}

/** Rows for operators. */
export function listTable(rows: readonly ListRow[], { closed, columns, wide, width, nowMs }: TableWish): Line[] {
  const usual = closed === true ? endedColumns : runningColumns;
  const names = columns ?? (wide === true ? [...usual.slice(0, -1), ...furtherColumns, 'id' as const] : usual);
  const chosen = names.map((name) => {
    const { isOptional, ...column } = listColumns[name].shown(nowMs);
    return columns === undefined && isOptional === true ? { ...column, isOptional } : column;
  });
  return fittedTable(chosen, rows, wide === true ? undefined : width);
}

/** Rows for programs: the members that the columns name, or all. */
export function listDocument(rows: readonly ListRow[], columns: readonly ListColumn[] | undefined): readonly object[] {
  if (columns === undefined) return rows;
  const members = columns.map((name) => listColumns[name].member);
  return rows.map((row) =>
    Object.fromEntries(members.flatMap((member) => (row[member] === undefined ? [] : [[member, row[member]]]))),
  );
}

/** The same as CSV. */
export function listCsv(rows: readonly ListRow[], columns: readonly ListColumn[] = columnNames): string {
  const members = [...new Set(columns.map((name) => listColumns[name].member))];
  return csvText(
    members,
    rows.map((row) => members.map((member) => String(row[member] ?? ''))),
  );
}

const totalWords: Readonly<Record<Urgency, (count: string) => string>> = {
  overdue: (count) => `${count} overdue`,
  dueToday: (count) => `${count} due within 24 h`,
  needsDecision: (count) => `${count} to decide`,
  waiting: (count) => `${count} waiting`,
  informational: (count) => `${count} for information`,
};

/** A number as it is read: `1,234`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** How many there are, by urgency: `50 of 1,234: 2 overdue, 173 to decide, 1,059 waiting.` */
export function totalsText(shown: number, totals: Readonly<Record<Urgency, number>>): string {
  const total = totalOf(totals);
  const parts = urgencies.flatMap((urgency) =>
    totals[urgency] === 0 ? [] : [totalWords[urgency](grouped(totals[urgency]))],
  );
  return `${countText(shown, total)}: ${parts.join(', ')}.`;
}

/** `50 of 1,234`, or `12 in all`. */
export function countText(shown: number, total: number): string {
  return shown < total ? `${grouped(shown)} of ${grouped(total)}` : `${grouped(shown)} in all`;
}
