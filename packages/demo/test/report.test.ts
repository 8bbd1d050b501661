import type { Observation } from '../src/observe.ts';
import { actualText, expectedText, isDone, isReached, resultOf, shortfall } from '../src/report.ts';
import type { Progress } from '../src/report.ts';
import type { Expectation, Scenario } from '../src/scenarios/scenario.ts';

const seen: Observation = {
  workflowId: 'offer:1:2',
  runId: 'run-1',
  type: 'offerWatch',
  running: true,
  state: 'watching',
  attention: false,
  nextStep: 'The next reminder goes out at noon.',
  status: { state: 'watching', role: 'ownOffer' },
};
const expected: Expectation = { state: 'watching', facts: { role: 'ownOffer' }, saying: 'The next reminder' };
const scenario: Scenario = { name: 'an offer', group: 'Items', workflowId: 'offer:1:2', expected, events: [] };

function progress(more: Partial<Progress> = {}): Progress {
  return { scenario, observation: seen, played: true, startedMs: 1_000, reachedMs: 2_260, ...more };
}

/** No workflow is seen yet. */
function unseen(): Progress {
  const { observation: _observation, reachedMs: _reachedMs, ...rest } = progress();
  return rest;
}

test('what is as expected has the same words as the expectation', () => {
  expect(isReached(expected, seen)).toBe(true);
  expect(actualText(expected, seen)).toBe(expectedText(expected));
  expect(expectedText(expected)).toBe('watching, role ownOffer, saying "The next reminder"');
});

test('a state that follows automatically is as good', () => {
  const wanted: Expectation = { state: 'watching', orLater: 'expired' };
  const inState = (state: string): Observation => ({ ...seen, state, status: { state } });
  expect(['watching', 'expired', 'accepted'].map((state) => isReached(wanted, inState(state)))).toEqual([
    true,
    true,
    false,
  ]);
  expect(isReached({ ...wanted, closed: true }, inState('expired'))).toBe(false);
  expect(expectedText(wanted)).toBe('watching or expired');
  expect(actualText(wanted, inState('accepted'))).toBe('accepted');
});

test('it is not done before every workflow besides has come to its state', () => {
  const workflowIds = ['change-set:a', 'change-set:b'];
  const accompanied = { ...scenario, besides: { workflowIds, account: '1', state: 'awaitingDecision' } };
  const seenOf = (besides: number) => ({ ...progress({ besides }), scenario: accompanied });
  expect([0, 1, 2].map((count) => isDone(seenOf(count)))).toEqual([false, false, true]);
  const { expected: wanted, actual } = resultOf(seenOf(1), 0);
  expect(wanted).toContain(', 2 workflows awaitingDecision');
  expect(actual).toContain(', 1 workflows awaitingDecision');
});

test('what its report has to hold is held against the report alone', () => {
  const wanted = { state: 'watching', reporting: 'too small' };
  const reporting = (words: string): Observation => ({ ...seen, status: { ...seen.status, report: { words } } });
  expect(expectedText(wanted)).toBe('watching, reporting "too small"');
  expect(isReached(wanted, reporting('The logo is too small.'))).toBe(true);
  expect(isReached(wanted, reporting('It is fine.'))).toBe(false);
  expect(isReached(wanted, { ...seen, status: { ...seen.status, notes: ['too small'] } })).toBe(false);
});

test.each<[string, Expectation, Observation | undefined]>([
  ['there is no workflow', expected, undefined],
  ['the state differs', { state: 'noEndDate' }, seen],
  ['a fact differs', { ...expected, facts: { role: 'unknown' } }, seen],
  ['a fact is missing', { ...expected, facts: { dueAt: 'today' } }, seen],
  ['the next step says something else', { ...expected, saying: 'Nothing' }, seen],
  ['it was to end and runs', { state: 'watching', closed: true }, seen],
  ['only the start said so, and no worker yet', { state: 'watching' }, { ...seen, status: {} }],
])('it is not reached where %s', (_why, wanted, observation) => {
  expect(isReached(wanted, observation)).toBe(false);
});

