import { setTimeout as wait } from 'node:timers/promises';
import type { ApplicationFailure } from '@temporalio/common';
import { failure, failureTypeOf } from '../../failures.ts';
import type { SubmitPermits } from '../../delivery/submitPermits.ts';
import type { SubmitRequest, SubmitResult } from '../../workflows/changeSetRemediation/contract.ts';
import type { LaterReason } from '../../workflows/submitPermits/contract.ts';

/** An activity attempt waits for so long in its place, in milliseconds; for longer it gives its place away. */
const waitsInPlaceMs = 5_000;

/**
 * Milliseconds since it was made: the longer by two clocks: one may be set back, the other stands still while a machine sleeps.
 */
export function stopwatch(): () => number {
  const [wallMs, steadyMs] = [Date.now(), performance.now()];
  return () => Math.max(Date.now() - wallMs, performance.now() - steadyMs);
}

/** What a submit needs of the permits. */
export type GrantedPermits = Pick<SubmitPermits, 'request' | 'giveBack' | 'accepted'>;

/** A permit that was granted to this activity attempt. */
export interface Permit {
  /**
   * Does what the permit is for, and says what became of it where it was not used.
   * @param work calls `begin` once, with the submit itself: what fails before is certainly not submitted.
   */
  use(
    work: (begin: (submit: () => Promise<SubmitResult>) => Promise<SubmitResult>) => Promise<SubmitResult>,
  ): Promise<SubmitResult>;
}

/** Why there is no permit: the day's cap, or the failure for the time until another activity attempt gives its own up. */
export type Refusal = 'capReached' | ApplicationFailure;

const sentences: Readonly<Record<LaterReason, string>> = {
  counting: 'the submits of the day are counted first',
  held: 'another attempt of this submit may still be under way',
  inFlight: 'as many change sets of the account are in flight as may be',
  pace: 'the account submits as often as it may',
  others: 'many others of the account ask for their permits before it',
};

/**
 * Takes a permit of the account's workflow for this activity attempt.
 * @param dailyCap how many submits by policy a day of UTC may have.
 * @param leftMs until the activity attempt ends, in milliseconds.
 * @returns why it gets none: the day's submits by policy are used up, or another activity attempt may still submit.
 * @throws Throttled where the permit comes later; Unreachable where Temporal does not answer.
 */
export async function permitFor(
  { permits }: { readonly permits: GrantedPermits },
  request: SubmitRequest,
  dailyCap: number,
  leftMs: () => number,
): Promise<Permit | Refusal> {
  const { account, clientRequestToken: token, authority } = request;
  const waited = stopwatch();
  for (;;) {
    const usedWithinMs = Math.max(0, leftMs());
    const answer = await permits.request(request, { token, authority, dailyCap, usedWithinMs });
    switch (answer.outcome) {
      case 'capReached':
        return 'capReached';
      case 'granted':
        return permitOf(permits, { account, token, grant: answer.grant });
      case 'later': {
        const { retryAfterMs, because } = answer;
        if (waited() + retryAfterMs > waitsInPlaceMs) {
          const comesLater = failure('Throttled', `Nothing was submitted yet: ${sentences[because]}`, { retryAfterMs });
          if (because === 'held') return comesLater;
          throw comesLater;
        }
        await wait(retryAfterMs);
      }
    }
  }
}

function permitOf(
  permits: Pick<SubmitPermits, 'giveBack' | 'accepted'>,
  { account, ...granted }: { readonly account: string; readonly token: string; readonly grant: number },
): Permit {
  return {
    async use(work) {
      let fate = 'unsent' as 'unsent' | 'unknown' | 'submitted';
      try {
        return await work(async (submit) => {
          fate = 'unknown';
          const result = await submit();
          fate = result.outcome === 'submitted' ? 'submitted' : 'unsent';
          return result;
        });
      } catch (error) {
        const type = failureTypeOf(error);
        if (type !== undefined && type !== 'OutcomeUnknown') fate = 'unsent';
        throw error;
      } finally {
        // Where Temporal does not take it, the permit counts on, and its time ends without it.
        if (fate === 'submitted') permits.accepted(account, granted);
        else await permits.giveBack(account, { ...granted, fate }).catch(() => undefined);
      }
    },
  };
}
