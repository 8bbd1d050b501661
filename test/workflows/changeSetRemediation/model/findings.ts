import type { ConcurrentChanges, Diagnosis } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { hasClaims } from '../../../../src/workflows/changeSetRemediation/transitions/claims.ts';
import type { ChangeSetCase, LineageMessage, Phase } from '../../../../src/workflows/changeSetRemediation/state.ts';
import { changeSetOf, givenUpInSilence, mayStayUnknown, outcomeOf, seenByWatch, type Truth } from './truth.ts';
import { idOf, type Vendor, type VendorSet } from './vendor.ts';

export const startedAt = '2026-11-01T11:00:00Z';
export const endedAt = '2026-11-01T12:00:00Z';
/** The operator of the model. */
const command = { actor: 'ann', reason: 'checked it' };

type Submitting = Extract<Phase, { name: 'submitting' }>;

/** What the activities of one run find: the vendor's truth at the moment of the answer. */
export interface Findings {
  /** What the work of a phase ends with; undefined where it stands still. */
  of(phase: Phase): LineageMessage | undefined;
  /** The same for a submit that the vendor has taken or not, whatever the truth says of its first submit. */
  learned(counts?: boolean): Extract<LineageMessage, { type: 'inspected' }>;
  diagnosed(set: VendorSet, counts: boolean): LineageMessage;
}

const concurrentChanges = {
  newerSuccesses: [],
  newerFailures: [],
  running: [],
  externalChanges: [],
  staleRevisions: [],
};

/** Successors that the vendor lists and the lineage does not know. */
function ownBeyond(vendor: Vendor, newest: number): Pick<ConcurrentChanges, 'own'> {
  const own = vendor.listed().filter(({ attempt }) => attempt > newest);
  if (own.length === 0) return {};
  return {
    own: own.map((set) => ({
      attempt: set.attempt,
      changeSetId: set.changeSetId,
      status: set.running ? 'APPLYING' : outcomeOf(set.truth.ending),
    })),
  };
}

function describe(vendor: Vendor, set: VendorSet, counts: boolean, newest: number): Diagnosis {
  const { status, failureCode, barred } = vendor.check(set, counts);
  return {
    changeSetId: set.changeSetId,
    status,
    name: set.name,
    intent: 'APPLY',
    startTime: startedAt,
    ...(failureCode === undefined ? {} : { failureCode }),
    ...(status === 'APPLYING' ? {} : { endTime: endedAt }),
    changes: [
      {
        changeType: vendor.creates ? 'CreateProduct' : 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        errors: [],
        stale: [],
      },
    ],
    ...(status === 'FAILED'
      ? {
          concurrentChanges: {
            ...concurrentChanges,
            ...ownBeyond(vendor, newest),
            running: barred ? [{ changeSetId: 'blocker' }] : [],
          },
        }
      : {}),
  };
}

function poll(vendor: Vendor, changeSetId: string): LineageMessage {
  const set = vendor.find(changeSetId);
  if (set === undefined) throw new Error(`${changeSetId} is waited for, and was never sent`);
  set.polls += 1;
  if (set.running && set.truth.missed && set.polls === 1) {
    return { type: 'outcomeMissing', sentence: 'the deadline has passed' };
  }
  vendor.complete(set);
  const outcome = outcomeOf(set.truth.ending);
  const code = outcome === 'FAILED' ? { failureCode: set.truth.ending } : {};
  return { type: 'outcomeFound', found: { changeSetId, outcome, startTime: startedAt, endTime: endedAt, ...code } };
}

