import { CancellationScope, continueAsNew, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { AccountActivities, MerchantActivities } from '../../activities/accountHealth/index.ts';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { untilEnded } from '../shared/caseLoop.ts';
import { startNoticeOutbox } from '../shared/noticeOutbox.ts';
import { priorityOf } from '../shared/priorities.ts';
import { timerMs } from '../shared/reminders.ts';
import { ignoreUnknownSignals, requireTexts } from '../shared/start.ts';
import { accountHealthDefaults, type AccountHealthPolicy } from './defaults.ts';
import { accountHealthDetails, accountHealthStatus } from './details.ts';
import { checksFor, productChecksFor } from './checks.ts';
import * as messages from './contract.ts';
import {
  newHealth,
  next,
  quietAtMs,
  refusalProblem,
  stateName,
  type AccountHealth,
  type HealthEvent,
} from './state.ts';
import { nameOf } from './texts.ts';

const exampleSeller = { version: 1, account: '123456789012', catalog: 'AWSMarketplace' };
const exampleMerchant = { version: 1, businessProductId: 'the merchant’s id' };

/** An input typed by hand may be anything; whoever names a merchant means one. */
function isMerchant(
  input: messages.AccountHealthInput,
): input is messages.AccountHealthInput & messages.RefusedMerchant {
  return typeof input === 'object' && input !== null && 'businessProductId' in input;
}

function publish(health: AccountHealth): void {
  publishDetails(accountHealthDetails(health));
  publishAttributes({
    state: stateName(health),
    account: health.account,
    attention: health.phase.name === 'refused',
  });
}

/**
 * Checks again until nothing is refused: waits for calls that were under way, then one activity that the server repeats
 * with growing intervals, so that days of checking add nothing to the history.
 */
async function checkAgain(
  input: messages.AccountHealthInput,
  policy: AccountHealthPolicy,
  { current, apply }: { current: () => AccountHealth; apply: (event: HealthEvent) => void },
): Promise<void> {
  const { checkAccess, checkMerchant } = proxyActivities<AccountActivities & MerchantActivities>({
    startToCloseTimeout: 60_000,
    retry: {
      initialInterval: policy.recheckFirstMs,
      backoffCoefficient: 2,
      maximumInterval: Math.max(policy.recheckFirstMs, policy.recheckLongestMs),
    },
    summary: `is ${nameOf(current())} still refused`,
    priority: priorityOf(isMerchant(input) ? input.businessProductId : input.account),
  });
  while (current().phase.name === 'refused') {
    const quietMs = quietAtMs(current(), policy);
    if (quietMs > Date.now()) {
      await sleep(timerMs(quietMs, Date.now()), { summary: 'wait for a time without a refusal' });
    } else {
      const { refusals } = current();
      if (isMerchant(input)) {
        await checkMerchant({ businessProductId: input.businessProductId, checks: productChecksFor(refusals) });
      } else {
        await checkAccess({ account: input.account, catalog: input.catalog, checks: checksFor(refusals) });
      }
      apply({ type: 'checked', keys: refusals.map(({ key }) => key) });
    }
  }
}

/**
 * The one alarm of an account whose calls AWS Marketplace refuses, or of a merchant for whom Buy with Prime refuses them:
 * tells once what is missing, however many calls are refused, checks again by itself, and says when nothing is refused any
 * more. It holds nothing up: whoever was refused repeats its own call.
 * @returns how it ended, and what was missing.
 */
export async function accountHealth(input: messages.AccountHealthInput): Promise<messages.AccountHealthStatus> {
  if (isMerchant(input)) requireTexts(input, ['businessProductId'], exampleMerchant);
  else requireTexts(input, ['account', 'catalog'], exampleSeller);
  const policy: AccountHealthPolicy = { ...accountHealthDefaults, ...input.policy };
  let health = input.carried ?? newHealth(input, Date.now());
  const outbox = startNoticeOutbox((sentence) => apply({ type: 'noted', sentence }));

  function apply(event: HealthEvent): void {
    const transition = next(health, event, { policy, nowMs: Date.now() });
    health = transition.health;
    outbox.add(transition.notices);
    publish(health);
  }

  setHandler(messages.accountHealthStatusQuery, () => accountHealthStatus(health), {
    description: 'What is refused, and what is missing',
  });
  setHandler(
    messages.accessRefusedSignal,
    (message) => {
      const sentence = refusalProblem(message);
      apply(sentence === undefined ? { type: 'refused', message } : { type: 'noted', sentence });
    },
    { description: 'A call that was refused; sent by the activities' },
  );
  ignoreUnknownSignals();
  CancellationScope.current().cancelRequested.catch(() => apply({ type: 'cancelled' }));

  publish(health);
  return CancellationScope.nonCancellable(async () => {
    await untilEnded({
      phase: () => health.phase,
      ended: ({ name }) => name === 'ended',
      work: () => checkAgain(input, policy, { current: () => health, apply }),
      idle: () => outbox.idle(),
      renew: () => continueAsNew<typeof accountHealth>({ ...input, carried: health }),
    });
    return accountHealthStatus(health);
  });
}
