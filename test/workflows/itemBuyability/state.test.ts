import fc from 'fast-check';
import { itemBuyabilityDefaults as policy } from '../../../src/policies/defaults.ts';
import { itemDetails } from '../../../src/workflows/itemBuyability/details.ts';
import type { BuyabilityMessage } from '../../../src/workflows/itemBuyability/contract.ts';
import { stateName } from '../../../src/workflows/itemBuyability/state.ts';
import { next } from '../../../src/workflows/itemBuyability/transitions/next.ts';
import { iso, play, startMs, type Played } from './played.ts';

const minuteMs = 60_000;

describe('an event', () => {
  test('with fresh data is recorded, without a question and without a notice', () => {
    const { summary, item } = play().event('BUYABLE');
    expect(summary).toEqual({ state: 'BUYABLE', phase: 'lingering', needsDecision: false, notices: [] });
    expect(item).toMatchObject({ asOf: iso(startMs), product: { sku: 's' } });
  });

  test.each([[undefined], ['UNKNOWN'], ['ON_SALE_SOON'], ['buyable'], ['']])(
    'with status %p is asked about',
    (status) => {
      expect(play().event(status).summary).toEqual({
        state: 'querying',
        phase: 'querying',
        needsDecision: false,
        notices: [],
      });
    },
  );

  test('with a product that lacks the status is asked about', () => {
    const message = { eventId: 'partial', eventTime: iso(startMs), product: { sku: 's' } };
    expect(play().take({ type: 'event', message }).summary.state).toBe('querying');
  });

  test('older than an hour that opens a run is proved by a query', () => {
    expect(play().event('BUYABLE', startMs - policy.freshForMs - 1).summary.state).toBe('querying');
    expect(play().event('BUYABLE', startMs - policy.freshForMs).summary.state).toBe('BUYABLE');
  });

  test('older than an hour that opens no run is taken, where it is the newest', () => {
    const played = play()
      .event('BUYABLE')
      .after(3 * policy.freshForMs);
    expect(played.event('NOT_BUYABLE', startMs + 1).summary.state).toBe('NOT_BUYABLE');
  });

  test('from a clock that is far ahead is proved, and shuts out nothing that comes after it', () => {
    const played = play().event('NOT_BUYABLE', startMs + 2 * policy.freshForMs);
    expect(played.summary.state).toBe('querying');
    expect(played.after(1).event('BUYABLE').summary).toMatchObject({ state: 'BUYABLE', notices: [] });
  });

  test('a repeat changes nothing at all', () => {
    const played = play().event('BUYABLE');
    const { item } = played;
    played.after(minuteMs).event('BUYABLE', startMs);
    expect(played.item).toBe(item);
  });

  test('an older one changes nothing but the time of the last event and a note', () => {
    const played = play()
      .event('BUYABLE')
      .after(minuteMs)
      .event('NOT_BUYABLE', startMs - 1);
    expect(played.summary).toEqual({ state: 'BUYABLE', phase: 'lingering', needsDecision: false, notices: [] });
    expect(played.item.lastEventAtMs).toBe(startMs + minuteMs);
    expect(played.item.notes).toEqual([expect.stringContaining('came late')]);
  });

  test('without data and newer than data is asked about; without data and of the same time is not', () => {
    expect(
      play()
        .event('BUYABLE')
        .event(undefined, startMs + 1).summary.state,
    ).toBe('querying');
    expect(play().event('BUYABLE').event(undefined, startMs).summary.state).toBe('BUYABLE');
    expect(play().event(undefined, startMs).event('BUYABLE', startMs).summary.state).toBe('BUYABLE');
  });

  test('against different data of the same time is settled by a query, and by no third of that time', () => {
    const disputed = play().event('BUYABLE', startMs, 'one').event('NOT_BUYABLE', startMs, 'two');
    expect(disputed.summary).toMatchObject({ state: 'querying', notices: [] });
    expect(disputed.event('BUYABLE', startMs, 'three').summary.state).toBe('querying');
    expect(disputed.after(1).answer({ buyabilityStatus: 'BUYABLE' }).summary.state).toBe('BUYABLE');
  });

  test('of the whole second in which an answer was asked for is not older than it: a query settles which is', () => {
    const answered = () => play().event(undefined, startMs).after(1_400).answer({ buyabilityStatus: 'NOT_BUYABLE' });
    expect(answered().event('BUYABLE', startMs + 1_000).summary.state).toBe('querying');
    expect(answered().event(undefined, startMs + 1_000).summary.state).toBe('NOT_BUYABLE');
    // With its milliseconds, or of the second before, it is known to be older.
    expect(answered().event('BUYABLE', startMs + 1_399).summary.state).toBe('NOT_BUYABLE');
    expect(answered().event('BUYABLE', startMs).summary.state).toBe('NOT_BUYABLE');
  });
});

