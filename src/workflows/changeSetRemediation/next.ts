import { recordCommand } from '../shared/audit.ts';
import type { PersonCommand } from '../shared/commands.ts';
import type { SubmitResult } from './findings.ts';
import { onDiagnosed, onLearned } from './learning.ts';
import { claim, onOutcome, recordOutcome } from './outcomes.ts';
import { newestMember, nextAttempt, refusal, type ChangeSetCase, type PersonReason } from './state.ts';
import {
  askPerson,
  finish,
  inOrder,
  moveTo,
  noted,
  stay,
  type LineageMessage,
  type Transition,
  type TransitionContext,
} from './transition.ts';

function onSubmitAnswered(lineage: ChangeSetCase, result: SubmitResult): Transition {
  const { phase } = lineage;
  if (phase.name !== 'submitting' && phase.name !== 'abandoning') return stay(lineage);
  if (result.outcome === 'held') {
    if (phase.name === 'abandoning') return stay(lineage);
    const attempt = nextAttempt(lineage);
    return result.mode === 'observe'
      ? askPerson(lineage, {
          kind: 'modeObserve',
          sentence: `The account is in observe mode: attempt ${attempt} would have been sent now.`,
          retryLeadsTo: 'submit',
        })
      : askPerson(lineage, {
          kind: 'modeApprove',
          sentence: `The account is in approve mode: attempt ${attempt} goes out on a person's word.`,
          retryLeadsTo: 'submit',
        });
  }
  const { changeSetId } = result;
  if (lineage.members.some((member) => member.changeSetId === changeSetId)) {
    const sentence = `AWS answered the submit with ${changeSetId}, which was sent before; nobody can tell what that means.`;
    return askPerson(lineage, { kind: 'submitRefused', sentence, retryLeadsTo: 'learn' });
  }
  const byPolicy = phase.name === 'submitting' && phase.authority === 'policy';
  const joined: ChangeSetCase = {
    ...lineage,
    members: [...lineage.members, { attempt: nextAttempt(lineage), changeSetId }],
    automaticSubmits: lineage.automaticSubmits + (byPolicy ? 1 : 0),
    phase: { name: phase.name === 'submitting' ? 'awaitingOutcome' : 'abandoning', changeSetId },
  };
  return claim(joined);
}

function onSubmitFailed(lineage: ChangeSetCase, outcomeKnown: boolean, sentence: string): Transition {
  // While abandoning, the look that follows tells whether anything was accepted.
  if (lineage.phase.name !== 'submitting') return stay(lineage);
  const reason: PersonReason = outcomeKnown
    ? { kind: 'submitRefused', sentence, retryLeadsTo: 'submit' }
    : { kind: 'submitUnknown', sentence, retryLeadsTo: 'submit' };
  // Where it is not known whether the submit was accepted, an outcome that came early may still be claimed.
  return inOrder(lineage, [(current) => askPerson(current, reason), outcomeKnown ? claim : stay]);
}

function onLookFailed(lineage: ChangeSetCase, sentence: string): Transition {
  switch (lineage.phase.name) {
    case 'learning':
    case 'abandoning':
      return inOrder(lineage, [
        (current) => askPerson(current, { kind: 'lookFailed', sentence, retryLeadsTo: 'learn' }),
        claim,
      ]);
    case 'diagnosing':
      return askPerson(lineage, { kind: 'lookFailed', sentence, retryLeadsTo: 'learn' });
    default:
      return stay(lineage);
  }
}

function onRetry(lineage: ChangeSetCase): Transition {
  if (lineage.phase.name !== 'awaitingPerson') return stay(lineage);
  switch (lineage.phase.reason.retryLeadsTo) {
    case 'submit':
      return moveTo(lineage, { name: 'submitting', attempt: nextAttempt(lineage), authority: 'person' });
    case 'wait':
      return moveTo(lineage, { name: 'awaitingOutcome', changeSetId: newestMember(lineage).changeSetId });
    case 'learn':
      return moveTo(lineage, { name: 'learning' });
  }
}

function onAbandon(lineage: ChangeSetCase): Transition {
  const { phase } = lineage;
  const newest = newestMember(lineage);
  switch (phase.name) {
    case 'learning':
    case 'submitting':
      // Whether a successor is in flight is not known yet.
      return moveTo(lineage, { name: 'abandoning' });
    case 'awaitingPerson':
      // Asked a second time while nobody can tell what became of a submit, the person's word counts.
      if (phase.reason.kind === 'submitUnknown') return moveTo(lineage, { name: 'abandoning' });
      if (newest.attempt === 0 || newest.outcome !== undefined) return finish(lineage, 'abandoned');
      return moveTo(lineage, { name: 'abandoning', changeSetId: newest.changeSetId });
    case 'awaitingOutcome':
      if (newest.attempt === 0) return finish(lineage, 'abandoned');
      return moveTo(lineage, { name: 'abandoning', changeSetId: newest.changeSetId });
    case 'diagnosing':
    case 'backingOff':
      return finish(lineage, 'abandoned');
    case 'abandoning':
    case 'ended':
      return stay(lineage);
  }
}

function onCommand(
  before: ChangeSetCase,
  type: 'retry' | 'abandon',
  command: PersonCommand,
  context: TransitionContext,
): Transition {
  if (refusal(before, type) !== undefined) return stay(before);
  const at = new Date(context.nowMs).toISOString();
  const lineage: ChangeSetCase = { ...before, audit: recordCommand(before.audit, type, command, at) };
  return type === 'retry' ? onRetry(lineage) : onAbandon(lineage);
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
      return lineage.phase.name === 'awaitingOutcome' || lineage.phase.name === 'abandoning'
        ? askPerson(lineage, { kind: 'outcomeMissing', sentence: message.sentence, retryLeadsTo: 'wait' })
        : stay(lineage);
    case 'learned':
      return onLearned(lineage, message.findings, context);
    case 'diagnosed':
      return onDiagnosed(lineage, message.diagnosis, context);
    case 'lookFailed':
      return onLookFailed(lineage, message.sentence);
    case 'backOffElapsed':
      return lineage.phase.name === 'backingOff'
        ? moveTo(lineage, { name: 'submitting', attempt: lineage.phase.attempt, authority: 'policy' })
        : stay(lineage);
    case 'submitAnswered':
      return onSubmitAnswered(lineage, message.result);
    case 'submitFailed':
      return onSubmitFailed(lineage, message.outcomeKnown, message.sentence);
    case 'effectFailed':
      return stay(noted(lineage, message.sentence));
    case 'retry':
    case 'abandon':
      return onCommand(lineage, message.type, message.command, context);
  }
}

/** A closed lineage still hands on what is not its own: an event must not be lost in the moment of closing. */
function onEnded(lineage: ChangeSetCase, message: LineageMessage): Transition {
  if (message.type === 'effectFailed') return stay(noted(lineage, message.sentence));
  return message.type === 'outcome' ? onOutcome(lineage, message.message) : stay(lineage);
}
