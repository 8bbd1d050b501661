import { carriedOr } from '../shared/carried.ts';
import { readHealth } from './carried.ts';
import { awsActivities, buyWithPrimeActivities } from '../shared/activities.ts';
import { begun } from '../shared/begun.ts';
import { onSignal, runCase, type Carried, type CaseRun } from '../shared/case.ts';
import { minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import { requireTexts } from '../shared/input.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import { checksFor, productChecksFor } from './checks.ts';
import {
  accessRefusedSignal,
  callFailingSignal,
  accountHealthContract,
  type AccessRefusedMessage,
  type AccountActivities,
  type AccountHealthInput,
  type AccountHealthStatus,
  type CheckAnswer,
  type MerchantActivities,
  type RefusedMerchant,
} from './contract.ts';
import { accountHealthDetails, accountHealthStatus } from './details.ts';
import { nameOf } from './notices.ts';
import { accountHealthPolicy, type AccountHealthPolicy } from './policyValues.ts';
import { newHealth, quietAtMs, stateName, type AccountHealth, type HealthMessage, type Refusal } from './state.ts';
import { healthSubject } from './subject.ts';
import { next, refusalProblem } from './transitions/next.ts';
import { sleepUntil } from '../shared/timers.ts';

const exampleSeller = { version: 1, account: '123456789012', catalog: 'AWSMarketplace' };
const exampleMerchant = { version: 1, businessProductId: 'the merchant’s id' };

/** An input typed by hand may be anything; one that names a merchant means a merchant. */
function isMerchant(input: AccountHealthInput): input is AccountHealthInput & RefusedMerchant {
  return typeof input === 'object' && input !== null && 'businessProductId' in input;
}

/**
 * Checks until the vendor refuses nothing: waits for calls that were under way, then runs one activity that the server
 * repeats with growing intervals, so that days of checks add nothing to the history.
 */
async function checkAgain(
  input: AccountHealthInput,
  { current, policy, recorded, follow, apply }: CaseRun<AccountHealth, HealthMessage, AccountHealthPolicy>,
): Promise<void> {
  async function check(refusals: readonly Refusal[]): Promise<CheckAnswer | undefined> {
    const { recheckFirstMs, recheckLongestMs } = policy();
    const options = {
      startToCloseTimeout: minuteMs,
      retry: {
        initialInterval: recheckFirstMs,
        backoffCoefficient: 2,
        maximumInterval: Math.max(recheckFirstMs, recheckLongestMs),
      },
      summary: `does ${nameOf(current())} still ${current().failing === undefined ? 'lack access' : 'get no answers'}`,
      priority: priorityOf(current().account),
    };
    const following = recorded();
    if (isMerchant(input)) {
      const { checkMerchant } = buyWithPrimeActivities<MerchantActivities>(options);
      const { businessProductId } = input;
      return checkMerchant({ businessProductId, checks: productChecksFor(refusals), following });
    }
    const { checkAccess } = awsActivities<AccountActivities>(options);
    return checkAccess({ account: input.account, catalog: input.catalog, checks: checksFor(refusals), following });
  }
  await sleepUntil(current().checkAfterMs ?? 0, 'wait after a check that failed');
  while (current().phase.name === 'refused') {
    const quietMs = quietAtMs(current(), policy());
    if (quietMs > Date.now()) {
      await sleepUntil(quietMs, 'wait for a time without a report');
    } else {
      const { refusals } = current();
      try {
        const answer = await check(refusals);
        follow({ policy: answer?.policy });
        if (answer?.isStillRefused !== true) apply({ type: 'checked', keys: refusals.map(({ key }) => key) });
      } catch (error) {
        // A check with an error in its code shows nothing; the alarm stays until a repaired worker makes it.
        apply({ type: 'checkFailed', sentence: readFailure(error).sentence });
        await sleepUntil(current().checkAfterMs ?? 0, 'wait after a check that failed');
      }
    }
  }
}

const read = (message: AccessRefusedMessage): HealthMessage | string =>
  refusalProblem(message) ?? { type: 'refused', message };

/**
 * The one access alarm of an account that AWS Marketplace refuses, or of a merchant that Buy with Prime refuses: reports once
 * what is missing, however many calls are refused, checks again automatically, and reports when nothing is refused any more.
 * One with a kind of failure is the same for calls that have failed so for long. It holds nothing up: each refused caller repeats its own call.
 * @returns how it ended, and what was missing.
 */
export async function accountHealth(input: AccountHealthInput & Carried): Promise<AccountHealthStatus> {
  if (isMerchant(input)) requireTexts(input, ['businessProductId'], exampleMerchant);
  else requireTexts(input, ['account', 'catalog'], exampleSeller);
  const recorded =
    wholePolicy(accountHealthPolicy, input) ??
    (await resolvedPolicy('accountHealth', accountHealthPolicy, input, exampleSeller, accountHealthContract));
  return runCase({
    contract: accountHealthContract,
    input,
    ...recorded,
    policyShape: accountHealthPolicy,
    state: carriedOr(input, readHealth, () => newHealth(input, begun().startedMs)),
    next,
    status: accountHealthStatus,
    statusDescription: 'What is refused, and what is missing',
    details: accountHealthDetails,
    attributes: (health) => ({
      state: stateName(health),
      account: health.account,
      attention: health.phase.name === 'refused',
      subject: healthSubject({
        isMerchant: health.vendor === 'buyWithPrime',
        account: health.account,
        refusal: health.refusals[0],
        end: health.phase.name === 'ended' ? health.phase.end : undefined,
      }),
    }),
    signals: [
      onSignal(accessRefusedSignal, 'A call that was refused; sent by the activities', read),
      onSignal(callFailingSignal, 'A call that has failed for long; sent by the activities', read),
    ],
    cancelled: () => ({ type: 'cancelled' }),
    work: (_phase, run) => checkAgain(input, run),
  });
}
