import { isObject } from '../../shared/input.ts';
import { instant } from '../../shared/reminders.ts';
import { noted, stay, type Transition } from '../../shared/transition.ts';
import type { DeadLettersCounted } from '../contract.ts';
import { emptiedNotice, openingNotice } from '../notices.ts';
import type { DeadLetters, DeadLettersMessage } from '../state.ts';

/** More than any queue holds. */
const mostMessages = 1_000_000_000_000;

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no count. */
export function readCount(value: unknown): DeadLettersCounted | string {
  const { count, at } = isObject(value) ? value : {};
  const isCount = typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= mostMessages;
  if (isCount && typeof at === 'string' && instant(at) !== undefined) return { count, at };
  return 'Ignored a count: "count" must be a whole number, 0 or more, and "at" an ISO 8601 time.';
}

function onCounted(before: DeadLetters, { count, at }: DeadLettersCounted): Transition<DeadLetters> {
  const isOpen = before.phase.name === 'filled' && before.since !== undefined;
  if (count > 0) {
    if (isOpen) return stay({ ...before, count, countedAt: at });
    // What comes in the moment of closing is an incident of its own.
    const state: DeadLetters = { ...before, phase: { name: 'filled' }, count, since: at, countedAt: at };
    return { state, notices: [openingNotice(state)] };
  }
  if (before.phase.name === 'ended') return stay(before);
  const state: DeadLetters = { ...before, phase: { name: 'ended', end: 'emptied' }, count, countedAt: at };
  return { state, notices: isOpen ? [emptiedNotice(state)] : [] };
}

/**
 * The state after a message: pure and total.
 * @returns one notice when messages are there first, and one when none is there any more.
 */
export function next(before: DeadLetters, message: DeadLettersMessage): Transition<DeadLetters> {
  switch (message.type) {
    case 'counted':
      return onCounted(before, message.counted);
    case 'cancelled':
      if (before.phase.name === 'ended') return stay(before);
      return stay({ ...noted(before, 'Cancelled.'), phase: { name: 'ended', end: 'abandoned' } });
  }
}
