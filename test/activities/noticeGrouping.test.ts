import fc from 'fast-check';
import { createNoticeGroups, mayWait } from '../../src/activities/noticeGrouping.ts';

const minuteMs = 60_000;
const grouping = { first: 5, everyMs: 15 * minuteMs };

test('the first five go out, the others wait until a whole period has passed without one', () => {
  let nowMs = 0;
  const groups = createNoticeGroups(() => nowMs);
  const waits = (): boolean => groups.waits('key', grouping, false);
  expect(Array.from({ length: 8 }, waits)).toEqual([false, false, false, false, false, true, true, true]);
  nowMs = 14 * minuteMs;
  expect(waits()).toBe(true);
  // The period begins again with each that waits: its digest may not be out before.
  nowMs = 28 * minuteMs;
  expect(waits()).toBe(true);
  nowMs = 43 * minuteMs;
  expect(Array.from({ length: 6 }, waits)).toEqual([false, false, false, false, false, true]);
});

test('five in each period, indefinitely, are no flood', () => {
  let nowMs = 0;
  const groups = createNoticeGroups(() => nowMs);
  for (let period = 0; period < 10; period += 1) {
    nowMs = period * grouping.everyMs;
    for (let at = 0; at < 5; at += 1) expect(groups.waits('key', grouping, false)).toBe(false);
  }
});

test('a further attempt counts nothing, and stays as it was', () => {
  const groups = createNoticeGroups(() => 0);
  for (let at = 0; at < 100; at += 1) expect(groups.waits('key', grouping, true)).toBe(false);
  expect(groups.waits('key', grouping, false)).toBe(false);
});

test('what joins a digest that another process began waits, until a whole period has passed without one', () => {
  let nowMs = 0;
  const groups = createNoticeGroups(() => nowMs);
  groups.joins('key', grouping);
  expect(groups.waits('key', grouping, false)).toBe(true);
  expect(groups.waits('key', grouping, true)).toBe(true);
  expect(groups.waits('other', grouping, false)).toBe(false);
  nowMs = grouping.everyMs;
  expect(groups.waits('key', grouping, false)).toBe(false);
});

test('whatever the order, no flow sends more than its first ones in a period, and the first one never waits', () => {
  const steps = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), passMs: fc.nat({ max: 5 * minuteMs }) }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (given) => {
      let nowMs = 0;
      const groups = createNoticeGroups(() => nowMs);
      const sent: Record<'a' | 'b', number[]> = { a: [], b: [] };
      const late: string[] = [];
      for (const { key, passMs } of given) {
        nowMs += passMs;
        const isFirst = sent[key].length === 0;
        const waits = groups.waits(key, grouping, false);
        if (!waits) sent[key].push(nowMs);
        if (waits && isFirst) late.push(key);
      }
      expect(late).toEqual([]);
      // Two periods that touch may each have their five.
      const spans = Object.values(sent).flatMap((times) =>
        times.slice(10).map((time, at) => time - (times[at] ?? Infinity)),
      );
      expect(spans.filter((spanMs) => spanMs < grouping.everyMs)).toEqual([]);
    }),
  );
});

const notice = { kind: 'opening', severity: 'warning', workflowId: 'change-set:1' } as const;
test.each([
  [notice, true],
  [{ ...notice, kind: 'resolution' } as const, true],
  [{ ...notice, severity: 'critical' } as const, false],
  [{ ...notice, kind: 'acknowledgement' } as const, false],
  [{ ...notice, kind: 'reminder', workflowId: 'security:123456789012' } as const, false],
  [{ ...notice, decisions: ['change-set:2'] }, false],
  [{ ...notice, decisions: [] }, false],
  [{ ...notice, kind: 'report', route: 'morning-digest:team:1' } as const, false],
  [{ ...notice, unlisted: { decisions: 9, digests: 1, firstRunId: 'a', lastRunId: 'a' } }, false],
])('%o may wait: %p', (given, may) => {
  expect(mayWait(given)).toBe(may);
});