function submit(truth: Truth, vendor: Vendor, { attempt, authority }: Submitting, first: boolean): LineageMessage {
  const { sending } = changeSetOf(truth, attempt);
  const taken = (): LineageMessage => {
    const known = vendor.sets.has(attempt);
    const { changeSetId } = vendor.accept(attempt);
    return { type: 'submitAnswered', result: { outcome: known ? 'adopted' : 'submitted', changeSetId } };
  };
  if (!first) return taken();
  switch (sending) {
    case 'answered':
      return taken();
    case 'answerLost':
      vendor.accept(attempt);
      return { type: 'submitFailed', outcomeKnown: false, sentence: 'the connection was cut' };
    case 'refused':
      return { type: 'submitFailed', outcomeKnown: true, sentence: 'refused' };
    case 'locked':
      return { type: 'submitAnswered', result: { outcome: 'locked', sentence: 'locked' } };
    case 'overtaken':
      return {
        type: 'submitAnswered',
        result: {
          outcome: 'overtaken',
          concurrentChanges: { ...concurrentChanges, running: [{ changeSetId: 'blocker' }] },
        },
      };
    case 'held':
      return authority === 'operator'
        ? taken()
        : { type: 'submitAnswered', result: { outcome: 'held', by: 'approve' } };
    case 'answeredWrongly':
      return { type: 'submitAnswered', result: { outcome: 'adopted', changeSetId: idOf(attempt - 1) } };
  }
}

/** What the watch shows of a successor that the lineage does not know of yet. */
function watch(vendor: Vendor, set: VendorSet): LineageMessage {
  vendor.complete(set);
  return {
    type: 'workElsewhere',
    concurrentChanges: { ...concurrentChanges, ...ownBeyond(vendor, set.attempt - 1) },
  };
}

function answer(
  truth: Truth,
  vendor: Vendor,
  phase: Extract<Phase, { name: 'awaitingDecision' }>,
  newest: number,
  pendingEnd: boolean,
): LineageMessage {
  const left: LineageMessage = givenUpInSilence(truth) ? { type: 'clock' } : { type: 'abandon', command };
  switch (phase.reason.kind) {
    case 'decision':
      return { type: changeSetOf(truth, newest).answer, command };
    case 'modeApprove':
      return { type: 'approve', command };
    case 'submitUnknown': {
      const { givingUp } = truth;
      const given = givingUp?.moment === 'answerLost' && givingUp.attempt === newest + 1;
      const set = seenByWatch(truth, newest + 1) ? vendor.sets.get(newest + 1) : undefined;
      if (set !== undefined) return watch(vendor, set);
      return given ? left : { type: 'retry', command };
    }
    case 'outcomeMissing':
    case 'checkFailed': {
      const moment = phase.reason.kind === 'checkFailed' ? 'checkFailed' : 'missed';
      const given = truth.givingUp?.moment === moment && !pendingEnd;
      const now = given && (moment === 'checkFailed' || truth.givingUp.attempt === newest);
      return now ? left : { type: 'retry', command };
    }
    default:
      return { type: 'retry', command };
  }
}

/** Which check fails, where one does: the first, or that for a submit which was given up while it ran. */
function failingCheck({ givingUp }: Truth): 'inspecting' | 'abandoning' {
  switch (givingUp?.moment) {
    case 'inspecting':
    case 'beforeAcceptance':
    case 'afterAcceptance':
    case 'answerLost':
      return 'abandoning';
    default:
      return 'inspecting';
  }
}

/**
 * Makes the findings of one run.
 * @param newest the attempt that the lineage knows as its newest.
 */
