import { defined } from '../../../defined.ts';
import { recorded } from '../../shared/operatorCommands.ts';
import { stay } from '../../shared/transition.ts';
import type { ChangeSetCase, LineageMessage, Transition, TransitionContext } from '../state.ts';
import { onDiagnosed, onInspected } from './diagnosis.ts';
import { deliverForeignOutcomes, disown } from './claims.ts';
import { onFollowed, submitsStill } from './followed.ts';
import { onOutcome, recordOutcome } from './outcomes.ts';
import { onListed } from './listed.ts';
import { onClock, onCommand, onDifference, onWorkElsewhere } from './operatorCommands.ts';
import { moveTo, requestDecision, submitNext } from './steps.ts';
import { onSuccessDescribed } from './success.ts';
import { onBlockerRemains, onSubmitAnswered, onSubmitFailed, onUnblocked } from './submitting.ts';
import { onWaitLasts } from './waits.ts';

function onCheckFailed(
  lineage: ChangeSetCase,
  { sentence, originUnknown, claims }: Extract<LineageMessage, { type: 'checkFailed' }>,
  context: TransitionContext,
): Transition {
  switch (lineage.phase.name) {
    case 'inspecting':
    case 'abandoning':
    case 'diagnosing':
      return requestDecision(
        lineage,
        { kind: 'checkFailed', sentence, retryLeadsTo: 'inspect', ...defined({ originUnknown }) },
        context,
      );
    case 'awaitingOutcome':
    case 'awaitingDecision':
      // It could not be checked whose outcomes wait: they must not wait until further notice.
      return stay(disown(lineage, defined({ claims })));
    case 'backingOff':
    case 'submitting':
    case 'awaitingBlocker':
    case 'ended':
      return stay(lineage);
  }
}

function onOutcomeMissing(lineage: ChangeSetCase, sentence: string, context: TransitionContext): Transition {
  return /* guard */ lineage.phase.name === 'awaitingOutcome' || lineage.phase.name === 'abandoning'
    ? requestDecision(lineage, { kind: 'outcomeMissing', sentence, retryLeadsTo: 'wait' }, context)
    : stay(lineage);
}

/**
 * The state machine of a lineage: pure and total. A message that makes no sense in the present phase changes nothing.
 * A closed lineage still delivers what is not its own: an event must not be lost in the moment of closing.
 * @returns the state after the message, and what it makes the workflow send.
 */
export function next(lineage: ChangeSetCase, message: LineageMessage, context: TransitionContext): Transition {
  const after = deliverForeignOutcomes(take(lineage, message, context));
  if (/* guard */ after.state.phase === lineage.phase) return after;
  return { ...after, state: { ...after.state, phaseSinceMs: context.nowMs } };
}

function take(lineage: ChangeSetCase, message: LineageMessage, context: TransitionContext): Transition {
  switch (message.type) {
    case 'outcome':
      return onOutcome(lineage, message.message);
    case 'outcomeFound': {
      const member = lineage.members.find(({ changeSetId }) => changeSetId === message.found.changeSetId);
      return /* guard */ member === undefined ? stay(lineage) : recordOutcome(lineage, member, message.found);
    }
    case 'outcomeMissing':
      return onOutcomeMissing(lineage, message.sentence, context);
    case 'inspected':
      return onInspected(lineage, message, context);
    case 'diagnosed':
      return onDiagnosed(lineage, message, context);
    case 'checkFailed':
      return onCheckFailed(lineage, message, context);
    case 'backOffElapsed':
      if (/* guard */ lineage.phase.name !== 'backingOff') return stay(lineage);
      return submitsStill(lineage, context.policy)
        ? submitNext(lineage, 'policy')
        : moveTo(lineage, { name: 'inspecting' });
    case 'followed':
      return onFollowed(lineage, message.before, context);
    case 'unblocked':
      return onUnblocked(lineage, context);
    case 'blockerRemains':
      return onBlockerRemains(lineage, context);
    case 'waitLasts':
      return onWaitLasts(lineage, message.sentence, context);
    case 'submitAnswered':
      return onSubmitAnswered(lineage, message.result, context);
    case 'submitFailed':
      return onSubmitFailed(lineage, message, context);
    case 'clock':
      return onClock(lineage, context);
    case 'listed':
      return onListed(lineage, message.work, context);
    case 'workElsewhere':
      return onWorkElsewhere(lineage, message.concurrentChanges, message.compared);
    case 'differenceComputed':
      return onDifference(lineage, message.lines);
    case 'successDescribed':
      return onSuccessDescribed(lineage, message.success);
    case 'commandRefused':
      return stay(recorded(lineage, message.name, message.command, context.nowMs, message.sentence));
    case 'retry':
    case 'approve':
    case 'amend':
    case 'resolve':
    case 'abandon':
      return onCommand(lineage, message, context);
  }
}
