import * as fc from 'fast-check';
import {
  afterPage,
  afterRows,
  canRestart,
  unread,
  withoutToken,
} from '../../../src/activities/backfillChangeSets/cursor.ts';
import { cursorAt, type Cursor } from '../../../src/workflows/backfillChangeSets/contract.ts';
import type { ListedChangeSet } from '../../../src/workflows/shared/listedChangeSet.ts';

const from = '2026-03-01T00:00:00.000Z';
const pageSize = 20;
const at = (second: number): string => new Date(Date.parse(from) + second * 1_000).toISOString();

/** A listing whose tokens are numbers of rows, so that what comes in between shifts every page after it. */
function pageOf(rows: readonly ListedChangeSet[], { startedFrom, token }: Cursor) {
  const listed = rows
    .filter(({ startTime = '' }) => startTime >= startedFrom)
    .toSorted((one, other) => ((one.startTime ?? '') < (other.startTime ?? '') ? -1 : 1));
  const start = Number(token ?? 0);
  const end = start + pageSize;
  return { rows: listed.slice(start, end), nextToken: end < listed.length ? String(end) : undefined };
}

const seconds = fc.array(fc.nat(200), { minLength: 1, maxLength: 120 });
const parts = fc.array(fc.integer({ min: 1, max: pageSize }), { minLength: 1, maxLength: 5 });

test('every row is read once, however the pages are cut, carried as JSON, refused, or shifted by what comes in', () => {
  const property = fc.property(
    seconds,
    parts,
    fc.array(fc.constantFrom('go', 'refuse', 'insert', 'go'), { maxLength: 12 }),
    (starts, sizes, happenings) => {
      const rows: ListedChangeSet[] = starts.map((second, index) => ({
        changeSetId: `id-${index}`,
        startTime: at(second),
      }));
      const before = rows.length;
      const read: string[] = [];
      let cursor = cursorAt(from);
      for (let step = 0; !cursor.ended; step += 1) {
        expect(step).toBeLessThan(500);
        const happening = happenings[step];
        // As many as a page holds may come in at once without a row being given twice.
        if (happening === 'insert' && rows.length < before + pageSize) {
          rows.push({ changeSetId: `late-${step}`, startTime: at(0) });
        }
        if (happening === 'refuse' && cursor.token !== undefined && canRestart(cursor)) cursor = withoutToken(cursor);
        const page = pageOf(rows, cursor);
        let left = unread(cursor, page.rows);
        for (let part = 0; left.length > 0; part += 1) {
          const taken = left.slice(0, sizes[part % sizes.length]);
          read.push(...taken.map(({ changeSetId }) => changeSetId));
          cursor = JSON.parse(JSON.stringify(afterRows(cursor, taken))) as Cursor;
          left = unread(cursor, page.rows);
        }
        cursor = afterPage(cursor, page.nextToken);
      }
      const own = read.filter((id) => id.startsWith('id-'));
      expect(new Set(own).size).toBe(own.length);
      expect(own).toHaveLength(before);
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('a refused token leads back to what was read last, and never round in a circle', () => {
  const rows = Array.from({ length: pageSize }, (_, index) => ({ changeSetId: `id-${index}`, startTime: at(7) }));
  const first = afterPage(afterRows(cursorAt(from), rows), 'token-1');
  expect(canRestart(first)).toBe(true);
  const again = withoutToken(first);
  expect(again).toMatchObject({ startedFrom: at(7), newest: at(7), ended: false });
  expect(again).not.toHaveProperty('token');
  expect(unread(again, rows)).toEqual([]);
  expect(canRestart(afterPage(again, 'token-2'))).toBe(false);
  expect(canRestart(cursorAt(from))).toBe(false);
});

test('a place stays small: the ids of one page, or of all that started in the same second', () => {
  let cursor = cursorAt(from);
  for (let index = 0; index < 1_000; index += 1) {
    cursor = afterRows(cursor, [{ changeSetId: `id-${index}`, startTime: at(index) }]);
  }
  expect(cursor.recent).toHaveLength(20);
  expect(cursor.recent.at(-1)).toBe('id-999');
  const same = Array.from({ length: 30 }, (_, index) => ({ changeSetId: `same-${index}`, startTime: at(2_000) }));
  for (const row of same) cursor = afterRows(cursor, [row]);
  expect(unread(cursor, same)).toEqual([]);
});

test('rows without a start time are read too, once', () => {
  const rows = [{ changeSetId: 'a', startTime: at(1) }, { changeSetId: 'b' }];
  const cursor = afterRows(cursorAt(from), unread(cursorAt(from), rows));
  expect(cursor.newest).toBe(at(1));
  expect(unread(cursor, rows)).toEqual([]);
});
