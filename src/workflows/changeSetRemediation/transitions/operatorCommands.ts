import { defined } from '../../../defined.ts';
import { recorded, type GivenCommand } from '../../shared/operatorCommands.ts';
import { noted, stay } from '../../shared/transition.ts';
import type { changeSetCommands, ConcurrentChanges } from '../contract.ts';
import { covers } from '../lineage.ts';
import { meaningOf, nameOf, newsOf } from '../newer.ts';
import { elsewhereNotice, reminderNotice } from '../notices.ts';
import { knownValues, namingRefusal, openProposal } from '../proposals.ts';
import {
  leftInFlight,
  newestMember,
  type ChangeSetCase,
  type DecisionReason,
  type LineageMessage,
  type PhaseOf,
  type Proposal,
  type Transition,
  type TransitionContext,
} from '../state.ts';
import { readAmendments } from './amendments.ts';
import { notified, takenUp } from './backfilled.ts';
import { hasClaims } from './claims.ts';
import { expiryMs, reminded, reminderMs } from './followed.ts';
import { followOutcome } from './outcomes.ts';
import { followOwn } from './own.ts';
import { refusal } from './refusals.ts';
import { withCompared } from './listed.ts';
import { finish, moveTo, submitNext, withKnown } from './steps.ts';

type Given = Extract<LineageMessage, GivenCommand<typeof changeSetCommands>>;

/** Why a command is refused whose data has the declared form, or undefined. */
export function givenRefusal({ type, command }: Given, lineage: ChangeSetCase): string | undefined {
  const other = type === 'approve' && openProposal(lineage) ? namingRefusal(lineage, command.proposal) : undefined;
  const sentence = other ?? refusal(lineage, type);
  if (sentence !== undefined) return sentence;
  if (type === 'approve') return namingRefusal(lineage, command.proposal);
  if (type === 'amend') {
    const read = readAmendments(command.changes, lineage.diagnosis);
    return 'problem' in read ? read.problem : undefined;
  }
  return type === 'resolve' && command.changeSetId !== undefined && !/^[\w-]{1,255}$/.test(command.changeSetId)
    ? '"changeSetId" must be the id of the change set that settled it, or be left out.'
    : undefined;
}

/** A submit that was kept back, or whose outcome nobody knows, is the one that a retry submits. */
const keptBack = new Set<DecisionReason['kind']>([
  'modeObserve',
  'modeApprove',
  'dailyCap',
  'blockerRemains',
  'submitUnknown',
]);

function onRetry(lineage: ChangeSetCase): Transition {
  if (lineage.phase.name !== 'awaitingDecision') return stay(lineage);
  const { kind, retryLeadsTo, submitPending } = lineage.phase.reason;
  switch (retryLeadsTo) {
    case 'submit':
      return submitNext(submitPending || keptBack.has(kind) ? lineage : { ...lineage, amendments: [] }, 'operator');
    case 'wait':
      return followOutcome(lineage, newestMember(lineage));
    case 'inspect':
      return moveTo(lineage, { name: /* guard */ lineage.pendingEnd ? 'abandoning' : 'inspecting' });
  }
}

function onApprove(lineage: ChangeSetCase): Transition {
  if (lineage.phase.name !== 'awaitingDecision') return stay(lineage);
  const { amendments = lineage.amendments } = lineage.phase.proposal ?? {};
  return submitNext({ ...lineage, amendments }, 'operator');
}

function onAbandon(before: ChangeSetCase): Transition {
  const { phase } = before;
  const lineage: ChangeSetCase = { ...before, pendingEnd: /* guard: undefined */ 'abandoned' };
  const newest = newestMember(lineage);
  switch (phase.name) {
    case 'inspecting':
    case 'submitting':
      // Whether a successor is in flight is not known yet.
      return moveTo(lineage, { name: 'abandoning' });
    case 'awaitingDecision': {
      const unknown = hasClaims(before) ? ({ name: 'abandoning' } as const) : undefined;
      const inFlight = unknown ?? leftInFlight(before);
      return /* guard */ inFlight === undefined ? finish(lineage, 'abandoned') : moveTo(lineage, inFlight);
    }
    case 'awaitingOutcome':
      if (/* guard */ newest.attempt === 0) return finish(lineage, 'abandoned');
      return moveTo(lineage, { name: 'abandoning', changeSetId: newest.changeSetId });
    case 'diagnosing':
    case 'backingOff':
    case 'awaitingBlocker':
      // After a reset an earlier run may have submitted what this one is about to.
      return moveTo(lineage, { name: 'abandoning' });
    case 'abandoning':
    case 'ended':
      return stay(before);
  }
}

