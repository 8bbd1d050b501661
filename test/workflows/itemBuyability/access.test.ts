import { itemBuyabilityDefaults as policy } from '../../../src/policies/defaults.ts';
import { itemDetails, itemStatus } from '../../../src/workflows/itemBuyability/details.ts';
import { iso, play, startMs } from './played.ts';

const minuteMs = 60_000;
const waiting = { state: 'awaitingAccess', phase: 'awaitingAccess', needsDecision: false, notices: [] };

describe('an item that may not be asked for', () => {
  test('waits without a notice of its own, and says for what', () => {
    const played = play().event().after(minuteMs).denied('The permission X is missing.');
    expect(played.summary).toEqual(waiting);
    expect(itemDetails(played.item, policy)).toContain('**refused:** The permission X is missing.');
    expect(itemStatus(played.item, policy).nextStep).toContain('merchant:merchant-1');
  });

  test.each(['BUYABLE', 'NOT_BUYABLE'])('is settled by the first answer with %s', (status) => {
    const played = play().event().denied().after(minuteMs).answer({ buyabilityStatus: status });
    expect(played.summary.state).toBe(status);
  });

  test.each([
    ['no product', undefined],
    ['no status', { sku: 's' }],
    ['an unknown status', { buyabilityStatus: 'UNKNOWN' }],
  ])('has its whole window from the first answer on, where that is %s', (_name, product) => {
    const refusedForMs = 100 * policy.queryWithinMs;
    const played = play().event().denied().after(refusedForMs).answer(product);
    expect(played.summary).toEqual({ ...waiting, state: 'querying', phase: 'querying' });
    expect(played.item.phase).toMatchObject({ untilMs: startMs + refusedForMs + policy.queryWithinMs });
  });

  test('at the last check of the window waits too, and is not concluded upon', () => {
    expect(play().event().after(policy.queryWithinMs).denied().summary).toEqual(waiting);
  });

  test('takes an event with data, and older ones change nothing', () => {
    const played = play().event().denied();
    expect(played.event('BUYABLE', startMs - 1).summary).toEqual(waiting);
    expect(played.event('BUYABLE', startMs).summary).toMatchObject({ state: 'BUYABLE', notices: [] });
  });

  test('with a contradiction to settle goes on waiting, whatever a third event of that time says', () => {
    const played = play().event('BUYABLE', startMs, 'one').event('NOT_BUYABLE', startMs, 'two').denied();
    expect(played.event('BUYABLE', startMs, 'three').summary).toEqual(waiting);
  });

  test('whose request is wrong for good is UNVERIFIED', () => {
    const played = play().event().denied().unanswered('the id is no header value');
    expect(played.summary).toMatchObject({ state: 'UNVERIFIED', notices: ['opening warning'] });
  });

  test('keeps the notice that is open', () => {
    const played = play().event('NOT_BUYABLE').unanswered().after(minuteMs).event().denied();
    expect(played.summary).toEqual({ ...waiting, needsDecision: true, notices: ['opening warning'] });
    expect(played.item.openNotice?.about).toBe('NOT_BUYABLE');
  });

  test('is asked for at once on somebody’s word', () => {
    const played = play().event().denied();
    expect(played.take({ type: 'recheck', eventId: 'asked' }).summary.state).toBe('querying');
  });

  test('that is cancelled is UNKNOWN', () => {
    expect(play().event().denied().take({ type: 'cancelled' }).summary.state).toBe('UNKNOWN');
  });

  test('refused while it waits for its notice lets the notice go without the query', () => {
    const played = play().event('NOT_BUYABLE').denied('The permission X is missing.');
    expect(played.summary).toMatchObject({ state: 'NOT_BUYABLE', notices: ['opening warning'] });
    expect(played.notices[0]?.lines.join(' ')).toContain('The permission X is missing.');
  });

  test('refused in a daily check stays what it is, with a note', () => {
    const played = play().event().after(policy.queryWithinMs).answer().after(minuteMs).denied('The permission X.');
    expect(played.summary).toMatchObject({ state: 'INVALID_PRODUCT', phase: 'verifying' });
    expect(played.item.notes).toEqual(['The permission X.']);
  });
});

describe('the wish to ask again', () => {
  const recheck = (eventId = 'asked by ann') => ({ type: 'recheck', eventId }) as const;

  test.each([
    ['BUYABLE', () => play().event('BUYABLE')],
    ['NOT_BUYABLE', () => play().event('NOT_BUYABLE').unanswered()],
    ['INVALID_PRODUCT', () => play().event().after(policy.queryWithinMs).answer()],
    ['UNVERIFIED', () => play().event().unanswered()],
  ])('asks for an item that is %s, dates nothing, and keeps its notice', (_state, settled) => {
    const played = settled();
    const { asOf, lastEventAtMs, openNotice } = played.item;
    const reported = played.notices.length;
    expect(played.after(minuteMs).take(recheck()).summary.state).toBe('querying');
    expect(played.item).toMatchObject({ asOf, lastEventAtMs });
    expect(played.item.openNotice).toEqual(openNotice);
    const { item } = played;
    expect(played.take(recheck()).item).toBe(item);
    played.answer({ buyabilityStatus: 'BUYABLE' });
    expect(played.summary.state).toBe('BUYABLE');
    expect(played.notices).toHaveLength(openNotice === undefined ? reported : reported + 1);
  });

  test('leaves an open query as it is', () => {
    for (const played of [play().event(), play().event('NOT_BUYABLE')]) {
      const { phase } = played.item;
      expect(played.after(minuteMs).take(recheck()).item.phase).toBe(phase);
    }
  });

  test('wakes no item that was cancelled', () => {
    expect(play().event('BUYABLE').take({ type: 'cancelled' }).take(recheck()).summary.phase).toBe('ended');
  });

  test('is no word that an older event could not overwrite, nor one that it could', () => {
    const played = play().event('BUYABLE').after(minuteMs).take(recheck());
    expect(played.event('NOT_BUYABLE', startMs - 1).summary.state).toBe('querying');
    expect(played.event('NOT_BUYABLE', startMs + 1).summary.state).toBe('NOT_BUYABLE');
    expect(played.item.asOf).toBe(iso(startMs + 1));
  });
});
