import fc from 'fast-check';
import type { Notice } from '../../../src/workflows/shared/notices.ts';
import {
  afterRouting,
  afterSending,
  busyChannels,
  fitCarried,
  nextThrough,
  nextToRoute,
  type UnsentNotices,
} from '../../../src/workflows/shared/unsent.ts';

function noticeOf(id: string, lines: readonly string[] = []): Notice {
  return {
    id,
    kind: 'opening',
    severity: 'warning',
    account: '123456789012',
    workflowId: 'item:a:b',
    title: 'A title',
    lines,
    nextStep: 'Nothing to do.',
  };
}

const channels = ['a', 'b', 'c'] as const;

/** A step of a run: something is decided, routed or sent, or the run continues as new. */
const step = fc.oneof(
  fc.record({ type: fc.constant('decide' as const) }),
  fc.record({
    type: fc.constant('route' as const),
    to: fc.subarray([...channels]),
    notBeforeMs: fc.option(fc.nat(), { nil: undefined }),
  }),
  fc.record({ type: fc.constant('send' as const), channel: fc.constantFrom(...channels) }),
  fc.record({ type: fc.constant('renew' as const) }),
);

test('each notice reaches each of its channels once and in order, however often the run continues as new', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let unsent: UnsentNotices = [];
      const decided: string[] = [];
      const routed: string[] = [];
      const wanted: Record<string, string[]> = { a: [], b: [], c: [] };
      const sent: Record<string, string[]> = { a: [], b: [], c: [] };
      const send = (channel: string): void => {
        const found = nextThrough(unsent, channel);
        if (found === undefined) return;
        sent[channel]?.push(found.notice.id);
        unsent = afterSending(unsent, channel);
      };
      const route = (to: readonly string[], notBeforeMs?: number): void => {
        const notice = nextToRoute(unsent);
        if (notice === undefined) return;
        routed.push(notice.id);
        for (const channel of to) wanted[channel]?.push(notice.id);
        unsent = afterRouting(unsent, to, notBeforeMs);
      };
      for (const one of steps) {
        if (one.type === 'decide') {
          decided.push(`notice ${decided.length}`);
          unsent = [...unsent, { notice: noticeOf(decided.at(-1) ?? '') }];
        } else if (one.type === 'route') route(one.to, one.notBeforeMs);
        else if (one.type === 'send') send(one.channel);
        else unsent = JSON.parse(JSON.stringify(fitCarried(unsent, 'run').kept)) as UnsentNotices;
        for (const channel of channels) {
          const waits = (wanted[channel]?.length ?? 0) > (sent[channel]?.length ?? 0);
          expect(busyChannels(unsent).includes(channel)).toBe(waits);
        }
      }
      while (nextToRoute(unsent) !== undefined) route(channels);
      for (const channel of channels) while (nextThrough(unsent, channel) !== undefined) send(channel);
      expect(unsent).toEqual([]);
      expect(routed).toEqual(decided);
      expect(sent).toEqual(wanted);
    }),
  );
});

test('the time before which a channel must not be tried again is kept', () => {
  const unsent = afterRouting([{ notice: noticeOf('one') }], ['a'], 1_000);
  expect(nextThrough(unsent, 'a')).toMatchObject({ notBeforeMs: 1_000 });
  expect(nextThrough(afterRouting([{ notice: noticeOf('one') }], ['a']), 'a')).not.toHaveProperty('notBeforeMs');
});

test('what is carried is bounded in number and size: the newest stay, and what is left out is given back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 400 }), (lengths) => {
      const unsent = lengths.map((length, index) => ({ notice: noticeOf(`${index}`, ['x'.repeat(length)]) }));
      const { kept, dropped } = fitCarried(unsent, 'run');
      expect([...dropped, ...kept]).toEqual(unsent);
      const characters = kept.map((one) => JSON.stringify(one).length).reduce((sum, one) => sum + one, 0);
      expect(characters).toBeLessThanOrEqual(250_000);
      expect(kept.length).toBeLessThanOrEqual(200);
      const [oldest] = dropped.slice(-1);
      if (oldest === undefined || kept.length === 200) return;
      expect(characters + JSON.stringify(oldest).length).toBeGreaterThan(250_000);
    }),
    { numRuns: 50 },
  );
});

