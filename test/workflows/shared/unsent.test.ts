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
        else unsent = JSON.parse(JSON.stringify(fitCarried(unsent).kept)) as UnsentNotices;
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
      const { kept, dropped } = fitCarried(unsent);
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
