import { defined } from '../../../defined.ts';
import { instant } from '../../shared/reminders.ts';
import { remember } from '../../shared/seen.ts';
import { noted, stay, type Transition, type TransitionContext } from '../../shared/transition.ts';
import { assumeRole, isAlarmType } from '../checks.ts';
import type { AccessRefusedMessage } from '../contract.ts';
import type { AccountHealthPolicy } from '../policyValues.ts';
import { openingNotice, resolutionNotice } from '../notices.ts';
import { quietAtMs, type AccountHealth, type HealthMessage, type Refusal } from '../state.ts';

/** The vendor's operations are fewer; signals typed by hand must not grow the state. */
const keptRefusals = 30;

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no refusal. */
export function refusalProblem(value: unknown): string | undefined {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Record<string, unknown>>) : {};
  const { eventId, operation, resource, failureType, message, at, failingSince } = given;
  const wrong = [
    ...(typeof eventId === 'string' && eventId !== '' ? [] : ['eventId (a text)']),
    ...(typeof operation === 'string' && /^[A-Za-z]{1,64}$/.test(operation) ? [] : ['operation (letters only)']),
    ...(resource === undefined || typeof resource === 'string' ? [] : ['resource (a text, or left out)']),
    ...(isAlarmType(failureType) ? [] : ['failureType (such as AccessDenied or ServiceFault)']),
    ...(typeof message === 'string' ? [] : ['message (a text)']),
    ...(failingSince === undefined || instant(failingSince) !== undefined
      ? []
      : ['failingSince (an ISO 8601 time, or left out)']),
    ...(instant(at) === undefined ? ['at (an ISO 8601 time)'] : []),
  ];
  if (wrong.length === 0) return undefined;
  return `Ignored a refusal: fields are missing or of another kind: ${wrong.join(', ')}.`;
}

function onRefused(before: AccountHealth, message: AccessRefusedMessage, nowMs: number): Transition<AccountHealth> {
  const seen = remember(before.seen, message.eventId);
  if (seen === undefined) return stay(before);
  // A refusal in the moment of closing is an incident of its own, as it would be a moment later in a new run.
  const open: AccountHealth =
    before.phase.name === 'ended' || before.refusals.length === 0
      ? { ...before, phase: { name: 'refused' }, since: message.at, refusals: [], seen }
      : { ...before, seen };
  const { operation, resource, failureType, failingSince } = message;
  const key = failureType === 'AccessDenied' || operation === assumeRole ? operation : failureType;
  const known = open.refusals.find((refusal) => refusal.key === key);
  const newest = { operation, ...defined({ resource }), lastAtMs: nowMs };
  if (known !== undefined) {
    const counted: Refusal = { ...known, ...newest, count: known.count + 1 };
    return stay({ ...open, refusals: open.refusals.map((refusal) => (refusal === known ? counted : refusal)) });
  }
  if (open.refusals.length >= keptRefusals) return stay(noted(open, 'More is refused than this list holds.'));
  const refusal: Refusal = {
    key,
    failureType,
    ...defined({ failingSince }),
    message: message.message,
    count: 1,
    ...newest,
  };
  const state: AccountHealth = { ...open, refusals: [...open.refusals, refusal] };
  return { state, notices: [openingNotice(state, refusal)] };
}

function onChecked(
  before: AccountHealth,
  keys: readonly string[],
  { policy, nowMs }: TransitionContext<AccountHealthPolicy>,
): Transition<AccountHealth> {
  if (before.phase.name === 'ended' || quietAtMs(before, policy) > nowMs) return stay(before);
  if (before.refusals.some(({ key }) => !keys.includes(key))) return stay(before);
  const state: AccountHealth = { ...before, phase: { name: 'ended', end: 'recovered' } };
  return { state, notices: before.refusals.length === 0 ? [] : [resolutionNotice(state)] };
}

/**
 * The state machine of an account's refusals: pure and total. A message that makes no sense in the present phase changes
 * nothing.
 * @returns the state after the message, and the notices that it makes the workflow send.
 */
export function next(
  health: AccountHealth,
  message: HealthMessage,
  context: TransitionContext<AccountHealthPolicy>,
): Transition<AccountHealth> {
  switch (message.type) {
    case 'refused':
      return onRefused(health, message.message, context.nowMs);
    case 'checked':
      return onChecked(health, message.keys, context);
    case 'checkFailed': {
      const checkAfterMs = context.nowMs + context.policy.recheckLongestMs;
      return stay(noted({ ...health, checkAfterMs }, `The check failed: ${message.sentence}`));
    }
    case 'cancelled':
      return stay(health.phase.name === 'ended' ? health : { ...health, phase: { name: 'ended', end: 'abandoned' } });
  }
}
