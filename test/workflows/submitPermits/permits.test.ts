import fc from 'fast-check';
import { submitPermitsDefaults } from '../../../src/policies/defaults.ts';
import type { PermitAnswer, PermitRequest } from '../../../src/workflows/submitPermits/contract.ts';
import {
  carriedState,
  counted,
  giveBack,
  noPermits,
  numbersOf,
  recountBegun,
  recounted,
  request,
  type Permits,
} from '../../../src/workflows/submitPermits/permits.ts';

const dayMs = 86_400_000;
const { mostInFlight } = submitPermitsDefaults;
const noonMs = 20_000 * dayMs + dayMs / 2;
const settleMs = 10_000;
const usedWithinMs = 60_000;
const asked = (token: string, values: Partial<PermitRequest> = {}): PermitRequest => ({
  token,
  authority: 'policy',
  dailyCap: 2,
  startsPerSecond: 1_000,
  usedWithinMs,
  settleMs,
  ...values,
});
const none: Permits = counted(noPermits, [], noonMs);

/** Asks one after another at a time; gives the answers and the state after them. */
function askAll(state: Permits, tokens: readonly string[], nowMs: number, values: Partial<PermitRequest> = {}) {
  const answers: PermitAnswer[] = [];
  for (const token of tokens) {
    const answered = request(state, asked(token, values), nowMs, submitPermitsDefaults);
    ({ state } = answered);
    answers.push(answered.answer);
  }
  return { state, answers, outcomes: answers.map(({ outcome }) => outcome) };
}

describe('the daily cap', () => {
  test('is exact, and an operator does not count', () => {
    const { state, outcomes } = askAll(none, ['a', 'b', 'c'], noonMs);
    expect(outcomes).toEqual(['granted', 'granted', 'capReached']);
    expect(askAll(state, ['d'], noonMs, { authority: 'operator' }).outcomes).toEqual(['granted']);
    expect(askAll(none, ['d'], noonMs, { authority: 'operator' }).state.permits['d']?.open?.days).toEqual([]);
  });

  test('a token counts once, however often it is asked for', () => {
    const laterMs = noonMs + usedWithinMs + settleMs;
    const { state } = askAll(none, ['a'], noonMs);
    const again = askAll(state, ['a', 'b', 'c'], laterMs);
    expect(again.outcomes).toEqual(['granted', 'granted', 'capReached']);
  });

  test('a permit that lasts over midnight counts in both days', () => {
    const lateMs = 20_001 * dayMs - 30_000;
    const { state } = askAll(none, ['a', 'b'], lateMs);
    expect(askAll(state, ['c'], lateMs + 40_000).outcomes).toEqual(['capReached']);
    expect(askAll(state, ['c'], lateMs + dayMs + 40_000).outcomes).toEqual(['granted']);
  });

  test('one that ended well before midnight does not count in the next day', () => {
    const { state } = askAll(none, ['a', 'b'], noonMs);
    expect(askAll(state, ['c', 'd', 'e'], noonMs + dayMs / 2 + 10_000).outcomes).toEqual([
      'granted',
      'granted',
      'capReached',
    ]);
  });
});

describe('one permit of a token at a time', () => {
  test('until it has ended and AWS lists what it sent', () => {
    const { state } = askAll(none, ['a'], noonMs);
    expect(askAll(state, ['a'], noonMs + 1_000).answers).toEqual([
      { outcome: 'later', retryAfterMs: usedWithinMs + settleMs - 1_000, because: 'held' },
    ]);
    expect(askAll(state, ['a'], noonMs + usedWithinMs + settleMs - 1).outcomes).toEqual(['later']);
    expect(askAll(state, ['a'], noonMs + usedWithinMs + settleMs).outcomes).toEqual(['granted']);
  });

  test('returned as unsent it is free at once, and counts no longer', () => {
    const { state } = askAll(none, ['a'], noonMs);
    const returned = giveBack(state, { token: 'a', grant: 1, fate: 'unsent', settleMs }, noonMs + 1);
    expect(numbersOf(returned, noonMs + 1)).toEqual({ today: 0, inFlight: 0 });
    expect(askAll(returned, ['a'], noonMs + 1).outcomes).toEqual(['granted']);
  });

  test('returned as unknown it is free once AWS lists it, and stays counted', () => {
    const { state } = askAll(none, ['a'], noonMs);
    const returned = giveBack(state, { token: 'a', grant: 1, fate: 'unknown', settleMs }, noonMs + 1);
    expect(askAll(returned, ['a'], noonMs + settleMs).outcomes).toEqual(['later']);
    expect(askAll(returned, ['a'], noonMs + 1 + settleMs).outcomes).toEqual(['granted']);
    expect(numbersOf(returned, noonMs + dayMs / 4)).toEqual({ today: 1, inFlight: 1 });
  });

  test('a request names those that were used: they stay counted, and their time is over once AWS lists them', () => {
    const { state } = askAll(none, ['a'], noonMs);
    const used = [{ token: 'a', grant: 1 }];
    const named = askAll(state, ['b'], noonMs + 1, { used }).state;
    expect(numbersOf(named, noonMs + 1)).toEqual({ today: 2, inFlight: 2 });
    expect(recountBegun(named, noonMs + settleMs).recount).toEqual([]);
    expect(recountBegun(named, noonMs + 1 + settleMs).recount).toEqual(['a']);
    const wrong = askAll(state, ['b'], noonMs + 1, { used: [{ token: 'a', grant: 2 }] }).state;
    expect(recountBegun(wrong, noonMs + 1 + settleMs).recount).toEqual([]);
  });

  test('a return that comes late takes nothing from the next grant, nor from the earlier one', () => {
    const second = noonMs + usedWithinMs + settleMs;
    const { state } = askAll(askAll(none, ['a'], noonMs).state, ['a'], second);
    expect(giveBack(state, { token: 'a', grant: 1, fate: 'unsent', settleMs }, second)).toBe(state);
    const returned = giveBack(state, { token: 'a', grant: 2, fate: 'unsent', settleMs }, second);
    expect(numbersOf(returned, second)).toEqual({ today: 1, inFlight: 1 });
  });
});