describe('the end of the window', () => {
  test('not found is INVALID_PRODUCT with one notice, checked again, and lifted by a later event', () => {
    const played = play().event().after(policy.queryWithinMs).answer();
    expect(played.summary).toEqual({
      state: 'INVALID_PRODUCT',
      phase: 'verifying',
      needsDecision: true,
      notices: ['opening warning'],
    });
    expect(played.after(minuteMs).answer().summary).toMatchObject({ phase: 'verifying', notices: ['opening warning'] });
    expect(played.take({ type: 'verifyElapsed' }).summary).toMatchObject({
      state: 'INVALID_PRODUCT',
      phase: 'watching',
    });
    expect(played.event('BUYABLE').summary).toEqual({
      state: 'BUYABLE',
      phase: 'lingering',
      needsDecision: false,
      notices: ['opening warning', 'resolution information'],
    });
    expect(played.notices[1]?.id).toBe(`${played.notices[0]?.id}:resolved`);
  });

  test.each([
    ['a failure', (played: Played) => played.unanswered('The service failed.')],
    ['a status that says nothing', (played: Played) => played.answer({ buyabilityStatus: 'UNKNOWN' })],
  ])('%s is UNVERIFIED with one notice', (_name, end) => {
    const played = end(play().event().after(policy.queryWithinMs));
    expect(played.summary).toMatchObject({ state: 'UNVERIFIED', needsDecision: true, notices: ['opening warning'] });
    expect(end(played.after(1).event()).summary).toMatchObject({ state: 'UNVERIFIED', notices: ['opening warning'] });
    expect(played.event('BUYABLE').summary).toMatchObject({ state: 'BUYABLE', needsDecision: false });
  });

  test('a check that finds the product again without a status closes the notice and asks again', () => {
    const played = play().event().after(policy.queryWithinMs).answer().after(1);
    const { query } = played;
    expect(played.answer({ buyabilityStatus: 'UNKNOWN' }).summary).toEqual({
      state: 'querying',
      phase: 'querying',
      needsDecision: false,
      notices: ['opening warning', 'resolution information'],
    });
    expect(played.query).toBeGreaterThan(query);
    expect(played.notices[1]?.lines[0]).toContain('found again');
  });

  test.each(['event', 'query'] as const)('NOT_BUYABLE by %s lifts INVALID_PRODUCT, with its notice', (envelope) => {
    const played = play().event().after(policy.queryWithinMs).answer().after(1);
    const [opened] = played.notices;
    const status = { buyabilityStatus: 'NOT_BUYABLE', offerPrime: true };
    if (envelope === 'event') played.event('NOT_BUYABLE').after(1);
    played.answer(status);
    expect(played.summary).toEqual({
      state: 'NOT_BUYABLE',
      phase: 'watching',
      needsDecision: true,
      notices: ['opening warning', 'resolution information', 'opening warning'],
    });
    expect(played.notices[1]).toMatchObject({
      id: `${opened?.id}:resolved`,
      title: 'Item item-1 is no longer INVALID_PRODUCT',
    });
  });
});

