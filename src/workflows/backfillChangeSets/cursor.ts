import { defined } from '../../defined.ts';

/** One row of ListChangeSets as far as a backfill hands it on: plain JSON, what the vendor left out is absent. */
export interface FoundRow {
  readonly changeSetId: string;
  readonly name?: string;
  readonly status?: string;
  /** ISO 8601. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly failureCode?: string;
}

/**
 * A place in a listing that is sorted by start time, the oldest first. A page token may be refused one day; the place can
 * be found again without it, because it says what was read last.
 */
export interface Cursor {
  /** Where the present way through the pages began, ISO 8601: a token is good for the same question only. */
  readonly startedFrom: string;
  /** The page that comes next, or is under way; absent for the first one. */
  readonly token?: string;
  /** The newest start time that was read, ISO 8601. */
  readonly newest?: string;
  /** The last ids that were read: those of the newest start time, and twenty at least. */
  readonly recent: readonly string[];
  /** All pages were read. */
  readonly ended: boolean;
}

/** As many as a page holds: a page that is shifted by rows that came in between repeats no more. */
const leastRecent = 20;

/** The place before the first row. */
export function cursorAt(startedFrom: string): Cursor {
  return { startedFrom, recent: [], ended: false };
}

function ms(time: string | undefined): number {
  return time === undefined ? Number.NEGATIVE_INFINITY : Date.parse(time);
}

/** The rows of a page that were not read before, the oldest first. */
export function unread<Row extends FoundRow>(cursor: Cursor, rows: readonly Row[]): readonly Row[] {
  return rows
    .filter(({ changeSetId }) => !cursor.recent.includes(changeSetId))
    .toSorted((one, other) => ms(one.startTime ?? cursor.newest) - ms(other.startTime ?? cursor.newest) || 0);
}

/** The place after these rows, within the same page. */
export function afterRows(cursor: Cursor, rows: readonly FoundRow[]): Cursor {
  const times = rows.map(({ startTime }) => startTime ?? cursor.newest);
  const newest = [cursor.newest, ...times].reduce<string | undefined>(
    (one, other) => (ms(other) > ms(one) ? other : one),
    undefined,
  );
  const ids = [...cursor.recent, ...rows.map(({ changeSetId }) => changeSetId)];
  if (ms(newest) === ms(cursor.newest)) return { ...cursor, recent: ids };
  const first = times.findIndex((time) => ms(time) === ms(newest));
  const kept = Math.max(leastRecent, rows.length - first);
  return { ...cursor, ...defined({ newest }), recent: ids.slice(-kept) };
}

/** The place after a whole page. */
export function afterPage({ token: _token, ...cursor }: Cursor, nextToken: string | undefined): Cursor {
  return nextToken === undefined ? { ...cursor, ended: true } : { ...cursor, token: nextToken };
}

/** Whether a listing that begins again gets further than the one before: else it would go round indefinitely. */
export function canRestart({ startedFrom, newest }: Cursor): boolean {
  return ms(newest) > ms(startedFrom);
}

/** The same place for a listing that begins again: what was read at its first instant is known by its ids. */
export function withoutToken({ token: _token, ...cursor }: Cursor): Cursor {
  return { ...cursor, startedFrom: cursor.newest ?? cursor.startedFrom };
}