export function createFindings(
  truth: Truth,
  vendor: Vendor,
  newest: () => number,
  pendingEnd: () => boolean,
): Findings {
  const tried = new Set<number>();
  let failing = truth.checkFails;
  const origin = vendor.accept(0);
  const learned: Findings['learned'] = (counts = true) => {
    const successors = vendor.listed().map((set) => {
      const status = set.running || mayStayUnknown(truth, set.attempt) ? 'APPLYING' : outcomeOf(set.truth.ending);
      return { attempt: set.attempt, changeSetId: set.changeSetId, status };
    });
    return {
      type: 'inspected',
      findings: { origin: describe(vendor, origin, counts, Number.POSITIVE_INFINITY), successors },
    };
  };
  const diagnosed = (set: VendorSet, counts: boolean): LineageMessage => ({
    type: 'diagnosed',
    diagnosis: describe(vendor, set, counts, newest()),
  });
  const isFirst = (attempt: number): boolean => {
    const first = !tried.has(attempt);
    tried.add(attempt);
    if (attempt === vendor.hiddenAttempt()) vendor.showAll();
    return first;
  };
  const check = (phase: 'inspecting' | 'abandoning'): LineageMessage => {
    if (!failing || phase !== failingCheck(truth)) return learned();
    failing = false;
    return { type: 'checkFailed', sentence: 'the deadline has passed' };
  };
  return {
    learned,
    diagnosed,
    of(phase) {
      switch (phase.name) {
        case 'inspecting':
          return check('inspecting');
        case 'diagnosing':
          return diagnosed(vendor.find(phase.changeSetId) ?? origin, true);
        case 'awaitingOutcome':
          return poll(vendor, phase.changeSetId);
        case 'backingOff':
          return { type: 'backOffElapsed' };
        case 'submitting':
          return submit(truth, vendor, phase, isFirst(phase.attempt));
        case 'awaitingBlocker':
          return { type: 'unblocked' };
        case 'abandoning':
          return phase.changeSetId === undefined ? check('abandoning') : poll(vendor, phase.changeSetId);
        case 'awaitingDecision':
          return answer(truth, vendor, phase, newest(), pendingEnd());
        case 'ended':
          return undefined;
      }
    },
  };
}

/** Messages that make no sense now, as late findings, stray commands and spurious timers are. */
export function senseless(lineage: ChangeSetCase, findings: Findings, vendor: Vendor): readonly LineageMessage[] {
  const { phase } = lineage;
  const checksClaims = hasClaims(lineage);
  const inPhase = (...names: ReadonlyArray<Phase['name']>): boolean => names.includes(phase.name);
  const unless = (sensible: boolean, ...messages: readonly LineageMessage[]): readonly LineageMessage[] =>
    sensible ? [] : messages;
  const sets = [...vendor.sets.values()].filter(
    ({ changeSetId }) => phase.name !== 'diagnosing' || phase.changeSetId !== changeSetId,
  );
  const elsewhere = { ...concurrentChanges, externalChanges: [{ entityId: 'prod', revision: '9', at: endedAt }] };
  const stranger = { outcome: 'SUCCEEDED', startTime: startedAt, endTime: endedAt } as const;
  return [
    { type: 'outcomeFound', found: { changeSetId: 'stranger', ...stranger } },
    ...sets.map((set) => findings.diagnosed(set, false)),
    ...unless(inPhase('inspecting', 'abandoning') || checksClaims, findings.learned(false)),
    ...unless(inPhase('inspecting', 'diagnosing', 'abandoning') || checksClaims, {
      type: 'checkFailed',
      sentence: 'late',
    }),
    ...unless(inPhase('awaitingOutcome', 'abandoning'), { type: 'outcomeMissing', sentence: 'late' }),
    ...unless(!inPhase('awaitingDecision', 'ended'), { type: 'waitLasts', sentence: 'late' }),
    ...unless(inPhase('backingOff'), { type: 'backOffElapsed' }),
    ...unless(inPhase('awaitingBlocker'), { type: 'unblocked' }, { type: 'blockerRemains' }),
    ...unless(
      inPhase('submitting', 'abandoning'),
      { type: 'submitAnswered', result: { outcome: 'submitted', changeSetId: 'stranger' } },
      { type: 'submitAnswered', result: { outcome: 'locked', sentence: 'late' } },
    ),
    ...unless(inPhase('submitting'), { type: 'submitFailed', outcomeKnown: false, sentence: 'late' }),
    ...unless(
      inPhase('awaitingDecision'),
      { type: 'retry', command },
      { type: 'approve', command },
      { type: 'amend', command: { ...command, changes: [{ index: 0, details: '{}' }] } },
      { type: 'resolve', command },
      { type: 'workElsewhere', concurrentChanges: elsewhere },
    ),
    { type: 'clock' },
    { type: 'differenceComputed', lines: [] },
    ...unless(inPhase('ended'), { type: 'successDescribed', success: { changeSetId: 'stranger', changes: [] } }),
    ...unless(!inPhase('ended'), { type: 'abandon', command }),
  ];
}
