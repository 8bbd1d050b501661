import { itemBuyabilityDefaults as policy } from '../../../../src/policies/defaults.ts';
import { iso, play, startMs } from '../played.ts';

const minuteMs = 60_000;
const secondMs = 1_000;
const buyable = { buyabilityStatus: 'BUYABLE' };

describe('an answer to a query', () => {
  test('is dated by when the query was sent', () => {
    const played = play()
      .event()
      .after(minuteMs)
      .answer(buyable, startMs + secondMs);
    expect(played.item.asOf).toBe(iso(startMs + secondMs));
  });

  test('is newer than what it was asked for, also where the vendor’s clock runs ahead', () => {
    const played = play()
      .event(undefined, startMs + 10 * minuteMs)
      .after(secondMs)
      .answer(buyable);
    expect(played.item.asOf).toBe(iso(startMs + 10 * minuteMs));
    expect(played.event('NOT_BUYABLE', startMs + 5 * minuteMs).summary.state).toBe('BUYABLE');
  });

  test('an older event that comes after it changes nothing; a newer one does', () => {
    const settled = () => play().event().after(minuteMs).answer(buyable).after(minuteMs);
    expect(settled().event('NOT_BUYABLE', startMs + secondMs).summary.state).toBe('BUYABLE');
    expect(settled().event('NOT_BUYABLE', startMs + minuteMs + 1).summary.state).toBe('NOT_BUYABLE');
  });

  test('an event of its very time that says otherwise is settled by another query', () => {
    const played = play().event().after(minuteMs).answer(buyable);
    expect(played.event('NOT_BUYABLE').summary).toMatchObject({ state: 'querying', notices: [] });
  });
});

describe('the query that completes a notice', () => {
  /** NOT_BUYABLE is asked about, and reported again a minute later by a second event. */
  const reportedAgain = () => play().event('NOT_BUYABLE').after(minuteMs).event('NOT_BUYABLE');

  test('asked before the newer event cannot speak against it', () => {
    const played = reportedAgain().answer(buyable, startMs + secondMs);
    expect(played.summary).toMatchObject({ state: 'NOT_BUYABLE', notices: ['opening warning'] });
    expect(played.event('BUYABLE', startMs + secondMs).summary.state).toBe('NOT_BUYABLE');
  });

  test('asked at the very time of the newer event is data against data', () => {
    expect(reportedAgain().answer(buyable).summary).toMatchObject({ state: 'querying', notices: [] });
  });

  test('asked after the newer event counts', () => {
    expect(
      reportedAgain()
        .after(secondMs)
        .answer(buyable, startMs + minuteMs + 1).summary.state,
    ).toBe('BUYABLE');
  });

  test('says since when by the first event, and not by the query', () => {
    const played = play().event('NOT_BUYABLE').after(secondMs).answer({ buyabilityStatus: 'NOT_BUYABLE' });
    expect(played.notices[0]?.lines).toContain(`Since ${iso(startMs)}.`);
    expect(played.item.asOf).toBe(iso(startMs + secondMs));
  });
});

describe('an answer whose query an event has just ended', () => {
  const ended = () => {
    const played = play().event(undefined, startMs - 10 * minuteMs);
    const { query } = played;
    return { played: played.event('NOT_BUYABLE', startMs), query };
  };
  const late = (askedAtMs: number, status = 'BUYABLE') => {
    const { played, query } = ended();
    const answer = { askedAt: iso(askedAtMs), product: { buyabilityStatus: status } };
    return played.after(minuteMs).take({ type: 'answered', query, answer }).summary.state;
  };

  test('counts where it is newer than the event, and else not', () => {
    expect(late(startMs + 1)).toBe('BUYABLE');
    expect(late(startMs - 1)).toBe('NOT_BUYABLE');
  });

  test('of the very same time is settled by a query where it contradicts the event', () => {
    expect(late(startMs)).toBe('querying');
    expect(late(startMs, 'NOT_BUYABLE')).toBe('NOT_BUYABLE');
  });

  test('says nothing where it has no status', () => {
    expect(late(startMs + 1, 'UNKNOWN')).toBe('NOT_BUYABLE');
  });
});

describe('old news', () => {
  const oldMs = startMs - 2 * policy.freshForMs;

  test('after old news that is being proved is proved as well', () => {
    const played = play()
      .event('BUYABLE', oldMs)
      .event('NOT_BUYABLE', oldMs + minuteMs);
    expect(played.summary).toMatchObject({ state: 'querying', notices: [] });
    expect(played.event('BUYABLE', startMs).summary.state).toBe('BUYABLE');
  });
});

describe('a contradiction that no query has settled', () => {
  test('is asked about again by a third event of that time, and not decided by it', () => {
    const played = play().event('BUYABLE', startMs, 'one').event('NOT_BUYABLE', startMs, 'two').unanswered();
    expect(played.summary.state).toBe('UNVERIFIED');
    expect(played.event('NOT_BUYABLE', startMs, 'three').summary.state).toBe('querying');
  });

  test('is none where there was no data: then data of that time is taken', () => {
    const played = play().event().unanswered();
    expect(played.event('BUYABLE', startMs, 'three').summary.state).toBe('BUYABLE');
  });
});
