import type { QueryAnswer } from '../../activities/itemBuyability/index.ts';
import type { Notice } from '../shared/notices.ts';
import { remember } from '../shared/seen.ts';
import { onAnswered, onDenied, onUnanswered } from './transitions/answers.ts';
import type { ItemBuyabilityPolicy } from './defaults.ts';
import type { BuyabilityMessage, ItemBuyabilityInput, ProductRecord } from './contract.ts';
import type { ItemPhase, ItemVerdict, OpenNotice } from './phases.ts';
import { noted, startQuery, stay } from './transitions/verdicts.ts';
import { onEventData } from './transitions/eventData.ts';

/** All that one item is: plain JSON, carried through continue-as-new. Times are ISO 8601. */
export interface ItemCase {
  readonly version: 1;
  readonly businessProductId: string;
  readonly itemId: string;
  readonly apiVersion?: string;
  readonly phase: ItemPhase;
  /** When the newest word was true: the event's time, or when the query was sent. Absent before any. */
  readonly asOf?: string;
  /** The time of the event that led here, or of a start by hand: part of the identity of notices. */
  readonly ledBy: string;
  /** When the last event was taken, repeats not counted. Absent before any. */
  readonly lastEventAtMs?: number;
  readonly product?: ProductRecord;
  readonly openNotice?: OpenNotice;
  readonly noticesOpened: number;
  readonly queries: number;
  readonly seen: readonly string[];
  readonly notes: readonly string[];
}

/** What can happen to an item: events, answers of queries, elapsed timers, a cancellation. */
export type ItemMessage =
  | { readonly type: 'event'; readonly message: BuyabilityMessage }
  | { readonly type: 'answered'; readonly query: number; readonly answer: QueryAnswer }
  /** The service could not be asked for want of a permission, credentials or configuration. */
  | { readonly type: 'denied'; readonly query: number; readonly sentence: string }
  /** Somebody asks for the product again. */
  | { readonly type: 'recheck'; readonly eventId: string }
  /** No answer came in the time that there was. */
  | { readonly type: 'unanswered'; readonly query: number; readonly sentence: string }
  | { readonly type: 'verifyElapsed' | 'lingered' | 'cancelled' }
  | { readonly type: 'effectFailed'; readonly sentence: string };

/** The state after a message, and the notices that it makes the workflow send. */
export interface ItemTransition {
  readonly item: ItemCase;
  readonly notices: readonly Notice[];
}

/** What a transition may know beside the state. */
export interface ItemContext {
  readonly policy: ItemBuyabilityPolicy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** The state of an item of which nothing is known: it is asked for, unless the first event tells. */
export function newItem(input: ItemBuyabilityInput, { policy, nowMs }: ItemContext): ItemCase {
  return {
    version: 1,
    businessProductId: input.businessProductId,
    itemId: input.itemId,
    phase: { name: 'querying', query: 1, untilMs: nowMs + policy.queryWithinMs, dueTo: 'noData' },
    ledBy: new Date(nowMs).toISOString(),
    noticesOpened: 0,
    queries: 1,
    seen: [],
    notes: [],
  };
}

/** The word for the state column, and the result of a closed run. */
export function stateName({ phase }: ItemCase): ItemVerdict | 'UNKNOWN' | 'querying' | 'awaitingAccess' {
  switch (phase.name) {
    case 'querying':
    case 'awaitingAccess':
      return phase.name;
    case 'completing':
      return 'NOT_BUYABLE';
    case 'lingering':
      return 'BUYABLE';
    case 'verifying':
      return 'INVALID_PRODUCT';
    case 'watching':
    case 'ended':
      return phase.verdict;
  }
}

/** True while somebody has to do something. */
export function needsDecision({ phase, openNotice }: ItemCase): boolean {
  return phase.name !== 'ended' && openNotice?.needsDecision === true;
}

function onEvent(before: ItemCase, message: BuyabilityMessage, context: ItemContext): ItemTransition {
  const { phase } = before;
  const seen = remember(before.seen, message.eventId);
  // A run that an operator cancelled takes nothing up again; one that is closing by itself does.
  if (seen === undefined || (phase.name === 'ended' && phase.cancelled)) return stay(before);
  const opensRun = before.lastEventAtMs === undefined;
  return onEventData({ ...before, seen, lastEventAtMs: context.nowMs }, message, opensRun, context);
}

/** A wish to ask again is no news of the item: the times of what is known and of the last event stay as they are. */
function onRecheck(before: ItemCase, eventId: string, context: ItemContext): ItemTransition {
  const { phase } = before;
  const seen = remember(before.seen, eventId);
  if (seen === undefined || (phase.name === 'ended' && phase.cancelled)) return stay(before);
  const item: ItemCase = { ...before, seen };
  // It is being asked for already.
  if (phase.name === 'querying' || phase.name === 'completing') return stay(item);
  return startQuery(item, phase.name === 'awaitingAccess' ? phase.dueTo : 'unproven', context);
}

function onLingered(item: ItemCase, { policy, nowMs }: ItemContext): ItemCase {
  if (item.phase.name !== 'lingering' || nowMs < lingerUntilMs(item, policy)) return item;
  return { ...item, phase: { name: 'ended', verdict: 'BUYABLE', cancelled: false } };
}

/** When a settled item may close, in milliseconds since the epoch. */
export function lingerUntilMs(item: ItemCase, policy: ItemBuyabilityPolicy): number {
  return (item.lastEventAtMs ?? Date.parse(item.ledBy)) + policy.lingerMs;
}

function onVerifyElapsed(item: ItemCase): ItemCase {
  return item.phase.name === 'verifying' ? { ...item, phase: { name: 'watching', verdict: 'INVALID_PRODUCT' } } : item;
}

function onCancelled(item: ItemCase): ItemCase {
  const word = stateName(item);
  const verdict = word === 'querying' || word === 'awaitingAccess' ? 'UNKNOWN' : word;
  return { ...item, phase: { name: 'ended', verdict, cancelled: true } };
}

/**
 * The state machine of an item: pure and total. A message that makes no sense in the present phase changes nothing.
 * @returns the state after the message, and the notices that it makes the workflow send.
 */
export function next(item: ItemCase, message: ItemMessage, context: ItemContext): ItemTransition {
  switch (message.type) {
    case 'event':
      return onEvent(item, message.message, context);
    case 'answered':
      return onAnswered(item, message.query, message.answer, context);
    case 'denied':
      return onDenied(item, message.query, message.sentence, context);
    case 'recheck':
      return onRecheck(item, message.eventId, context);
    case 'unanswered':
      return onUnanswered(item, message.query, message.sentence);
    case 'verifyElapsed':
      return stay(onVerifyElapsed(item));
    case 'lingered':
      return stay(onLingered(item, context));
    case 'cancelled':
      return stay(onCancelled(item));
    case 'effectFailed':
      return stay(noted(item, message.sentence));
  }
}
