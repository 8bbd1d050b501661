import { condition } from '@temporalio/workflow';
import { buyWithPrimeActivities } from '../shared/activities.ts';
import { defined } from '../../defined.ts';
import type { FailureType } from '../../failures.ts';
import type { CaseRun, WorkingPhase } from '../shared/case.ts';
import { hourMs, minuteMs, secondMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import type { Followed, Following } from '../shared/policies.ts';
import { priorityOf } from '../shared/priorities.ts';
import type { ItemActivities, ItemQuery, QueryAnswer } from './contract.ts';
import type { ItemBuyabilityPolicy } from './policyValues.ts';
import {
  lingerUntilMs,
  nextCheckMs,
  type AwaitingAccess,
  type ItemCase,
  type ItemMessage,
  type ItemPhase,
  type Querying,
  type Verifying,
} from './state.ts';
import { sleepUntil } from '../shared/timers.ts';

/** Only operators can fix these, and 72 hours of attempts would hide them. The merchant's access alarm reports them. */
const refusals: readonly FailureType[] = ['AccessDenied', 'CredentialsRejected', 'NotConfigured'];
const isRefusal = (type: FailureType | undefined): boolean => type !== undefined && refusals.includes(type);

/** The longest wait between two attempts while Buy with Prime refuses the query (docs/architecture.md). */
const refusedLongestMs = 15 * minuteMs;

/** What the work of a phase needs. */
type Work = CaseRun<ItemCase, ItemMessage, ItemBuyabilityPolicy>;

function queryOf({ current, recorded }: Work): ItemQuery & Following<ItemBuyabilityPolicy> {
  const { businessProductId, itemId, apiVersion } = current();
  return { businessProductId, itemId, ...defined({ apiVersion }), following: recorded() };
}

/** Takes the answer to a query; what it leads to goes by the policy that comes with it. */
function take(
  { follow, apply }: Work,
  query: number,
  { policy, ...answer }: QueryAnswer & Followed<ItemBuyabilityPolicy>,
): void {
  follow({ policy });
  apply({ type: 'answered', query, answer });
}

function failed({ apply }: Work, query: number, error: unknown): void {
  const { type, sentence } = readFailure(error);
  if (isRefusal(type)) apply({ type: 'denied', query, sentence });
  else apply({ type: 'unanswered', query, sentence });
}

/** How an activity queries: its waits in milliseconds, and `withinMs` for all attempts; without it, a refusal is retried too. */
interface Asking {
  readonly summary: string;
  readonly firstMs: number;
  readonly longestMs: number;
  readonly withinMs?: number;
}

function asking({ current }: Work, { summary, firstMs, longestMs, withinMs }: Asking) {
  return buyWithPrimeActivities<ItemActivities>({
    startToCloseTimeout: minuteMs,
    ...defined({ scheduleToCloseTimeout: withinMs }),
    retry: {
      initialInterval: firstMs,
      backoffCoefficient: 2,
      maximumInterval: Math.max(firstMs, longestMs),
      ...(withinMs === undefined ? {} : { nonRetryableErrorTypes: [...refusals] }),
    },
    summary,
    priority: priorityOf(current().businessProductId),
  });
}

/** Queries once, with short waits before further attempts where a failure may pass. */
async function check(work: Work, query: number, withinMs: number, summary: string): Promise<void> {
  const { queryProduct } = asking(work, { summary, firstMs: secondMs, longestMs: 10 * minuteMs, withinMs });
  try {
    take(work, query, await queryProduct(queryOf(work)));
  } catch (error) {
    failed(work, query, error);
  }
}

/** One activity for the whole window: the server polls, so that nothing adds to the history. */
async function awaitAnswer(work: Work, { query, untilMs }: Querying): Promise<'done' | 'windowEnds'> {
  const { current } = work;
  const policy = work.policy();
  const { awaitProduct } = asking(work, {
    summary: `product of ${current().itemId}`,
    firstMs: policy.queryFirstMs,
    longestMs: policy.queryLongestMs,
    withinMs: Math.max(untilMs - Date.now(), 1),
  });
  try {
    take(work, query, await awaitProduct(queryOf(work)));
  } catch (error) {
    const { type, deadline } = readFailure(error);
    if (deadline && !isRefusal(type)) return 'windowEnds';
    failed(work, query, error);
  }
  return 'done';
}

/**
 * Queries until Buy with Prime allows it: one activity without a deadline, which the server retries. Its answer decides
 * what follows, not the time of the refusals.
 */
async function awaitAccess(work: Work, { query, since }: AwaitingAccess): Promise<void> {
  const { current, apply } = work;
  const policy = work.policy();
  const pauseMs = Math.min(policy.queryFirstMs, refusedLongestMs);
  const { queryProduct } = asking(work, {
    summary: `access to the product of ${current().itemId}`,
    firstMs: pauseMs,
    longestMs: Math.min(policy.queryLongestMs, refusedLongestMs),
  });
  await sleepUntil(Date.parse(since) + pauseMs, 'a pause after the refusal');
  try {
    take(work, query, await queryProduct(queryOf(work)));
  } catch (error) {
    apply({ type: 'unanswered', query, sentence: readFailure(error).sentence });
  }
}

/**
 * Polls until the window ends. Then one last check separates a product that is not found from a service that does not answer:
 * the server retries it while the service throttles or fails, so that the first real answer decides.
 */
async function awaitAnyAnswer(work: Work, phase: Querying): Promise<void> {
  if ((await awaitAnswer(work, phase)) === 'done') return;
  // The server gives up as soon as no further attempt fits into the window.
  await sleepUntil(phase.untilMs, 'until the last check, at the end of the window');
  const { queryLongestMs } = work.policy();
  await check(work, phase.query, queryLongestMs, `last check for the product of ${work.current().itemId}`);
}

/**
 * Checks a product that was not found at planned instants, which a late check does not shift; each next one is planned by the
 * policy that holds then.
 */
async function verify(work: Work, phase: Verifying): Promise<void> {
  const { query } = phase;
  const { policy, current, apply } = work;
  for (;;) {
    const { verifyEveryMs } = policy();
    const atMs = nextCheckMs(phase, policy(), Date.now());
    if (atMs === undefined) return apply({ type: 'verifyElapsed' });
    await sleepUntil(atMs, 'the next check of the product');
    await check(work, query, Math.min(hourMs, verifyEveryMs), `product of ${current().itemId}`);
  }
}

/** One timer for any number of events: it is extended when it ends, and not at each event. */
async function linger({ current, policy, apply }: Work): Promise<void> {
  const untilMs = (): number => lingerUntilMs(current(), policy());
  while (untilMs() > Date.now()) await sleepUntil(untilMs(), 'open for repeats');
  apply({ type: 'lingered' });
}

/** Does what a phase stands for, until it has a finding. */
export async function workOn(phase: WorkingPhase<ItemPhase>, work: Work): Promise<void> {
  switch (phase.name) {
    case 'querying':
      return awaitAnyAnswer(work, phase);
    case 'awaitingAccess':
      return awaitAccess(work, phase);
    case 'completing':
      return check(work, phase.query, work.policy().completeNoticeWithinMs, 'what the notice lacks');
    case 'lingering':
      return linger(work);
    case 'verifying':
      return verify(work, phase);
    case 'watching':
      return condition(() => false);
  }
}
