import { MockActivityEnvironment } from '@temporalio/testing';
import { createMorningDigestActivities } from '../../../src/activities/morningDigest/index.ts';
import { localClock } from '../../../src/activities/localClock.ts';
import { failureTypeOf } from '../../../src/failures.ts';
import type { NoticeRoute } from '../../../src/channels/port.ts';
import { noticesSchema } from '../../../src/config/noticeSchema.ts';
import {
  morningDigestId,
  type MorningFacts,
  type MorningRequest,
} from '../../../src/workflows/morningDigest/contract.ts';
import { dayMs, minuteMs } from '../../../src/workflows/shared/durations.ts';

const facts: MorningFacts = {
  at: '2026-12-01T06:30:01.000Z',
  needsYou: { total: 0, rows: [] },
  due: { withinDays: 7, total: 0, rows: [] },
  done: {
    since: '2026-11-30T06:30:00.000Z',
    until: '2026-12-01T06:29:01.000Z',
    total: 0,
    states: [],
    others: 0,
    failed: 0,
  },
  lost: { roundsWithLost: 0, quarantined: 0, held: 0, recorded: 0, deadLetterQueues: 0 },
  lists: [],
};
const asking: NoticeRoute = {
  channels: ['team'],
  showBuyers: false,
  morningDigest: { at: '07:30', timeZone: 'Europe/Berlin' },
};
const request: MorningRequest = {
  digestId: morningDigestId(asking),
  at: '07:30',
  timeZone: 'Europe/Berlin',
  plannedAt: '2026-12-01T06:30:00.000Z',
  since: '2026-11-30T06:30:00.000Z',
};

/** Asks with routes of this kind; what the lists were asked for is kept. */
async function collect(given: Partial<MorningRequest>, routes: readonly NoticeRoute[] = [asking]) {
  const asked: unknown[] = [];
  const activities = createMorningDigestActivities({
    routes: () => routes,
    facts: (what) => {
      asked.push(what);
      return Promise.resolve(facts);
    },
  });
  return { answer: await activities.collectMorning({ ...request, ...given }), asked };
}

test('the day is that of the route’s zone', async () => {
  expect(await collect({ accounts: ['1'] })).toEqual({
    answer: {
      outcome: 'collected',
      day: '2026-12-01',
      facts,
      localTimes: { '2026-11-30T06:30:00.000Z': '2026-11-30 07:30 Europe/Berlin' },
    },
    asked: [{ since: request.since, accounts: ['1'] }],
  });
  const far = { timeZone: 'Pacific/Auckland', plannedAt: '2026-11-30T18:30:00.000Z' };
  expect((await collect(far)).answer).toMatchObject({ outcome: 'collected', day: '2026-12-01' });
});

test('the second of a day is left out; at another time than the route’s it was asked for by hand', async () => {
  const again = await collect({ sentDay: '2026-12-01' });
  expect(again).toEqual({ answer: { outcome: 'sentBefore', day: '2026-12-01' }, asked: [] });
  const byHand = await collect({ sentDay: '2026-12-01', plannedAt: '2026-12-01T06:30:07.000Z' });
  expect(byHand.answer).toMatchObject({ outcome: 'collected', byHand: true });
});

test.each([
  ['no route', []],
  ['one for other accounts', [{ ...asking, accounts: ['111122223333'] }]],
  ['one without the option', [{ channels: ['team'], showBuyers: false }]],
])('%s: nobody asks for it any more', async (_name, routes) => {
  expect(await collect({}, routes)).toEqual({ answer: { outcome: 'notAsked' }, asked: [] });
});

test.each([
  ['a minute', minuteMs, 'NotYet'],
  ['eleven minutes', 11 * minuteMs, 'notAsked'],
])('a worker that has not known the route for %s', async (_name, ago, expected) => {
  const attempt = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - ago });
  const outcomes: unknown[] = [];
  // Anyone who asks by hand gets an answer at once.
  for (const plannedAt of [request.plannedAt, '2026-12-01T06:30:07.000Z']) {
    await attempt.run(async () => {
      outcomes.push(await collect({ plannedAt }, []).then(({ answer }) => answer.outcome, failureTypeOf));
    });
  }
  expect(outcomes).toEqual([expected, 'notAsked']);
});

test('no zone changes its clocks at an hour that the configuration takes: each comes once a day', () => {
  const takes = (at: string): boolean =>
    noticesSchema.safeParse({ routes: [{ channels: ['log'], morningDigest: { at } }] }).success;
  const taken = Array.from({ length: 24 * 60 }, (_, minute) => new Date(minute * minuteMs).toISOString().slice(11, 16));
  const [first, last] = [taken.find(takes), taken.findLast(takes)];
  expect([first, last]).toEqual(['04:00', '20:59']);
  const startMs = Date.UTC(2026, 11, 1);
  const changes: string[] = [];
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const clock = localClock(zone);
    const offset = (ms: number): number => clock.localMs(ms) - ms;
    // Two changes of one zone are weeks apart; a year from a day on which none happens.
    for (let ms = startMs, before = offset(startMs); ms < startMs + 366 * dayMs; ms += 7 * dayMs) {
      const after = offset(ms + 7 * dayMs);
      if (after === before) continue;
      let [low, high] = [ms, ms + 7 * dayMs];
      while (high - low > minuteMs) {
        const middle = low + Math.floor((high - low) / 2 / minuteMs) * minuteMs;
        if (offset(middle) === before) low = middle;
        else high = middle;
      }
      // What the change skips or repeats lies between the clock before it and the one after it.
      const around = [high + before, high + after].map((local) => new Date(local).toISOString().slice(11, 16));
      const isNight = around.every((time) => time <= '04:00' || time >= '21:00');
      changes.push(isNight ? 'at night' : `${zone}: ${around.join(' to ')}`);
      before = after;
    }
  }
  expect(changes.length).toBeGreaterThan(100);
  expect(changes.filter((change) => change !== 'at night')).toEqual([]);
});