/** A digest of so many decisions, with identities of this length. */
function digestOf(id: string, decisions: number, characters: number, workflowId = 'notice-digest:a:item:1'): Notice {
  const ids = Array.from({ length: decisions }, (_, at) => `${id}.${at}`.padEnd(characters, '-'));
  return {
    ...noticeOf(id, [`${decisions} in all = ${decisions} openings.`, ...ids.slice(0, 14)]),
    workflowId,
    decisions: ids,
  };
}

const decisionsOf = ({ decisions, unlisted }: Notice): number => unlisted?.decisions ?? decisions?.length ?? 0;

test('of digests that no channel takes every number is carried: each decision is named, or counted with the run that names it', () => {
  const decided = fc.record({
    decisions: fc.integer({ min: 1, max: 1_000 }),
    characters: fc.integer({ min: 20, max: 120 }),
    workflow: fc.constantFrom('notice-digest:a:item:1', 'notice-digest:a:item:1', 'backfill-items:x'),
    isRouted: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(fc.array(decided, { maxLength: 12 }), { minLength: 1, maxLength: 12 }), (runs) => {
      let unsent: UnsentNotices = [];
      /** The identities that each run had: by signals, or with its input. */
      const histories: Array<Set<string>> = [];
      let total = 0;
      for (const [run, digests] of runs.entries()) {
        for (const [index, { decisions, characters, workflow, isRouted }] of digests.entries()) {
          const notice = digestOf(`${run}.${index}`, decisions, characters, workflow);
          unsent = [...unsent, isRouted ? { notice, left: [{ channel: 'a' }] } : { notice }];
          total += decisions;
        }
        histories.push(new Set(unsent.flatMap(({ notice }) => notice.decisions ?? [])));
        const { kept, dropped } = fitCarried(unsent, `run ${run}`);
        expect(dropped).toEqual([]);
        unsent = JSON.parse(JSON.stringify(kept)) as UnsentNotices;
        expect(kept.map((one) => JSON.stringify(one).length).reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(
          250_000,
        );
        expect(kept.reduce((sum, { notice }) => sum + decisionsOf(notice), 0)).toBe(total);
        expect(new Set(kept.map(({ notice }) => notice.id)).size).toBe(kept.length);
      }
      const named = new Set(unsent.flatMap(({ notice }) => notice.decisions ?? []));
      for (const { unlisted } of unsent.map(({ notice }) => notice)) {
        if (unlisted === undefined) continue;
        const numberOf = (runId: string): number => Number(runId.replace('run ', ''));
        const between = histories.slice(numberOf(unlisted.firstRunId), numberOf(unlisted.lastRunId) + 1);
        for (const history of between) for (const id of history) named.add(id);
      }
      expect(named.size).toBe(total);
    }),
    { numRuns: 30 },
  );
});

test('the newest digests keep their identities; an older one says how many it has, and whose history names them', () => {
  const unsent = ['1', '2', '3', '4'].map((id) => ({ notice: digestOf(id, 1_000, 100), left: [{ channel: 'a' }] }));
  const { kept } = fitCarried(unsent, 'run-7');
  expect(kept.map(({ notice }) => notice.decisions?.length)).toEqual([undefined, undefined, 1_000, 1_000]);
  expect(kept[0]).toEqual({
    left: [{ channel: 'a' }],
    notice: {
      ...noticeOf('1', [
        '1000 in all = 1000 openings.',
        'The history of run run-7 of notice-digest:a:item:1 names each of the 1,000, in its input and its signals.',
      ]),
      workflowId: 'notice-digest:a:item:1',
      unlisted: { decisions: 1_000, digests: 1, firstRunId: 'run-7', lastRunId: 'run-7' },
    },
  });
});

test('of very many the oldest become one, and other notices are left out after that only', () => {
  const digests = Array.from({ length: 260 }, (_, at) => ({
    notice: { ...digestOf(`${at}`, 1_000, 60), severity: at === 3 ? ('critical' as const) : ('warning' as const) },
    left: [{ channel: 'a', notBeforeMs: at }],
  }));
  const { kept, dropped } = fitCarried([...digests, { notice: noticeOf('last') }], 'run-7');
  expect(dropped).toEqual([]);
  expect(kept.length).toBeLessThanOrEqual(200);
  expect(kept.reduce((sum, { notice }) => sum + decisionsOf(notice), 0)).toBe(260_000);
  expect(kept[0]).toMatchObject({ left: [{ channel: 'a', notBeforeMs: 0 }], notice: { severity: 'critical' } });
  expect(kept.at(-1)?.notice.id).toBe('last');
});
