import { defined } from '../../defined.ts';
import type { Cursor } from '../../workflows/backfillChangeSets/contract.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';

/** As many as a page holds: a page that is shifted by rows that came in between repeats no more. */
const leastRecent = 20;

function ms(time: string | undefined): number {
  return time === undefined ? Number.NEGATIVE_INFINITY : Date.parse(time);
}

/** The rows of a page that were not read before, the oldest first. */
export function unread(cursor: Cursor, rows: readonly ListedChangeSet[]): readonly ListedChangeSet[] {
  return rows
    .filter(({ changeSetId }) => !cursor.recent.includes(changeSetId))
    .toSorted((one, other) => ms(one.startTime ?? cursor.newest) - ms(other.startTime ?? cursor.newest) || 0);
}

/** The place after these rows, within the same page. */
export function afterRows(cursor: Cursor, rows: readonly ListedChangeSet[]): Cursor {
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