describe('the number in flight', () => {
  const many = Array.from({ length: mostInFlight }, (_, index) => `t${index}`);
  const full = askAll(none, many, noonMs, { dailyCap: 10_000 }).state;
  const overMs = noonMs + usedWithinMs + settleMs;

  test('is exact, operators included', () => {
    expect(numbersOf(full, noonMs).inFlight).toBe(mostInFlight);
    expect(askAll(full, ['more'], overMs, { authority: 'operator' }).answers).toMatchObject([
      { outcome: 'later', because: 'inFlight' },
    ]);
    expect(full.recountWanted).toBe(true);
  });

  test('a recount gives back what has ended, but nothing that is held or was granted meanwhile', () => {
    expect(numbersOf(recounted(recountBegun(full, overMs - 1), []), overMs).inFlight).toBe(mostInFlight);
    expect(numbersOf(recounted(recountBegun(full, overMs), ['t3']), overMs).inFlight).toBe(1);
    const meanwhile = askAll(recountBegun(full, overMs), ['t5'], overMs, { dailyCap: 10_000 }).state;
    expect(numbersOf(recounted(meanwhile, []), overMs).inFlight).toBe(1);
  });
});

test('the pace of StartChangeSet: what would wait for more than ten seconds comes back later', () => {
  const tokens = Array.from({ length: 100 }, (_, index) => `t${index}`);
  const { answers } = askAll(none, tokens, noonMs, { dailyCap: 1_000, startsPerSecond: 5 });
  const granted = answers.filter(({ outcome }) => outcome === 'granted').length;
  expect(granted).toBe(Math.floor(10 * 5 * 0.952) + 1);
  expect(answers.at(-1)).toMatchObject({ outcome: 'later', because: 'pace' });
});

test.each(['pace', 'inFlight'] as const)('those that have to come back (%s) do so one after the other', (because) => {
  const values = { dailyCap: 10_000, startsPerSecond: because === 'pace' ? 5 : 1_000 };
  const before = because === 'pace' ? 50 : mostInFlight;
  const { state } = askAll(
    none,
    Array.from({ length: before }, (_, index) => `t${index}`),
    noonMs,
    values,
  );
  const asking = Array.from({ length: 300 }, (_, index) => `more${index}`);
  const { answers } = askAll(state, asking, noonMs, { ...values, startsPerSecond: 5 });
  const returnsMs = answers.flatMap((answer) => (answer.outcome === 'later' ? [answer.retryAfterMs] : []));
  expect(answers.map((answer) => 'because' in answer && answer.because)).toEqual(asking.map(() => because));
  const stepsMs = returnsMs.slice(1).map((ms, index) => ms - (returnsMs[index] ?? 0));
  expect(Math.min(...stepsMs)).toBeGreaterThan(209);
  expect(Math.max(...stepsMs)).toBeLessThan(212);
  const endless = askAll(
    state,
    Array.from({ length: 10_000 }, (_, index) => `more${index}`),
    noonMs,
    {
      ...values,
      startsPerSecond: 5,
    },
  );
  expect(endless.answers.at(-1)).toMatchObject({ retryAfterMs: 900_000 });
});

