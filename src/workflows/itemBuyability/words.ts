import type { BuyabilityMessage } from './messages.ts';
import type { ItemCase, ItemContext, ItemPhase, ItemTransition } from './state.ts';
import { knownStatus, noted, startQuery, stay, turnTo, withProduct, type KnownStatus } from './turns.ts';

/** Dated by a clock that is wrong: taken for the present, since it would shut out all that comes after it. */
function isAhead(atMs: number, { policy, nowMs }: ItemContext): boolean {
  return atMs > nowMs + policy.freshForMs;
}

/** True for data that is not taken on its own word. */
function needsProof(atMs: number, opensRun: boolean, context: ItemContext): boolean {
  return isAhead(atMs, context) || (opensRun && atMs < context.nowMs - context.policy.freshForMs);
}

function knownVerdict(phase: Exclude<ItemPhase, { name: 'querying' | 'verifying' }>): KnownStatus | undefined {
  switch (phase.name) {
    case 'completing':
      return 'NOT_BUYABLE';
    case 'lingering':
      return 'BUYABLE';
    case 'watching':
    case 'ended':
      return phase.verdict === 'BUYABLE' || phase.verdict === 'NOT_BUYABLE' ? phase.verdict : undefined;
  }
}

/** Data of the same time as what is known: it beats no data, and against different data Buy with Prime decides. */
function onSameTime(
  item: ItemCase,
  status: KnownStatus,
  message: BuyabilityMessage,
  context: ItemContext,
): ItemTransition {
  const { phase } = item;
  switch (phase.name) {
    case 'querying':
      return phase.dueTo === 'noData' ? turnTo(withProduct(item, message.product), status, 'event') : stay(item);
    case 'verifying':
      return turnTo(withProduct(item, message.product), status, 'event');
    case 'completing':
    case 'lingering':
    case 'watching':
    case 'ended': {
      const verdict = knownVerdict(phase);
      if (verdict === status) return stay(item);
      if (verdict === undefined) return turnTo(withProduct(item, message.product), status, 'event');
      return startQuery(noted(item, `Two events of ${message.eventTime} contradict each other.`), 'disputed', context);
    }
  }
}

/**
 * Takes what an event says. Older than what is known, it changes nothing: ordering is not promised.
 * @param opensRun true for the first event of a run.
 */
export function onWord(
  item: ItemCase,
  message: BuyabilityMessage,
  opensRun: boolean,
  context: ItemContext,
): ItemTransition {
  const atMs = Date.parse(message.eventTime);
  const knownMs = item.asOf === undefined ? Number.NEGATIVE_INFINITY : Date.parse(item.asOf);
  if (atMs < knownMs) return stay(noted(item, `The event of ${message.eventTime} came late and changed nothing.`));
  const status = knownStatus(message.product);
  if (atMs === knownMs) return status === undefined ? stay(item) : onSameTime(item, status, message, context);
  const newer: ItemCase = {
    ...withProduct(item, message.product),
    ...(message.apiVersion === undefined ? {} : { apiVersion: message.apiVersion }),
    asOf: new Date(isAhead(atMs, context) ? context.nowMs : atMs).toISOString(),
    ledBy: new Date(atMs).toISOString(),
  };
  if (status === undefined) return startQuery(newer, 'noData', context);
  if (needsProof(atMs, opensRun, context)) return startQuery(newer, 'unproven', context);
  return turnTo(newer, status, 'event');
}
