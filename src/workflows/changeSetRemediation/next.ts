import { onBlockerRemains, onUnblocked } from './blockers.ts';
import { onDiagnosed, onLearned } from './learning.ts';
import { claim, onOutcome, recordOutcome } from './outcomes.ts';
import { onClock, onCommand, onDifference, onWorkElsewhere } from './people.ts';
import type { ChangeSetCase } from './state.ts';
import { onSubmitAnswered, onSubmitFailed } from './submitting.ts';
import {
  askPerson,
  inOrder,
  moveTo,
  noted,
  stay,
  type LineageMessage,
  type Transition,
  type TransitionContext,
} from './transition.ts';

function onLookFailed(lineage: ChangeSetCase, sentence: string, context: TransitionContext): Transition {
  const ask = (current: ChangeSetCase): Transition =>
    askPerson(current, { kind: 'lookFailed', sentence, retryLeadsTo: 'learn' }, context);
  switch (lineage.phase.name) {
    case 'learning':
    case 'abandoning':
      return inOrder(lineage, [ask, claim]);
    case 'diagnosing':
      return ask(lineage);
    default:
      return stay(lineage);
  }
}

function onOutcomeMissing(lineage: ChangeSetCase, sentence: string, context: TransitionContext): Transition {
  return lineage.phase.name === 'awaitingOutcome' || lineage.phase.name === 'abandoning'
    ? askPerson(lineage, { kind: 'outcomeMissing', sentence, retryLeadsTo: 'wait' }, context)
    : stay(lineage);
}

/** A closed lineage still hands on what is not its own: an event must not be lost in the moment of closing. */
function onEnded(lineage: ChangeSetCase, message: LineageMessage): Transition {
  if (message.type === 'effectFailed') return stay(noted(lineage, message.sentence));
  return message.type === 'outcome' ? onOutcome(lineage, message.message) : stay(lineage);
}

/**
 * The state machine of a lineage: pure and total. A message that makes no sense in the present phase changes nothing.
 * @returns the state after the message, and what it makes the workflow send.
 */
export function next(lineage: ChangeSetCase, message: LineageMessage, context: TransitionContext): Transition {
  if (lineage.phase.name === 'ended') return onEnded(lineage, message);
  switch (message.type) {
    case 'outcome':
      return onOutcome(lineage, message.message);
    case 'outcomeFound': {
      const member = lineage.members.find(({ changeSetId }) => changeSetId === message.found.changeSetId);
      return member === undefined ? stay(lineage) : recordOutcome(lineage, member, message.found);
    }
    case 'outcomeMissing':
      return onOutcomeMissing(lineage, message.sentence, context);
    case 'learned':
      return onLearned(lineage, message.findings, context);
    case 'diagnosed':
      return onDiagnosed(lineage, message.diagnosis, context);
    case 'lookFailed':
      return onLookFailed(lineage, message.sentence, context);
    case 'backOffElapsed':
      return lineage.phase.name === 'backingOff'
        ? moveTo(lineage, { name: 'submitting', attempt: lineage.phase.attempt, authority: 'policy' })
        : stay(lineage);
    case 'unblocked':
      return onUnblocked(lineage);
    case 'blockerRemains':
      return onBlockerRemains(lineage, context);
    case 'submitAnswered':
      return onSubmitAnswered(lineage, message.result, context);
    case 'submitFailed':
      return onSubmitFailed(lineage, message, context);
    case 'effectFailed':
      return stay(noted(lineage, message.sentence));
    case 'clock':
      return onClock(lineage, context);
    case 'workElsewhere':
      return onWorkElsewhere(lineage, message.surroundings);
    case 'differenceComputed':
      return onDifference(lineage, message.lines);
    case 'retry':
    case 'approve':
    case 'amend':
    case 'resolve':
    case 'abandon':
      return onCommand(lineage, message, context);
  }
}
