import { condition, proxyActivities, sleep } from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import type { ItemActivities } from '../../activities/itemBuyability/index.ts';
import type { FailureType } from '../../failures.ts';
import type { ProductQuery } from '../../vendors/buyWithPrime/port.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import type { ItemBuyabilityPolicy } from './defaults.ts';
import type { AwaitingAccess, ItemPhase, Querying } from './phases.ts';
import { lingerUntilMs, type ItemCase, type ItemMessage } from './state.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What only operators can put right: 72 hours of tries would hide it. The merchant's alarm tells them. */
const refusals: readonly FailureType[] = ['AccessDenied', 'CredentialsRejected', 'NotConfigured'];
const isRefusal = (type: FailureType | undefined): boolean => type !== undefined && refusals.includes(type);

/** How long an item that may not be asked for waits at most until it tries again (docs/architecture.md). */
const refusedLongestMs = 15 * minuteMs;

/** What the work of a phase needs: the present state, the policy, and where findings go. */
export interface PhaseWork {
  readonly current: () => ItemCase;
  readonly policy: ItemBuyabilityPolicy;
  readonly apply: (message: ItemMessage) => void;
}

function queryOf({ businessProductId, itemId, apiVersion }: ItemCase): ProductQuery {
  return { businessProductId, itemId, ...defined({ apiVersion }) };
}

function failed({ apply }: PhaseWork, query: number, error: unknown): void {
  const { type, sentence } = readFailure(error);
  if (isRefusal(type)) apply({ type: 'denied', query, sentence });
  else apply({ type: 'unanswered', query, sentence });
}

/** Asks once, with short repeats for what passes by itself. */
async function check(work: PhaseWork, query: number, withinMs: number, summary: string): Promise<void> {
  const checking = proxyActivities<Pick<ItemActivities, 'queryProduct'>>({
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: withinMs,
    retry: {
      initialInterval: 1_000,
      backoffCoefficient: 2,
      maximumInterval: 10 * minuteMs,
      nonRetryableErrorTypes: [...refusals],
    },
    summary,
    priority: priorityOf(work.current().businessProductId),
  });
  try {
    work.apply({ type: 'answered', query, answer: await checking.queryProduct(queryOf(work.current())) });
  } catch (error) {
    failed(work, query, error);
  }
}

/** One activity for the whole window: the server repeats it, so that polling adds nothing to the history. */
async function awaitAnswer(work: PhaseWork, { query, untilMs }: Querying): Promise<'done' | 'windowEnds'> {
  const { policy, current, apply } = work;
  const awaiting = proxyActivities<Pick<ItemActivities, 'awaitProduct'>>({
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: Math.max(untilMs - Date.now(), 1),
    retry: {
      initialInterval: policy.queryFirstMs,
      backoffCoefficient: 2,
      maximumInterval: Math.max(policy.queryFirstMs, policy.queryLongestMs),
      nonRetryableErrorTypes: [...refusals],
    },
    summary: `product of ${current().itemId}`,
    priority: priorityOf(current().businessProductId),
  });
  try {
    apply({ type: 'answered', query, answer: await awaiting.awaitProduct(queryOf(current())) });
  } catch (error) {
    const { type, deadline } = readFailure(error);
    if (deadline && !isRefusal(type)) return 'windowEnds';
    failed(work, query, error);
  }
  return 'done';
}

/**
 * Asks until it may: one activity without an end, whose tries the server repeats. What it is answered then, and not the
 * time that was spent refused, decides how it goes on.
 */
async function awaitAccess(work: PhaseWork, { query }: AwaitingAccess): Promise<void> {
  const { policy, current, apply } = work;
  const pauseMs = Math.min(policy.queryFirstMs, refusedLongestMs);
  const asking = proxyActivities<Pick<ItemActivities, 'queryProduct'>>({
    startToCloseTimeout: minuteMs,
    retry: {
      initialInterval: pauseMs,
      backoffCoefficient: 2,
      maximumInterval: Math.max(pauseMs, Math.min(policy.queryLongestMs, refusedLongestMs)),
    },
    summary: `may the product of ${current().itemId} be asked for`,
    priority: priorityOf(current().businessProductId),
  });
  await sleep(pauseMs, { summary: 'a pause after the refusal' });
  try {
    apply({ type: 'answered', query, answer: await asking.queryProduct(queryOf(current())) });
  } catch (error) {
    apply({ type: 'unanswered', query, sentence: readFailure(error).sentence });
  }
}

/**
 * Tries until the window ends; then one last check tells a product that is not found from a service that is not there.
 * The check is repeated while the service throttles or fails, so that its first real answer decides.
 */
async function queryProduct(work: PhaseWork, phase: Querying): Promise<void> {
  if ((await awaitAnswer(work, phase)) === 'done') return;
  // The server gives up as soon as no further try fits into the window.
  const leftMs = phase.untilMs - Date.now();
  if (leftMs > 0) await sleep(leftMs, { summary: 'the last check of the end of the window' });
  const { queryLongestMs } = work.policy;
  await check(work, phase.query, queryLongestMs, `last check for the product of ${work.current().itemId}`);
}

/** Checks again at a product that was not found, by a plan of instants that a late check does not shift. */
async function verify(work: PhaseWork, { query, fromMs }: Extract<ItemPhase, { name: 'verifying' }>): Promise<void> {
  const { verifyEveryMs, verifyForMs } = work.policy;
  for (let atMs = fromMs + verifyEveryMs; atMs <= fromMs + verifyForMs; atMs += verifyEveryMs) {
    const leftMs = atMs - Date.now();
    if (leftMs <= 0) continue;
    await sleep(leftMs, { summary: 'the next check of the product' });
    await check(work, query, Math.min(hourMs, verifyEveryMs), `product of ${work.current().itemId}`);
  }
  work.apply({ type: 'verifyElapsed' });
}

/** One timer for however many events: it is moved on when it has run out, and not at each of them. */
async function linger({ current, policy, apply }: PhaseWork): Promise<void> {
  const leftMs = (): number => lingerUntilMs(current(), policy) - Date.now();
  for (let restMs = leftMs(); restMs > 0; restMs = leftMs()) await sleep(restMs, { summary: 'open for repeats' });
  apply({ type: 'lingered' });
}

/** Does what a phase stands for, until it has a finding. */
export async function workOn(phase: ItemPhase, work: PhaseWork): Promise<void> {
  switch (phase.name) {
    case 'querying':
      return queryProduct(work, phase);
    case 'awaitingAccess':
      return awaitAccess(work, phase);
    case 'completing':
      return check(work, phase.query, work.policy.completeNoticeWithinMs, 'what the notice lacks');
    case 'lingering':
      return linger(work);
    case 'verifying':
      return verify(work, phase);
    case 'watching':
    case 'ended':
      return condition(() => false);
  }
}
