import type { CommandInput } from '../../shared/operatorCommands.ts';
import type { Notice } from '../../shared/notices.ts';
import { isQuiet, notified } from './backfilled.ts';
import type { ChangeSetPolicy } from '../defaults.ts';
import {
  knownWork,
  type Amendment,
  type Diagnosis,
  type LineageFindings,
  type OutcomeFound,
  type SubmitResult,
  type ConcurrentChanges,
} from '../findings.ts';
import type { ChangeSetOutcomeMessage, ResolveCommand } from '../contract.ts';
import { endingNotice, openingNotice } from '../notices.ts';
import type { ChangeSetCase, LineageEnd, Member, DecisionReason, Phase } from '../state.ts';

/** What can happen to a lineage: events, findings of activities, elapsed timers, operators's commands. */
export type LineageMessage =
  | { readonly type: 'outcome'; readonly message: ChangeSetOutcomeMessage }
  | { readonly type: 'outcomeFound'; readonly found: OutcomeFound }
  | { readonly type: 'outcomeMissing'; readonly sentence: string }
  | { readonly type: 'inspected'; readonly findings: LineageFindings }
  | { readonly type: 'diagnosed'; readonly diagnosis: Diagnosis }
  | { readonly type: 'checkFailed'; readonly sentence: string; readonly originUnknown?: true }
  | { readonly type: 'backOffElapsed' }
  | { readonly type: 'unblocked' }
  | { readonly type: 'blockerRemains' }
  | { readonly type: 'submitAnswered'; readonly result: SubmitResult }
  | { readonly type: 'submitFailed'; readonly outcomeKnown: boolean; readonly sentence: string }
  /** What operators should read: an effect that could not be sent, a signal that makes no sense. */
  | { readonly type: 'noted'; readonly sentence: string }
  /** While an operator is awaited: the earliest of reminder, repeat (row 10) and end has come. */
  | { readonly type: 'clock' }
  | { readonly type: 'workElsewhere'; readonly concurrentChanges: ConcurrentChanges }
  | { readonly type: 'differenceComputed'; readonly lines: readonly string[] }
  | { readonly type: 'retry' | 'approve' | 'abandon'; readonly command: CommandInput }
  | { readonly type: 'amend'; readonly command: CommandInput; readonly amendments: readonly Amendment[] }
  | { readonly type: 'resolve'; readonly command: ResolveCommand };

/** What is to be sent, beside the work that the phase itself stands for. */
export type LineageEffect =
  | { readonly type: 'notify'; readonly notice: Notice }
  | { readonly type: 'deliverOutcome'; readonly message: ChangeSetOutcomeMessage };

/** The state after a message, and what it makes the workflow send. */
export interface Transition {
  readonly lineage: ChangeSetCase;
  readonly effects: readonly LineageEffect[];
}

/** What a transition may know beside the state: the policy values and the time of the message. */
export interface TransitionContext {
  readonly policy: ChangeSetPolicy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Notes that are kept; what is older can be read in the history. */
const keptNotes = 50;
/** Identities of other operators's work that are kept. */
const keptKnown = 200;

/** Nothing to send. */
export const stay = (lineage: ChangeSetCase): Transition => ({ lineage, effects: [] });

/** Goes to another phase, with nothing to send. */
export const moveTo = (lineage: ChangeSetCase, phase: Phase): Transition => stay({ ...lineage, phase });

/** Adds a note for operators, once. */
export function noted(lineage: ChangeSetCase, note: string): ChangeSetCase {
  return lineage.notes.includes(note) ? lineage : { ...lineage, notes: [...lineage.notes, note].slice(-keptNotes) };
}

/** Remembers other operators's work as told, so that only what comes beyond it is news. */
export function told(lineage: ChangeSetCase, concurrentChanges: ConcurrentChanges | undefined): ChangeSetCase {
  if (concurrentChanges === undefined) return lineage;
  const known = [...new Set([...lineage.known, ...knownWork(concurrentChanges)])].slice(-keptKnown);
  return { ...lineage, known };
}

/** Forgets how long the way was barred: the wait is over. */
export function unbarred(lineage: ChangeSetCase): ChangeSetCase {
  const { barred: _barred, ...rest } = lineage;
  return rest;
}

/** Closes the lineage. Where operators were told of it, they are told of its end. */
export function finish(lineage: ChangeSetCase, end: LineageEnd): Transition {
  const ended: ChangeSetCase = { ...lineage, phase: { name: 'ended', end } };
  const notice = endingNotice(ended, end);
  return { lineage: ended, effects: /* guard */ notice ? [{ type: 'notify', notice }] : [] };
}

/**
 * Hands the lineage to an operator, with one notice where no backfill's digest tells of it.
 * @param repeatInMs row 10: when it is sent again unless the operator was quicker.
 */
export function requestDecision(
  lineage: ChangeSetCase,
  reason: DecisionReason,
  { nowMs }: TransitionContext,
  repeatInMs?: number,
): Transition {
  const quiet = isQuiet(lineage, reason);
  const asking: ChangeSetCase = {
    ...unbarred(told(lineage, lineage.diagnosis?.concurrentChanges)),
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
  return { lineage: notified(asking), effects: [{ type: 'notify', notice: openingNotice(asking, reason) }] };
}

/** Runs steps one after another over the state and gathers what they send. */
export function inOrder(
  lineage: ChangeSetCase,
  steps: ReadonlyArray<(current: ChangeSetCase) => Transition>,
): Transition {
  return steps.reduce<Transition>((before, step) => {
    const after = step(before.lineage);
    return { lineage: after.lineage, effects: [...before.effects, ...after.effects] };
  }, stay(lineage));
}

/** Replaces one member of the lineage. */
export function withMember(lineage: ChangeSetCase, changed: Member): ChangeSetCase {
  const replace = (member: Member): Member =>
    /* guard */ member.changeSetId === changed.changeSetId ? changed : member;
  const [origin, ...successors] = lineage.members;
  return { ...lineage, members: [replace(origin), ...successors.map(replace)] };
}
