import { remember } from '../../shared/seen.ts';
import { stay } from '../../shared/transition.ts';
import type { BuyabilityMessage } from '../contract.ts';
import { lingerUntilMs, type ItemCase, type ItemContext, type ItemMessage, type ItemTransition } from '../state.ts';
import { onAnswered, onDenied, onUnanswered } from './answers.ts';
import { onEventData } from './eventData.ts';
import { closedEarly, onCommand, queryAgain } from './operatorCommands.ts';

function onEvent(before: ItemCase, message: BuyabilityMessage, context: ItemContext): ItemTransition {
  const { phase } = before;
  const seen = remember(before.seen, message.eventId);
  // A cancelled run takes nothing more; one that closes automatically does.
  if (seen === undefined || (phase.name === 'ended' && phase.cancelled)) return stay(before);
  const opensRun = before.lastEventAtMs === undefined;
  return onEventData({ ...before, seen, lastEventAtMs: context.nowMs }, message, opensRun, context);
}

/** A recheck says nothing of the item: the times of what is known and of the last event stay as they are. */
function onRecheck(before: ItemCase, eventId: string, context: ItemContext): ItemTransition {
  const { phase } = before;
  const seen = remember(before.seen, eventId);
  if (seen === undefined || (phase.name === 'ended' && phase.cancelled)) return stay(before);
  return queryAgain({ ...before, seen }, context);
}

function onLingered(item: ItemCase, { policy, nowMs }: ItemContext): ItemCase {
  if (item.phase.name !== 'lingering' || nowMs < lingerUntilMs(item, policy)) return item;
  return { ...item, phase: { name: 'ended', verdict: 'BUYABLE', cancelled: false } };
}

function onVerifyElapsed(item: ItemCase): ItemCase {
  return item.phase.name === 'verifying' ? { ...item, phase: { name: 'watching', verdict: 'INVALID_PRODUCT' } } : item;
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
    case 'command':
      return onCommand(item, message.given, context);
    case 'unanswered':
      return onUnanswered(item, message.query, message.sentence);
    case 'verifyElapsed':
      return stay(onVerifyElapsed(item));
    case 'lingered':
      return stay(onLingered(item, context));
    case 'cancelled':
      return stay(closedEarly(item));
  }
}
