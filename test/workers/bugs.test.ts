import type { Context } from '@temporalio/activity';
import { ServiceError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { endBugs } from '../../src/workers/bugs.ts';
import { failure } from '../../src/failures.ts';

type Lines = Array<Record<string, unknown>>;

/** Makes attempts of one activity in one process; gives what an attempt that throws `error` fails with. */
function processOf(lines: Lines = []) {
  const interceptors = endBugs({ error: (line: object) => void lines.push({ ...line }) } as never);
  return async (attempt: number, error: unknown, { aborted = false, activityId = '1' } = {}): Promise<unknown> => {
    const info = { activityType: 'submitSuccessor', attempt, activityId, workflowExecution: { runId: 'run' } };
    const context = { info, cancellationSignal: { aborted } } as unknown as Context;
    const execute = interceptors(context).inbound?.execute;
    if (execute === undefined) throw new Error('the interceptor takes no attempts');
    return execute({ args: [], headers: {} }, async () => {
      if (error !== undefined) throw error;
      return 'done';
    }).catch((thrown: unknown) => thrown);
  };
}

const bug = new TypeError("Cannot read properties of undefined (reading 'slice')");

test('a bug is repeated nine times, and the tenth attempt ends the activity as Bug', async () => {
  const attemptWith = processOf();
  const failures: unknown[] = [];
  for (let attempt = 1; attempt <= 10; attempt += 1) failures.push(await attemptWith(attempt, bug));
  expect(failures).toEqual(failures.map(() => expect.any(ApplicationFailure)));
  expect(failures.map((each) => (each as ApplicationFailure).nonRetryable)).toEqual([
    ...Array.from({ length: 9 }, () => false),
    true,
  ]);
  expect(failures[9]).toMatchObject({ type: 'Bug', message: expect.stringContaining(bug.message) });
});

test('an activity that has waited for long is not ended over one slip, and its bugs count in a row only', async () => {
  const attemptWith = processOf();
  const isLast = async (attempt: number, error: unknown): Promise<boolean> => {
    const thrown = await attemptWith(attempt, error);
    return thrown instanceof ApplicationFailure && thrown.nonRetryable === true;
  };
  expect([await isLast(300, bug), await isLast(301, bug)]).toEqual([false, false]);
  expect(await isLast(302, failure('NotYet', 'still running'))).toBe(false);
  expect([await isLast(303, bug), await isLast(304, bug), await isLast(305, bug)]).toEqual([false, false, true]);
});

test.each([
  ['a failure of the vocabulary', failure('ServiceFault', 'AWS failed'), {}],
  ['a refused input', ApplicationFailure.nonRetryable('wrong', 'InvalidInput'), {}],
  ['a cancellation', new CancelledFailure('WORKER_SHUTDOWN'), {}],
  ['a failure of Temporal’s', new ServiceError('unavailable'), {}],
  ['what a cancelled attempt throws', new DOMException('aborted', 'AbortError'), { aborted: true }],
])('%s passes as it is', async (_what, error, options) => {
  const attemptWith = processOf();
  for (const attempt of [10, 11, 12, 13]) expect(await attemptWith(attempt, error, options)).toBe(error);
});

test('neither failure nor log repeats an address, and both are bounded', async () => {
  const lines: Lines = [];
  const attemptWith = processOf(lines);
  const secret = 'X-Amz-Signature=secret';
  const thrown = await attemptWith(1, new Error(`bad https://bucket.example.com/a?${secret} ${'x'.repeat(5_000)}`));
  const text = `${JSON.stringify(lines)} ${String(thrown)} ${(thrown as Error).stack ?? ''}`;
  expect(text).not.toContain(secret);
  expect((thrown as Error).message.length).toBeLessThan(500);
  expect(lines).toMatchObject([{ activity: 'submitSuccessor', attempt: 1 }]);
  expect(JSON.stringify(lines[0]?.['frames'])).toContain('bugs.test');
});

test('what is no error is a bug, too', async () => {
  expect(await processOf()(1, 'a text')).toMatchObject({ type: 'Bug', message: expect.stringContaining('a text') });
});