test('a scenario is not done before its events are played, nor with one that was answered wrongly', () => {
  expect(isDone(progress())).toBe(true);
  expect(isDone(progress({ played: false }))).toBe(false);
  expect(isDone(progress({ problem: 'the ingress answered 503' }))).toBe(false);
});

test('a scenario that counts submits is done with exactly as many, and its result shows both numbers', () => {
  const counting = { ...scenario, submits: { ofOrigins: ['a'], expected: 1 } };
  expect([0, 1, 2].map((submits) => isDone(progress({ scenario: counting, submits })))).toEqual([false, true, false]);
  expect(resultOf(progress({ scenario: counting, submits: 2 }), 0)).toMatchObject({
    expected: `${expectedText(expected)}, 1 submit`,
    actual: `${expectedText(expected)}, 2 submits`,
    ok: false,
  });
});

test('a scenario that counts notices is done when each channel has got as many, and its result shows both', () => {
  const counting = { ...scenario, notified: { webhook: 2, slack: 1 } };
  const counts = [{}, { webhook: 2 }, { webhook: 2, slack: 1, other: 9 }, { webhook: 2, slack: 2 }];
  expect(counts.map((notified) => isDone(progress({ scenario: counting, notified })))).toEqual([
    false,
    false,
    true,
    false,
  ]);
  expect(resultOf(progress({ scenario: counting, notified: { slack: 2 } }), 0)).toMatchObject({
    expected: `${expectedText(expected)}, 2 by webhook, 1 by slack`,
    actual: `${expectedText(expected)}, 0 by webhook, 2 by slack`,
    ok: false,
  });
});

test('a result shows the time until the state was reached, else until now', () => {
  expect(resultOf(progress(), 99_000)).toEqual({
    name: 'an offer',
    workflowId: 'offer:1:2',
    expected: 'watching, role ownOffer, saying "The next reminder"',
    actual: 'watching, role ownOffer, saying "The next reminder"',
    ok: true,
    seconds: 1.3,
  });
  expect(resultOf(unseen(), 61_000)).toMatchObject({
    ok: false,
    actual: 'no workflow',
    seconds: 60,
  });
});

test('the list of what fell short names the scenario, what was expected, what is, and how long it took', () => {
  const observation = { ...seen, state: 'expired', status: { state: 'expired', role: 'ownOffer' } };
  const late = { ...unseen(), observation };
  const refused = progress({ problem: 'the ingress answered 503' });
  const lines = shortfall([progress(), late, refused], 121_000);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/an offer \(offer:1:2\): expected watching.*it is: expired.*after 120 s/);
  expect(lines[1]).toContain('the ingress answered 503');
});

test('a flood that a slow machine divides otherwise is done where its numbers add up, and not before', () => {
  const facts = { reported: '45', waiting: '0', digests: '1' };
  const flood: Scenario = {
    ...scenario,
    expected: { state: 'gathering', facts },
    notified: { slack: 6, pagerDuty: 6 },
    inAll: { channel: 'slack', notices: 50 },
  };
  const seenAs = (reported: number, digests: number, waiting: number, slack: number, pagerDuty = 6): Progress => ({
    ...progress({ notified: { slack, pagerDuty } }),
    scenario: flood,
    observation: { ...seen, state: 'gathering', status: { state: 'gathering', reported, digests, waiting } },
  });
  // As expected; one more at first; a second digest.
  expect([seenAs(45, 1, 0, 6), seenAs(44, 1, 0, 7), seenAs(45, 2, 0, 7)].map(isDone)).toEqual([true, true, true]);
  // One is lost, or twice, or waits; a digest, or one through the other channel, is still on its way.
  expect([seenAs(44, 1, 0, 6), seenAs(45, 1, 0, 7), seenAs(44, 1, 1, 6)].map(isDone)).toEqual([false, false, false]);
  expect([seenAs(45, 1, 0, 5), seenAs(44, 1, 0, 7, 5)].map(isDone)).toEqual([false, false]);
});