describe('a run without a carried state', () => {
  test('grants nothing until it has counted', () => {
    expect(askAll(noPermits, ['a'], noonMs).answers).toMatchObject([{ outcome: 'later', because: 'counting' }]);
  });

  test('has those who wait for the count come back in turn, at the pace of submits, however many they are', () => {
    const tokens = Array.from({ length: 200 }, (_, index) => `waits${index}`);
    const { answers } = askAll(noPermits, tokens, noonMs, { startsPerSecond: 5 });
    const returnsMs = answers.flatMap((answer) => (answer.outcome === 'later' ? [answer.retryAfterMs] : []));
    expect(returnsMs).toHaveLength(200);
    expect(returnsMs[0]).toBe(2_000);
    const stepsMs = returnsMs.slice(1).map((ms, index) => ms - (returnsMs[index] ?? 0));
    expect(Math.min(...stepsMs)).toBeGreaterThanOrEqual(200);
  });

  test('counts what AWS lists of the day, and what runs still', () => {
    const at = (ms: number): string => new Date(ms).toISOString();
    const listed = [
      { token: 'today', startTime: at(noonMs - 1_000), runs: false },
      { token: 'runs', startTime: at(noonMs - dayMs), runs: true },
      { token: 'over', startTime: at(noonMs - dayMs), runs: false },
      { token: 'undated', runs: false },
    ];
    const state = counted(noPermits, listed, noonMs);
    expect(numbersOf(state, noonMs)).toEqual({ today: 2, inFlight: 1 });
    expect(Object.keys(state.permits)).not.toContain('over');
  });
});

describe('renewal', () => {
  test('carries every token that counts, and nothing that is past', () => {
    const { state } = askAll(none, ['a', 'b'], noonMs);
    const carried = carriedState(state, noonMs + 1, submitPermitsDefaults);
    expect(askAll(carried, ['a', 'c'], noonMs + 1).outcomes).toEqual(['later', 'capReached']);
    const ended = recounted(recountBegun(state, noonMs + dayMs), []);
    expect(carriedState(ended, noonMs + 2 * dayMs, submitPermitsDefaults).permits).toEqual({});
  });

  test('ten thousand tokens fit into one payload of 2 MB', () => {
    const permits = Array.from({ length: 10_000 }, (_, index) => `steward.${'x'.repeat(25)}.${index}`);
    const listed = permits.map((token) => ({ token, startTime: new Date(noonMs).toISOString(), runs: true }));
    const size = JSON.stringify(carriedState(counted(noPermits, listed, noonMs), noonMs, submitPermitsDefaults)).length;
    expect(size).toBeLessThan(1_500_000);
  });
});

test('whatever is asked, returned, renewed and recounted: what may land in a day never passes the cap', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('ask' as const), token: fc.integer({ min: 0, max: 4 }), used: fc.nat(3) }),
    fc.record({
      do: fc.constant('return' as const),
      token: fc.integer({ min: 0, max: 4 }),
      lag: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ do: fc.constant('renew' as const) }),
    fc.record({ do: fc.constant('recount' as const) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 30_000, 71_000, 20_000_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (steps, dailyCap) => {
      let state = none;
      let nowMs = 20_001 * dayMs - 90_000;
      // Every grant that may have been used: when it can land.
      const grants: Array<{ token: number; grant: number; fromMs: number; toMs: number }> = [];
      for (const one of steps) {
        if (one.do === 'wait') nowMs += one.ms;
        else if (one.do === 'renew') state = carriedState(state, nowMs, submitPermitsDefaults);
        else if (one.do === 'recount') state = recounted(recountBegun(state, nowMs), []);
        else if (one.do === 'return') {
          const own = grants.filter(({ token }) => token === one.token);
          const found = own.at(-1 - one.lag);
          if (found === undefined) continue;
          state = giveBack(state, { token: `${one.token}`, grant: found.grant, fate: 'unsent', settleMs }, nowMs);
          grants.splice(grants.indexOf(found), 1);
        } else {
          const used = grants.slice(-one.used).map(({ token, grant }) => ({ token: `${token}`, grant }));
          const answered = request(state, asked(`${one.token}`, { dailyCap, used }), nowMs, submitPermitsDefaults);
          ({ state } = answered);
          const { answer } = answered;
          if (answer.outcome === 'granted') {
            grants.push({ token: one.token, grant: answer.grant, fromMs: nowMs, toMs: nowMs + usedWithinMs });
          }
        }
        for (const day of [20_000, 20_001, 20_002, 20_003]) {
          const inDay = grants.filter(({ fromMs, toMs }) => fromMs < (day + 1) * dayMs && toMs >= day * dayMs);
          expect(new Set(inDay.map(({ token }) => token)).size).toBeLessThanOrEqual(dailyCap);
        }
      }
    }),
    { numRuns: 500 },
  );
});
