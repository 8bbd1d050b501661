import { asyncLocalStorage, Context } from '@temporalio/activity';
import type { AccountCheck } from '../../workflows/reconcileChangeSets/contract.ts';

/**
 * Runs the check of one account of a batch as if it were an activity attempt of its own, which every round repeats. What it
 * calls goes by that: its calls end in its own time, wait in its own place for the quota, and an alarm knows since when, and
 * in how many rounds, the account could not be checked.
 * @param withinMs how long it may take, in milliseconds; what it has not done by then is given up.
 */
export function asOwnAttempt<Result>(
  { account, failing }: Pick<AccountCheck, 'account' | 'failing'>,
  withinMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const batch = Context.current();
  const { info } = batch;
  const deadline = AbortSignal.timeout(withinMs);
  const signal = AbortSignal.any([batch.cancellationSignal, deadline]);
  const own: Context = Object.create(batch, {
    info: {
      value: {
        ...info,
        activityId: `${info.activityId} ${account}`,
        startToCloseTimeoutMs: withinMs,
        attempt: (failing?.rounds ?? 0) + 1,
        scheduledTimestampMs: failing === undefined ? info.scheduledTimestampMs : Date.parse(failing.since),
      },
    },
    cancellationSignal: { value: signal },
  });
  const { promise: over, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  const working = asyncLocalStorage.run(own, () => work(signal));
  // Given up, it may still fail: nobody waits for it any more.
  working.catch(() => undefined);
  return Promise.race([working, over]).finally(() => signal.removeEventListener('abort', giveUp));
}
