import { recorded, stateRefusal, type CommandInput } from '../../shared/operatorCommands.ts';
import { noted, stay, type Transition, type TransitionContext } from '../../shared/transition.ts';
import { quarantineCommands, type QuarantineEnd, type QuarantineArrival, type RedeliveryResult } from '../contract.ts';
import type { QuarantinePolicy } from '../defaults.ts';
import { endingNotice, openingNotice } from '../notices.ts';
import { stateName, type QuarantineCase, type QuarantineMessage } from '../state.ts';

type Context = TransitionContext<QuarantinePolicy>;

function finish(kept: QuarantineCase, end: QuarantineEnd): Transition<QuarantineCase> {
  const state: QuarantineCase = { ...kept, phase: { name: 'ended', end } };
  return { state, notices: [endingNotice(state, end)] };
}

function onArrived(
  before: QuarantineCase,
  { receivedAt, reason }: QuarantineArrival,
  { policy, nowMs }: Context,
): Transition<QuarantineCase> {
  if (before.count > 0 && before.phase.name !== 'ended') return stay({ ...before, count: before.count + 1, reason });
  // Bytes that come back in the moment of closing are kept again, as they would be a moment later in a new run.
  const state: QuarantineCase = {
    ...before,
    phase: { name: 'quarantined' },
    pendingEnd: false,
    keepUntilMs: before.phase.name === 'ended' ? nowMs + policy.keepMs : before.keepUntilMs,
    count: before.count + 1,
    firstReceivedAt: receivedAt,
    reason,
  };
  return { state, notices: [openingNotice(state)] };
}

function onCancel(before: QuarantineCase, command: CommandInput, nowMs: number): Transition<QuarantineCase> {
  if (before.phase.name === 'ended') return stay(before);
  const kept = recorded(before, 'discard', command, nowMs);
  // The replay may have delivered them already.
  return before.phase.name === 'replaying' ? stay({ ...kept, pendingEnd: true }) : finish(kept, 'discarded');
}

/** Back to waiting, or to the end where the bytes were discarded meanwhile. */
function notReplayed(kept: QuarantineCase): Transition<QuarantineCase> {
  return kept.pendingEnd ? finish(kept, 'discarded') : stay({ ...kept, phase: { name: 'quarantined' } });
}

function onRedelivered(kept: QuarantineCase, result: RedeliveryResult): Transition<QuarantineCase> {
  switch (result.outcome) {
    case 'delivered':
      return finish({ ...kept, deliveredTo: result.workflowIds }, 'replayed');
    case 'ignored':
      return finish(noted(kept, `The bytes were read, and nothing follows from them: ${result.reason}`), 'replayed');
    case 'unreadable':
      return notReplayed(noted({ ...kept, reason: result.reason }, 'A replay could not read them either.'));
  }
}

/**
 * The state machine of quarantined bytes: pure and total. A message that makes no sense in the present phase changes
 * nothing.
 * @returns the state after the message, and the notices that it makes the workflow send.
 */
export function next(kept: QuarantineCase, message: QuarantineMessage, context: Context): Transition<QuarantineCase> {
  switch (message.type) {
    case 'arrived':
      return onArrived(kept, message.message, context);
    case 'replay':
    case 'discard': {
      if (stateRefusal(quarantineCommands, message.type, stateName(kept)) !== undefined) return stay(kept);
      const state = recorded(kept, message.type, message.command, context.nowMs);
      return message.type === 'replay' ? stay({ ...state, phase: { name: 'replaying' } }) : finish(state, 'discarded');
    }
    case 'cancel':
      return onCancel(kept, message.command, context.nowMs);
    case 'redelivered':
      return kept.phase.name === 'replaying' ? onRedelivered(kept, message.result) : stay(kept);
    case 'redeliveryFailed':
      return kept.phase.name === 'replaying'
        ? notReplayed(noted(kept, `A replay failed: ${message.sentence}`))
        : stay(kept);
    case 'keepElapsed':
      return kept.phase.name === 'quarantined' && context.nowMs >= kept.keepUntilMs
        ? finish(kept, 'expired')
        : stay(kept);
  }
}
