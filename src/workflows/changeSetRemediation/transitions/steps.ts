import { noted, stay } from '../../shared/transition.ts';
import { isQuiet, notified } from './backfilled.ts';
import type { Authority, ConcurrentChanges, LineageEnd, OtherChangeSet } from '../contract.ts';
import { losesEntityTags, submittedWithoutEntityTags } from '../entityTags.ts';
import { questionIdentity, withQuestion } from '../identities.ts';
import { knownWork } from '../lineage.ts';
import { endingNotice, openingNotice } from '../notices.ts';
import { reportsSuccess } from './success.ts';
import {
  newestMember,
  nextAttempt,
  type ChangeSetCase,
  type DecisionReason,
  type Member,
  type Phase,
  type PhaseOf,
  type Transition,
  type TransitionContext,
} from '../state.ts';

/** Identities of concurrent changes that are kept. */
const keptKnown = 200;

/** Goes to another phase, with nothing to send. */
export const moveTo = (lineage: ChangeSetCase, phase: Phase): Transition => stay({ ...lineage, phase });

/** Submits the next attempt. */
export const submitNext = (lineage: ChangeSetCase, authority: Authority): Transition =>
  moveTo(lineage, { name: 'submitting', attempt: nextAttempt(lineage), authority });

/** Remembers concurrent changes that operators were notified of, so that only what comes beyond them is new. */
export function withKnown(lineage: ChangeSetCase, concurrentChanges: ConcurrentChanges | undefined): ChangeSetCase {
  if (concurrentChanges === undefined) return lineage;
  const known = [...new Set([...lineage.known, ...knownWork(concurrentChanges)])].slice(-keptKnown);
  return { ...lineage, known };
}

/** Forgets the blocker: the wait is over. */
export function unblocked(lineage: ChangeSetCase): ChangeSetCase {
  const { blocked: _blocked, ...rest } = lineage;
  return rest;
}

/** Notes of a lineage with a successor what that one lacks of the original. */
export function withoutTags(lineage: ChangeSetCase): ChangeSetCase {
  return /* guard */ losesEntityTags(lineage.diagnosis) ? noted(lineage, submittedWithoutEntityTags) : lineage;
}

/** Closes the lineage, with a notice where operators were asked before. A success that a route takes is described first. */
export function finish(lineage: ChangeSetCase, end: LineageEnd): Transition {
  const state: ChangeSetCase = { ...lineage, phase: { name: 'ended', end } };
  const notice = endingNotice(state, end);
  const notices = /* guard */ notice ? [notice] : [];
  if (/* guard: true */ !reportsSuccess(state)) return { state, notices };
  return { state, notices, effects: [{ type: 'describeSuccess', changeSetId: newestMember(state).changeSetId }] };
}

/**
 * Asks an operator, with one notice where no backfill's digest reports it.
 * @param repeatInMs row 10: when it is submitted again, unless the operator answers first.
 */
export function requestDecision(
  lineage: ChangeSetCase,
  reason: DecisionReason,
  context: TransitionContext,
  repeatInMs?: number,
): Transition {
  const { nowMs } = context;
  const quiet = isQuiet(lineage, reason.kind);
  const asking: ChangeSetCase = {
    ...withQuestion(
      unblocked(withKnown(lineage, lineage.diagnosis?.concurrentChanges)),
      questionIdentity(lineage, reason),
    ),
    phase: {
      name: 'awaitingDecision',
      reason,
      askedAtMs: nowMs,
      remindersSent: 0,
      ...(repeatInMs === undefined ? {} : { repeatAtMs: nowMs + repeatInMs }),
      ...(quiet ? { quiet } : {}),
    },
    decisionsRequested: lineage.decisionsRequested + 1,
  };
  if (/* guard */ quiet) return stay(asking);
  return { state: notified(asking), notices: [openingNotice(asking, reason, context)] };
}

/** Waits for what is in the way; no attempt is used. Where a blocker is found again in one wait, the wait grows. */
export function awaitBlocker(
  lineage: ChangeSetCase,
  found: { sentence: string; blocker?: OtherChangeSet; afterwards: PhaseOf<'awaitingBlocker'>['afterwards'] },
  { nowMs }: TransitionContext,
): Transition {
  const before = lineage.blocked;
  const blocked = { sinceMs: before?.sinceMs ?? nowMs, round: (before?.round ?? 0) + 1 };
  return moveTo({ ...lineage, blocked }, { name: 'awaitingBlocker', ...blocked, ...found });
}

/** Runs steps one after another over the state and gathers what they send. */
export function inOrder(
  lineage: ChangeSetCase,
  steps: ReadonlyArray<(current: ChangeSetCase) => Transition>,
): Transition {
  return steps.reduce<Transition>((before, step) => {
    const after = step(before.state);
    return {
      state: after.state,
      notices: [...before.notices, ...after.notices],
      effects: [...(before.effects ?? []), ...(after.effects ?? [])],
    };
  }, stay(lineage));
}

/** Replaces one member of the lineage. */
export function withMember(lineage: ChangeSetCase, changed: Member): ChangeSetCase {
  const replace = (member: Member): Member =>
    /* guard */ member.changeSetId === changed.changeSetId ? changed : member;
  const [origin, ...successors] = lineage.members;
  return { ...lineage, members: [replace(origin), ...successors.map(replace)] };
}