describe('NOT_BUYABLE', () => {
  test('as the first known state is a change; the notice waits for one query and holds what it adds', () => {
    const played = play().event('NOT_BUYABLE');
    expect(played.summary).toEqual({ state: 'NOT_BUYABLE', phase: 'completing', needsDecision: false, notices: [] });
    played.answer({ buyabilityStatus: 'NOT_BUYABLE', offerPrime: true, amazonSku: 'a', sku: 'other' });
    expect(played.summary).toEqual({
      state: 'NOT_BUYABLE',
      phase: 'watching',
      needsDecision: true,
      notices: ['opening warning'],
    });
    expect(played.item.product).toEqual({
      id: 'p',
      sku: 's',
      amazonSku: 'a',
      offerPrime: true,
      buyabilityStatus: 'NOT_BUYABLE',
    });
  });

  test.each([
    ['no answer', (played: Played) => played.unanswered()],
    ['no permission', (played: Played) => played.denied()],
    ['no product', (played: Played) => played.answer()],
  ])('%s in time lets the notice go without it', (_name, end) => {
    expect(end(play().event('NOT_BUYABLE')).summary).toEqual({
      state: 'NOT_BUYABLE',
      phase: 'watching',
      needsDecision: true,
      notices: ['opening warning'],
    });
  });

  test('with the offer switched off is for information only', () => {
    const played = play().event('NOT_BUYABLE').answer({ buyabilityStatus: 'NOT_BUYABLE', offerPrime: false });
    expect(played.summary).toMatchObject({ needsDecision: false, notices: ['opening information'] });
  });

  test('found by a query needs no second one', () => {
    const played = play().event().after(1).answer({ buyabilityStatus: 'NOT_BUYABLE', offerPrime: true });
    expect(played.summary).toMatchObject({ phase: 'watching', notices: ['opening warning'] });
  });

  test('that is over before its notice went out is not reported', () => {
    const byEvent = play()
      .event('NOT_BUYABLE')
      .event('BUYABLE', startMs + 1);
    const byQuery = play().event('NOT_BUYABLE').after(1).answer({ buyabilityStatus: 'BUYABLE' });
    for (const { summary } of [byEvent, byQuery]) expect(summary).toMatchObject({ state: 'BUYABLE', notices: [] });
  });

  test('again while its notice is open is no turn, asked for in between or not', () => {
    const played = play()
      .event('NOT_BUYABLE')
      .unanswered()
      .event('NOT_BUYABLE', startMs + 1);
    played
      .event(undefined, startMs + 2)
      .after(3)
      .answer({ buyabilityStatus: 'NOT_BUYABLE' });
    expect(played.summary).toMatchObject({ phase: 'watching', notices: ['opening warning'] });
  });

  test('after BUYABLE is another turn, with a notice of its own', () => {
    const played = play().event('NOT_BUYABLE').unanswered().after(1).event('BUYABLE').after(1);
    played.event('NOT_BUYABLE').unanswered();
    expect(played.summary.notices).toEqual(['opening warning', 'resolution information', 'opening warning']);
    expect(new Set(played.notices.map(({ id }) => id)).size).toBe(3);
  });
});

describe('the end', () => {
  test('comes a day after the last event, and not before', () => {
    const played = play().event('BUYABLE').after(minuteMs).event('BUYABLE');
    expect(played.after(policy.lingerMs - 1).take({ type: 'lingered' }).summary.phase).toBe('lingering');
    expect(played.after(1).take({ type: 'lingered' }).summary).toMatchObject({ state: 'BUYABLE', phase: 'ended' });
  });

  test('is taken back by an event in the moment of closing', () => {
    const played = play().event('BUYABLE').after(policy.lingerMs).take({ type: 'lingered' });
    expect(played.event('NOT_BUYABLE').summary).toMatchObject({ state: 'NOT_BUYABLE', phase: 'completing' });
  });

  test('a cancellation keeps the last state; one that was being asked for is UNKNOWN', () => {
    const settled = play().event('NOT_BUYABLE').unanswered().take({ type: 'cancelled' });
    expect(settled.summary).toMatchObject({ state: 'NOT_BUYABLE', phase: 'ended', needsDecision: false });
    const asked = play()
      .event()
      .take({ type: 'cancelled' })
      .event('BUYABLE', startMs + 1);
    expect(asked.summary).toMatchObject({ state: 'UNKNOWN', phase: 'ended' });
  });
});

