import { recorded, stateRefusal, type CommandInput } from '../../shared/operatorCommands.ts';
import { noted, stay, type Transition, type TransitionContext } from '../../shared/transition.ts';
import {
  quarantineCommands,
  type HeldSettled,
  type Holding,
  type QuarantineArrival,
  type QuarantineEnd,
  type RedeliveryResult,
} from '../contract.ts';
import type { QuarantinePolicy } from '../policyValues.ts';
import { endingNotice, openingNotice } from '../notices.ts';
import { stateName, type QuarantineCase, type QuarantineMessage } from '../state.ts';

type Context = TransitionContext<QuarantinePolicy>;

function finish(kept: QuarantineCase, end: QuarantineEnd): Transition<QuarantineCase> {
  const state: QuarantineCase = { ...kept, phase: { name: 'ended', end } };
  return { state, notices: kept.notified ? [endingNotice(state, end)] : [] };
}

/** Bytes that wait for nothing but an operator. */
function released(kept: QuarantineCase): QuarantineCase {
  const state: QuarantineCase & { holding?: Holding } = { ...kept };
  delete state.holding;
  return state;
}

/** Bytes that nobody can read: an operator is asked, once. */
function ask(kept: QuarantineCase): Transition<QuarantineCase> {
  const state: QuarantineCase = { ...released(kept), phase: { name: 'quarantined' }, notified: true };
  return { state, notices: kept.notified ? [] : [openingNotice(state)] };
}

/** Bytes that wait quietly. */
function hold(kept: QuarantineCase, holding: Holding): Transition<QuarantineCase> {
  return stay({ ...kept, phase: { name: 'held' }, holding });
}

function onArrived(
  before: QuarantineCase,
  { receivedAt, reason, holding }: QuarantineArrival,
  { policy, nowMs }: Context,
): Transition<QuarantineCase> {
  const counted: QuarantineCase = { ...before, count: before.count + 1, reason };
  if (before.count > 0 && before.phase.name !== 'ended') {
    // Held bytes of which a reader says now that it cannot read them have to be asked about.
    return before.phase.name === 'held' && holding === undefined ? ask(counted) : stay(counted);
  }
  // Bytes that come back in the moment of closing are kept again, as they would be a moment later in a new run.
  const state: QuarantineCase = {
    ...counted,
    pendingEnd: false,
    notified: false,
    keepUntilMs: before.phase.name === 'ended' ? nowMs + policy.keepMs : before.keepUntilMs,
    firstReceivedAt: receivedAt,
  };
  return holding === undefined ? ask(state) : hold(state, holding);
}

function onCancel(before: QuarantineCase, command: CommandInput, nowMs: number): Transition<QuarantineCase> {
  if (before.phase.name === 'ended') return stay(before);
  const kept = recorded(before, 'discard', command, nowMs);
  // The replay may have delivered them already.
  return before.phase.name === 'replaying' ? stay({ ...kept, pendingEnd: true }) : finish(kept, 'discarded');
}

/** Back to waiting, or to the end where the bytes were discarded meanwhile. */
function notReplayed(kept: QuarantineCase): Transition<QuarantineCase> {
  if (kept.pendingEnd) return finish(kept, 'discarded');
  return kept.holding === undefined ? ask(kept) : hold(kept, kept.holding);
}

function onRedelivered(kept: QuarantineCase, result: RedeliveryResult): Transition<QuarantineCase> {
  switch (result.outcome) {
    case 'delivered':
      return finish({ ...kept, deliveredTo: result.workflowIds }, 'replayed');
    case 'ignored':
      return finish(noted(kept, `The bytes were read, and nothing follows from them: ${result.reason}`), 'replayed');
    case 'held':
      return notReplayed({ ...kept, reason: result.reason, holding: result.holding });
    case 'unreadable':
      return notReplayed(noted(released({ ...kept, reason: result.reason }), 'A replay could not read them either.'));
  }
}

function onSettled(kept: QuarantineCase, action: HeldSettled['action']): Transition<QuarantineCase> {
  if (kept.phase.name !== 'held') return stay(kept);
  return action === 'replay' ? stay({ ...kept, phase: { name: 'replaying' } }) : finish(kept, 'discarded');
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
    case 'settled':
      return onSettled(kept, message.action);
    case 'cancel':
      return onCancel(kept, message.command, context.nowMs);
    case 'redelivered':
      return kept.phase.name === 'replaying' ? onRedelivered(kept, message.result) : stay(kept);
    case 'redeliveryFailed':
      return kept.phase.name === 'replaying'
        ? notReplayed(noted(kept, `A replay failed: ${message.sentence}`))
        : stay(kept);
    case 'keepElapsed':
      return (kept.phase.name === 'quarantined' || kept.phase.name === 'held') && context.nowMs >= kept.keepUntilMs
        ? finish(kept, 'expired')
        : stay(kept);
  }
}
