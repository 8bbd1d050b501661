import { audit, carriedReader } from '../shared/carried.ts';
import {
  checkedElsewhere,
  either,
  flag,
  list,
  listFrom1,
  members,
  number,
  oneOf,
  optional,
  text,
  variants,
} from '../shared/shapes.ts';
import type { Amendment, ChangeSetOutcomeMessage, Diagnosis, FoundBy, OtherChangeSet } from './contract.ts';
import type { ChangeSetCase, DecisionReason, Member, Phase, PhaseOf, Proposal, Replanned } from './state.ts';

const authority = oneOf('policy', 'operator');
const amendments = list(members<Amendment>({ index: number, details: text }));

const reason = members<DecisionReason>({
  kind: oneOf(
    'decision',
    'modeObserve',
    'modeApprove',
    'dailyCap',
    'blockerRemains',
    'submitRefused',
    'submitUnknown',
    'outcomeMissing',
    'checkFailed',
  ),
  row: optional(number),
  sentence: text,
  retryLeadsTo: oneOf('submit', 'wait', 'inspect'),
  submitPending: optional(oneOf(true)),
  heldBack: optional(
    members<NonNullable<DecisionReason['heldBack']>>({ attempt: number, atMs: number, row: optional(number) }),
  ),
  originUnknown: optional(oneOf(true)),
});

const afterwards = either(
  members<{ readonly name: 'diagnosing' }>({ name: oneOf('diagnosing') }),
  members<{ readonly name: 'submitting'; readonly authority: 'policy' | 'operator' }>({
    name: oneOf('submitting'),
    authority,
  }),
);

const phase = variants<'name', Phase>('name', {
  inspecting: members<PhaseOf<'inspecting'>>({ name: oneOf('inspecting') }),
  diagnosing: members<PhaseOf<'diagnosing'>>({ name: oneOf('diagnosing'), changeSetId: text }),
  awaitingOutcome: members<PhaseOf<'awaitingOutcome'>>({
    name: oneOf('awaitingOutcome'),
    changeSetId: text,
    submitted: optional(oneOf(true)),
  }),
  backingOff: members<PhaseOf<'backingOff'>>({ name: oneOf('backingOff'), attempt: number, delayMs: number }),
  submitting: members<PhaseOf<'submitting'>>({ name: oneOf('submitting'), attempt: number, authority }),
  awaitingBlocker: members<PhaseOf<'awaitingBlocker'>>({
    name: oneOf('awaitingBlocker'),
    sentence: text,
    blocker: optional(members<OtherChangeSet>({ changeSetId: text, name: optional(text), startTime: optional(text) })),
    sinceMs: number,
    round: number,
    afterwards,
  }),
  awaitingDecision: members<PhaseOf<'awaitingDecision'>>({
    name: oneOf('awaitingDecision'),
    reason,
    askedAtMs: number,
    remindersSent: number,
    repeatAtMs: optional(number),
    replanned: optional(
      members<Replanned>({ passed: number, remindedAtMs: optional(number), expiresAtMs: number, sentBefore: number }),
    ),
    quiet: optional(oneOf(true)),
    proposal: optional(
      members<Proposal>({
        amendments,
        by: text,
        at: optional(text),
        mustBeNamed: optional(oneOf(true)),
        difference: optional(list(text)),
      }),
    ),
  }),
  abandoning: members<PhaseOf<'abandoning'>>({ name: oneOf('abandoning'), changeSetId: optional(text) }),
  ended: members<PhaseOf<'ended'>>({
    name: oneOf('ended'),
    end: oneOf(
      'succeeded',
      'remediated',
      'resolvedElsewhere',
      'superseded',
      'reported',
      'cancelled',
      'abandoned',
      'expired',
    ),
  }),
});

const member = members<Member>({
  attempt: number,
  changeSetId: text,
  outcome: optional(oneOf('SUCCEEDED', 'FAILED', 'CANCELLED')),
  failureCode: optional(text),
  eventName: optional(text),
});

/** Reads what a run before has carried. */
export const readLineage = carriedReader<ChangeSetCase>(
  'changeSetRemediation',
  1,
  members<ChangeSetCase>({
    version: oneOf(1),
    account: text,
    catalog: text,
    originId: text,
    foreignMarker: flag,
    foundBy: optional(members<FoundBy>({ backfillId: text, act: oneOf('propose', 'policy') })),
    reportSuccess: optional(oneOf(true)),
    notified: optional(oneOf(true)),
    pendingEnd: optional(oneOf('abandoned', 'expired')),
    phase,
    phaseSinceMs: optional(number),
    reportedWaits: optional(list(text)),
    members: listFrom1(member),
    originName: optional(text),
    originStartTime: optional(text),
    diagnosis: optional(checkedElsewhere<Diagnosis>()),
    unclaimed: list(checkedElsewhere<ChangeSetOutcomeMessage>()),
    disowned: optional(list(text)),
    automaticSubmits: number,
    spreadingRepeated: flag,
    known: list(text),
    heard: optional(list(text)),
    amendments,
    blocked: optional(members<NonNullable<ChangeSetCase['blocked']>>({ sinceMs: number, round: number })),
    decisionsRequested: number,
    questions: optional(list(text)),
    firstRunId: optional(text),
    seen: list(text),
    audit,
    notes: list(text),
  }),
);