/** Takes an operator's command; one that makes no sense now changes nothing. */
export function onCommand(before: ChangeSetCase, message: Given, context: TransitionContext): Transition {
  if (/* guard */ givenRefusal(message, before) !== undefined) return stay(before);
  const { phase } = before;
  const about = message.type === 'approve' ? knownValues(before) : {};
  const lineage = recorded(before, message.type, { ...message.command, ...about }, context.nowMs);
  switch (message.type) {
    case 'retry':
      return onRetry(lineage);
    case 'approve':
      return onApprove(lineage);
    case 'abandon':
      return onAbandon(lineage);
    case 'amend': {
      const read = readAmendments(message.command.changes, before.diagnosis);
      if (phase.name !== 'awaitingDecision' || 'problem' in read) return stay(before);
      const proposal: Proposal = {
        amendments: read.amendments,
        by: message.command.actor,
        at: new Date(context.nowMs).toISOString(),
        ...defined({ mustBeNamed: message.mustBeNamed === true || undefined }),
      };
      return moveTo(lineage, { ...takenUp(phase, context), proposal });
    }
    case 'resolve': {
      const { actor, changeSetId } = message.command;
      const where = changeSetId === undefined ? 'elsewhere' : `by ${changeSetId}`;
      return finish(noted(lineage, `Settled ${where}, as ${actor} says.`), 'resolvedElsewhere');
    }
  }
}

/** When something is due while an operator is asked, in milliseconds since the epoch. */
export function nextDueMs(phase: PhaseOf<'awaitingDecision'>, { policy }: Pick<TransitionContext, 'policy'>): number {
  const silent = phase.reason.kind === 'modeObserve' || /* guard: false */ phase.quiet;
  const remindMs = silent ? undefined : reminderMs(phase, policy);
  return Math.min(
    expiryMs(phase, policy),
    phase.repeatAtMs ?? Number.POSITIVE_INFINITY,
    remindMs ?? Number.POSITIVE_INFINITY,
  );
}

/** Time has passed while an operator is asked: reminds, submits row 10's one repeat, or closes the question. */
export function onClock(lineage: ChangeSetCase, context: TransitionContext): Transition {
  const { phase } = lineage;
  if (phase.name !== 'awaitingDecision' || /* guard */ context.nowMs < nextDueMs(phase, context)) return stay(lineage);
  if (phase.repeatAtMs !== undefined && context.nowMs >= phase.repeatAtMs)
    return submitNext({ ...lineage, spreadingRepeated: true }, 'policy');
  if (context.nowMs >= expiryMs(phase, context.policy)) {
    const inFlight = leftInFlight(lineage);
    return /* guard */ inFlight === undefined
      ? finish(lineage, 'expired')
      : moveTo({ ...lineage, pendingEnd: /* guard: undefined */ 'expired' }, inFlight);
  }
  const asked = reminded(phase, context.nowMs);
  return {
    state: notified({ ...lineage, phase: asked }),
    notices: [reminderNotice(lineage, phase.reason, asked.remindersSent, context)],
  };
}

/**
 * The entities changed while an operator was asked: that settles the matter, or operators get a notice. A successor of
 * this lineage becomes a member first, and decides what follows.
 */
export function onWorkElsewhere(
  before: ChangeSetCase,
  concurrentChanges: ConcurrentChanges,
  compared?: readonly string[],
): Transition {
  const { phase } = before;
  if (/* guard */ phase.name !== 'awaitingDecision') return stay(before);
  const lineage = withCompared(withKnown(before, concurrentChanges), compared);
  const found = /* guard: undefined */ followOwn(lineage, concurrentChanges.own);
  if (found !== undefined) return found;
  const settling = concurrentChanges.newerSuccesses.find(
    (newer) => covers(newer) && !before.known.includes(newer.changeSetId),
  );
  if (settling !== undefined && leftInFlight(before) === undefined) {
    const note = `AWS applied ${nameOf(settling)}, ${meaningOf(settling)}.`;
    return finish(noted(lineage, note), 'resolvedElsewhere');
  }
  const news = lineage.known.filter((id) => !before.known.includes(id));
  if (news.length === 0) return stay(lineage);
  const sentences = newsOf(concurrentChanges, news);
  const doubt = phase.reason.kind === 'submitUnknown' ? ' It may be the attempt itself.' : '';
  const watchedOn = moveTo(noted(lineage, `${sentences.join(' ')}${doubt}`), { ...phase });
  if (phase.quiet) return watchedOn;
  return { ...watchedOn, notices: [elsewhereNotice(lineage, news, sentences)] };
}

/** The difference that a proposal makes is computed. */
export function onDifference(lineage: ChangeSetCase, difference: readonly string[]): Transition {
  const { phase } = lineage;
  return phase.name === 'awaitingDecision' && /* guard: true */ phase.proposal !== undefined
    ? moveTo(lineage, { ...phase, proposal: { ...phase.proposal, difference } })
    : stay(lineage);
}