describe('in any order', () => {
  const times = fc.integer({ min: 0, max: 30 });
  const statuses = fc.constantFrom('BUYABLE', 'NOT_BUYABLE', 'UNKNOWN', undefined);
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ step: fc.constant('event' as const), at: times, status: statuses }) },
      { weight: 2, arbitrary: fc.record({ step: fc.constant('answer' as const), status: statuses }) },
      fc.record({ step: fc.constantFrom('unanswered' as const, 'denied' as const, 'verifyElapsed' as const) }),
      fc.record({ step: fc.constant('lateAnswer' as const), at: times, status: statuses }),
    ),
    { maxLength: 25 },
  );
  const record = (status: string | undefined) => (status === undefined ? undefined : { buyabilityStatus: status });

  /** Plays steps a second apart; events and late answers are dated within the half minute before the first step. */
  function played(list: ReadonlyArray<{ step: string; at?: number; status?: string | undefined }>): Played {
    const player = play();
    list.forEach(({ step, at = 0, status }, index) => {
      player.after(1_000);
      const atMs = startMs - 30_000 + at * 1_000;
      if (step === 'event') player.event(status, atMs, `event ${index}`);
      if (step === 'answer') player.answer(record(status));
      if (step === 'lateAnswer') {
        const product = record(status);
        const answer = { askedAt: iso(atMs), ...(product === undefined ? {} : { product }) };
        player.take({ type: 'answered', query: -2, answer });
      }
      if (step === 'unanswered') player.unanswered();
      if (step === 'denied') player.denied();
      if (step === 'verifyElapsed') player.take({ type: 'verifyElapsed' });
    });
    return player;
  }

  test('what is known is as new as anything heard, and never goes back', () => {
    fc.assert(
      fc.property(steps, (list) => {
        let newestMs = Number.NEGATIVE_INFINITY;
        list.forEach((_step, index) => {
          const { item } = played(list.slice(0, index + 1));
          const knownMs = item.asOf === undefined ? Number.NEGATIVE_INFINITY : Date.parse(item.asOf);
          expect(knownMs).toBeGreaterThanOrEqual(newestMs);
          newestMs = knownMs;
        });
        const newestEvent = Math.max(
          ...list.flatMap(({ step, ...rest }) => (step === 'event' && 'at' in rest ? [rest.at] : [])),
        );
        expect(newestMs).toBeGreaterThanOrEqual(startMs - 30_000 + newestEvent * 1_000);
      }),
    );
  });

  test('events alone end in the state of the newest time, whatever order they come in', () => {
    const events = fc.uniqueArray(fc.record({ at: times, status: statuses }), {
      selector: ({ at }) => at,
      minLength: 1,
    });
    fc.assert(
      fc.property(events, (list) => {
        const newest = list.toSorted((one, other) => other.at - one.at)[0];
        const known = newest?.status === 'BUYABLE' || newest?.status === 'NOT_BUYABLE';
        const { item } = played(list.map((event) => ({ step: 'event', ...event })));
        expect(stateName(item)).toBe(known ? newest.status : 'querying');
      }),
    );
  });

  test('events of few times and an answer at the end give the same state in any order', () => {
    const few = fc.array(fc.record({ at: fc.integer({ min: 0, max: 2 }), status: statuses }), { minLength: 1 });
    const shuffled = few.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const states = [one, other].map((list) => {
          const player = played(list.map((event) => ({ step: 'event', ...event })));
          const { phase } = player.item;
          return stateName(
            phase.name === 'querying' ? player.answer({ buyabilityStatus: 'BUYABLE' }).item : player.item,
          );
        });
        // Where two events of one time contradict each other the query decides; else the newest data does.
        const newest = Math.max(...one.map(({ at }) => at));
        const said = new Set(
          one.flatMap(({ at, status }) =>
            at === newest && (status === 'BUYABLE' || status === 'NOT_BUYABLE') ? [status] : [],
          ),
        );
        const expected = said.size === 1 ? [...said][0] : 'BUYABLE';
        expect(states).toEqual([expected, expected]);
      }),
    );
  });

  test('NOT_BUYABLE is never made of no data', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const silent = list.map((step) =>
          'status' in step && step.status === 'NOT_BUYABLE' ? { ...step, status: undefined } : step,
        );
        const { item, notices } = played(silent);
        expect(stateName(item)).not.toBe('NOT_BUYABLE');
        expect(notices.filter(({ title }) => title.includes('cannot be bought'))).toEqual([]);
      }),
    );
  });

  test('each turn has one notice, with an identity of its own, and each resolution resolves the open one', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { item, notices } = played(list);
        expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length);
        const pairs = notices.map((notice, index) => ({ notice, before: notices[index - 1] }));
        const resolutions = pairs.filter(({ notice }) => notice.kind === 'resolution');
        expect(resolutions.map(({ notice }) => notice.id)).toEqual(
          resolutions.map(({ before }) => `${before?.id}:resolved`),
        );
        const opened = pairs.filter(({ notice }) => notice.kind === 'opening');
        expect(opened.filter(({ before }) => before?.kind === 'opening')).toEqual([]);
        const last = notices.at(-1);
        expect(item.openNotice?.id).toBe(last?.kind === 'opening' ? last.id : undefined);
        const reported =
          item.phase.name !== 'completing' && !['querying', 'awaitingAccess', 'BUYABLE'].includes(stateName(item));
        expect(reported ? item.openNotice?.about : stateName(item)).toBe(stateName(item));
      }),
    );
  });

  test('the state is plain JSON, and the details stay under what proxies take', () => {
    fc.assert(
      fc.property(steps, fc.string({ maxLength: 3_000, unit: 'binary' }), (list, hostile) => {
        const { item } = played(list);
        expect(JSON.parse(JSON.stringify(item))).toEqual(item);
        const message: BuyabilityMessage = {
          eventId: 'last',
          eventTime: iso(startMs),
          product: { sku: hostile, amazonSku: hostile, buyabilityStatus: hostile },
        };
        const { state: last } = next(item, { type: 'event', message }, { policy, nowMs: startMs });
        const shown = itemDetails(last, policy);
        expect(shown.length).toBeLessThanOrEqual(4_000);
      }),
    );
  });
});
