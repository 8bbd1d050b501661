import { MockActivityEnvironment } from '@temporalio/testing';
import { reportingWait } from '../../../src/activities/changeSetRemediation/reporting.ts';
import { failure } from '../../../src/failures.ts';

const dueMs = Date.parse('2026-11-01T12:00:00Z');
const notYet = failure('NotYet', 'it is APPLYING');

/** One activity attempt that the server scheduled at this time. */
function attempt(currentAttemptScheduledTimestampMs: number, work: () => Promise<unknown>, reportAtMs?: number) {
  const environment = new MockActivityEnvironment({ currentAttemptScheduledTimestampMs });
  return environment.run(() => reportingWait(reportAtMs === undefined ? {} : { reportAtMs }, work));
}
const fails = (error: unknown) => () => Promise.reject(error instanceof Error ? error : new Error(String(error)));

test('what the server would repeat becomes a finding from the time on, by the server’s clock', async () => {
  await expect(attempt(dueMs - 1, fails(notYet), dueMs)).rejects.toBe(notYet);
  expect(await attempt(dueMs, fails(notYet), dueMs)).toEqual({ waitLasts: 'it is APPLYING' });
});

test('without a time to report at, a failure stays what it is', async () => {
  await expect(attempt(dueMs + 1, fails(notYet))).rejects.toBe(notYet);
});

test('what was found is the finding, however late', async () => {
  expect(await attempt(dueMs + 1, () => Promise.resolve({ outcome: 'SUCCEEDED' }), dueMs)).toEqual({
    outcome: 'SUCCEEDED',
  });
});

test.each([
  ['a failure that the server does not repeat', failure('NotFound', 'gone')],
  ['a bug', new TypeError('x is undefined')],
  ['a refusal, which the account’s alarm reports', failure('AccessDenied', 'no')],
  ['a fault of the service, which the account’s alarm reports', failure('ServiceFault', 'status 500')],
  ['a rate that is used up, which the account’s alarm reports', failure('Throttled', 'slower')],
])('%s is thrown on', async (_, error) => {
  await expect(attempt(dueMs + 1, fails(error), dueMs)).rejects.toBe(error);
});

test('the reason is cut', async () => {
  const found = await attempt(dueMs, fails(failure('NotYet', 'x'.repeat(5_000))), dueMs);
  expect(JSON.stringify(found).length).toBeLessThan(400);
});
