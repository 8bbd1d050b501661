import { defined } from '../../../defined.ts';
import { secondMs } from '../../shared/durations.ts';
import { noted, stay } from '../../shared/transition.ts';
import type { BuyabilityMessage, ProductRecord } from '../contract.ts';
import { stateName, type ItemCase, type ItemContext, type ItemPhase, type ItemTransition } from '../state.ts';
import { known, knownStatus, moveToVerdict, startQuery, withProduct, type KnownStatus } from './verdicts.ts';

/** Dated by a wrong clock: it counts as of now, since it would shut out every later event. */
function isAhead(atMs: number, { policy, nowMs }: ItemContext): boolean {
  return atMs > nowMs + policy.freshForMs;
}

/** True for data that a query must verify: an old event, while no newer one came, may not be the last. */
function needsProof(atMs: number, before: ItemPhase, opensRun: boolean, context: ItemContext): boolean {
  const nothingNewer = opensRun || ('dueTo' in before && before.dueTo === 'unproven');
  return isAhead(atMs, context) || (nothingNewer && atMs < context.nowMs - context.policy.freshForMs);
}

/**
 * Whether a time certainly lies before. The vendor gives whole seconds (both schemas of the seed document), while an
 * answer is dated to the millisecond: within the same second either may have been first.
 */
function isBefore(atMs: number, knownMs: number): boolean {
  const uncertainMs = atMs % secondMs === 0 ? secondMs : 0;
  return atMs < knownMs && atMs + uncertainMs <= knownMs;
}

/** Data with the same timestamp as what is known: it beats no data, and a query decides between different data. */
export function onSameTime(
  item: ItemCase,
  status: KnownStatus,
  product: ProductRecord | undefined,
  context: ItemContext,
): ItemTransition {
  const { phase } = item;
  switch (phase.name) {
    case 'querying':
    case 'awaitingAccess':
      return /* guard */ phase.dueTo === 'noData'
        ? moveToVerdict(withProduct(item, product), status, 'event')
        : stay(item);
    case 'verifying':
      return moveToVerdict(withProduct(item, product), status, 'event');
    case 'completing':
    case 'lingering':
    case 'watching':
    case 'ended': {
      const verdict = known(stateName(item));
      if (/* guard */ verdict === status) return stay(item);
      if (phase.name === 'watching' && /* guard */ phase.unanswered !== undefined) {
        return startQuery(item, phase.unanswered, context);
      }
      if (/* guard */ verdict === undefined) return moveToVerdict(withProduct(item, product), status, 'event');
      return startQuery(noted(item, `Two events of ${item.asOf} contradict each other.`), 'disputed', context);
    }
  }
}

/**
 * Takes what an event says. An event that is older than what is known changes nothing: the vendor promises no order.
 * @param opensRun true for the first event of a run.
 */
export function onEventData(
  item: ItemCase,
  message: BuyabilityMessage,
  opensRun: boolean,
  context: ItemContext,
): ItemTransition {
  const atMs = Date.parse(message.eventTime);
  const knownMs = item.asOf === undefined ? Number.NEGATIVE_INFINITY : Date.parse(item.asOf);
  if (/* guard */ isBefore(atMs, knownMs))
    return stay(noted(item, `The event of ${message.eventTime} came late and changed nothing.`));
  const status = knownStatus(message.product);
  if (/* guard */ atMs <= knownMs)
    return /* guard */ status === undefined ? stay(item) : onSameTime(item, status, message.product, context);
  const newer: ItemCase = {
    ...withProduct(item, message.product),
    ...defined({ apiVersion: message.apiVersion }),
    asOf: new Date(isAhead(atMs, context) ? context.nowMs : atMs).toISOString(),
    ledBy: new Date(atMs).toISOString(),
  };
  if (/* guard */ status === undefined) return startQuery(newer, 'noData', context);
  if (needsProof(atMs, item.phase, opensRun, context)) return startQuery(newer, 'unproven', context);
  return moveToVerdict(newer, status, 'event');
}
