import { aboutEntityType, entityFamily, knowledgeOf, type ChangeClass } from './changeTypes.ts';
import { explain } from './errorCodes.ts';
import type { DiagnosedChange, Diagnosis, OtherChangeSet } from './contract.ts';
import { covers, fitsMarker } from './lineage.ts';
import { changedElsewhere, failed, meaningsOf, otherWork, runs, succeeded } from './newer.ts';
import type { ChangeSetCase, TransitionContext } from './state.ts';

/** What the table goes by: one diagnosed change set, and its lineage. */
export interface DecisionFacts
  extends
    Pick<ChangeSetCase, 'foreignMarker' | 'originId' | 'automaticSubmits' | 'spreadingRepeated' | 'foundBy'>,
    TransitionContext {
  readonly diagnosis: Diagnosis;
  /** The FailureCode that the event carried, where there was an event. */
  readonly eventFailureCode?: string;
  /** True where a submit was under way, or an operator wants one: it goes out unless rows 2 to 4 keep it back. */
  readonly submitDue?: boolean;
}

/** What to do, by which row of the table, and why in a sentence for operators. */
export type Decision = { readonly row: number; readonly sentence: string } & (
  | { readonly act: 'end'; readonly end: 'succeeded' | 'cancelled' | 'reported' | 'superseded' }
  | { readonly act: 'awaitOutcome' }
  /** Another change set runs on the same entities: the lineage waits for it, and then checks again. */
  | { readonly act: 'awaitBlocker'; readonly blocker: OtherChangeSet }
  /** With `repeatInMs`, the change set is submitted again after that time, unless the operator answers first. */
  | { readonly act: 'operator'; readonly repeatInMs?: number }
  | { readonly act: 'retry'; readonly delayMs: number }
);

type Row = (facts: DecisionFacts) => Decision | undefined;

const operator = (row: number, sentence: string): Decision => ({ row, sentence, act: 'operator' });

/** Every error code of every change, each once. */
export function errorCodes(diagnosis: Diagnosis): readonly string[] {
  return [...new Set(diagnosis.changes.flatMap((change) => change.errors.map(({ code }) => code)))];
}

/** A code in a text: AWS may give a message without one. */
export function shownCode(code: string): string {
  return code === '' ? 'no code' : code;
}

function classes(change: DiagnosedChange): readonly ChangeClass[] | undefined {
  return knowledgeOf(change.entityType, change.changeType)?.classes;
}

function naming(changes: readonly DiagnosedChange[]): string {
  return [...new Set(changes.map(({ changeType, entityType }) => `${changeType} on ${entityType}`))].join(', ');
}

/** Where the event and the description contradict each other, neither counts. */
function failureCode({ diagnosis, eventFailureCode }: DecisionFacts): string | undefined {
  const code = diagnosis.failureCode ?? eventFailureCode;
  return eventFailureCode === undefined || code === eventFailureCode ? code : undefined;
}

const vendorSaysOtherwise: Row = ({ diagnosis }) => {
  switch (diagnosis.status) {
    case 'SUCCEEDED':
      return { row: 1, sentence: 'AWS shows this change set as succeeded.', act: 'end', end: 'succeeded' };
    case 'CANCELLED':
      return { row: 1, sentence: 'AWS shows this change set as cancelled.', act: 'end', end: 'cancelled' };
    case 'PREPARING':
    case 'APPLYING':
      return { row: 1, sentence: `AWS shows this change set as running (${diagnosis.status}).`, act: 'awaitOutcome' };
    case 'FAILED':
      return undefined;
    default:
      return operator(1, `AWS shows an unknown status: ${diagnosis.status ?? 'none'}.`);
  }
};

const newerSuccess: Row = ({ diagnosis: { concurrentChanges } }) => {
  if (concurrentChanges === undefined) return undefined;
  const { newerSuccesses, externalChanges } = concurrentChanges;
  if (newerSuccesses.length > 0) {
    return operator(2, succeeded(newerSuccesses));
  }
  return externalChanges.length === 0 ? undefined : operator(2, changedElsewhere(externalChanges));
};

const newerFailure: Row = ({ diagnosis: { concurrentChanges } }) => {
  const failures = concurrentChanges?.newerFailures ?? [];
  const covering = failures.filter((one) => covers(one) && one.closed === undefined);
  if (covering.length > 0) {
    const sentence = `A newer change set has failed too, and takes its place: ${meaningsOf(covering)}.`;
    return { row: 3, sentence, act: 'end', end: 'superseded' };
  }
  return failures.length === 0 ? undefined : operator(3, failed(failures));
};

const runningWork: Row = ({ diagnosis: { concurrentChanges } }) => {
  const [blocker] = concurrentChanges?.running ?? [];
  return blocker && { row: 4, sentence: runs([blocker]), act: 'awaitBlocker', blocker };
};

const validateOnly: Row = ({ diagnosis }) =>
  diagnosis.intent === 'VALIDATE'
    ? { row: 5, sentence: 'It only validated; the verdict is the result.', act: 'end', end: 'reported' }
    : undefined;

/** The changes that are never submitted again without an operator. */
export function protectedChanges(
  { changes }: Pick<Diagnosis, 'changes'>,
  { protectedClasses }: Pick<DecisionFacts['policy'], 'protectedClasses'>,
): readonly DiagnosedChange[] {
  return changes.filter((change) => classes(change)?.some((one) => protectedClasses.includes(one)));
}

const notToBeRepeated: Row = ({ diagnosis, policy }) => {
  const { changes } = diagnosis;
  if (changes.some(({ entityType }) => entityFamily(entityType) === 'Experience')) {
    return operator(6, 'It changes a private marketplace; a repeat could undo what was decided since.');
  }
  const unknown = changes.filter((change) => classes(change) === undefined);
  if (unknown.length > 0) {
    const about = new Set(unknown.flatMap(({ entityType }) => aboutEntityType(entityType) ?? []));
    return operator(6, [`It holds unknown changes: ${naming(unknown)}.`, ...about].join(' '));
  }
  const guarded = protectedChanges(diagnosis, policy);
  if (guarded.length > 0) return operator(6, `It holds changes of a protected class: ${naming(guarded)}.`);
  return changes.length === 0
    ? operator(6, 'AWS shows no changes in it, so it is unknown what a repeat would do.')
    : undefined;
};

/** Until when a failure is fresh, in milliseconds since the epoch; undefined where AWS shows no end of it. */
export function freshUntilMs(
  { endTime }: Pick<Diagnosis, 'endTime'>,
  { freshForMs }: Pick<DecisionFacts['policy'], 'freshForMs'>,
): number | undefined {
  const endMs = Date.parse(endTime ?? '');
  return Number.isNaN(endMs) ? undefined : endMs + freshForMs;
}

const outdated: Row = ({ diagnosis, foreignMarker, originId, policy, nowMs }) => {
  if (foreignMarker) return operator(7, 'Its name carries the marker of a lineage that it does not belong to.');
  if (!fitsMarker(originId)) {
    return operator(7, 'Its id is too long for the marker of a successor.');
  }
  const untilMs = freshUntilMs(diagnosis, policy);
  if (untilMs === undefined) return operator(7, 'AWS shows no end time, so its age is unknown.');
  if (nowMs > untilMs) {
    return operator(7, `It failed more than ${Math.round(policy.freshForMs / 3_600_000)} hours ago.`);
  }
  const revisions = (diagnosis.concurrentChanges?.staleRevisions ?? []).map(
    ({ entityId, made, latest }) => `${entityId} was changed at revision ${made} and is at ${latest} now`,
  );
  const stale = [...diagnosis.changes.flatMap((change) => change.stale), ...revisions];
  return stale.length > 0 ? operator(7, `Its contents are out of date: ${stale.join('; ')}.`) : undefined;
};

/** Rows 8 and 9: what AWS itself got wrong. */
const serverFault: Row = (facts) => {
  const { diagnosis, automaticSubmits, policy } = facts;
  if (failureCode(facts) !== 'SERVER_FAULT' || errorCodes(diagnosis).length > 0) return undefined;
  const landing = diagnosis.changes.filter((change) => !classes(change)?.every((one) => one === 'set'));
  const row = landing.length > 0 ? 9 : 8;
  const created = diagnosis.concurrentChanges?.created;
  if (landing.length > 0 && diagnosis.concurrentChanges === undefined) {
    return operator(9, `AWS failed while it worked on ${naming(landing)}; partial effects could not be checked.`);
  }
  if (created?.found === 'something') {
    return operator(
      9,
      `AWS failed while it worked on ${naming(landing)}; there may be partial effects: ${created.evidence}.`,
    );
  }
  const delayMs = policy.retryBackOffMs[automaticSubmits];
  if (delayMs === undefined) return operator(row, `AWS failed again after ${automaticSubmits} automatic attempts.`);
  const nothing = landing.length > 0 ? ' It had no partial effects.' : '';
  return { row, sentence: `AWS reports a fault of its own (SERVER_FAULT).${nothing}`, act: 'retry', delayMs };
};

/** Where one of rows 2 and 3 would keep the repeat back, none is promised. */
const permissions: Row = (facts) => {
  const codes = errorCodes(facts.diagnosis);
  const spreading = codes.length > 0 && codes.every((code) => explain(code).spreading);
  if (failureCode(facts) !== 'CLIENT_ERROR' || !spreading) return undefined;
  const asked = operator(10, `AWS could not reach something that the request names (${codes.join(', ')}).`);
  // Permissions take some minutes to take effect: the same input may pass after somebody granted them.
  const repeats = !facts.spreadingRepeated && !newerSuccess(facts) && !newerFailure(facts);
  return repeats ? { ...asked, repeatInMs: facts.policy.spreadingRepeatMs } : asked;
};

const everythingElse = (facts: DecisionFacts): Decision => {
  const codes = errorCodes(facts.diagnosis);
  const code = failureCode(facts) ?? 'no reliable failure code';
  return operator(
    11,
    `AWS gives ${code}${codes.length > 0 ? ` with ${codes.map(shownCode).join(', ')}` : ' and names no error'}.`,
  );
};

/** What a submit has to yield to: rows 2 to 4. */
const bindingRows: readonly Row[] = [newerSuccess, newerFailure, runningWork];
/** What is decided by the change set itself: rows 6 to 11. */
const laterRows: readonly Row[] = [notToBeRepeated, outdated, serverFault, permissions];

function firstThatHolds(rows: readonly Row[], facts: DecisionFacts): Decision | undefined {
  return rows.reduce<Decision | undefined>((decided, row) => decided ?? row(facts), undefined);
}

/** When a decision submits automatically, in milliseconds from now; undefined where it does not. */
export function submitsInMs(decision: Decision): number | undefined {
  if (decision.act === 'retry') return decision.delayMs;
  return decision.act === 'operator' ? decision.repeatInMs : undefined;
}

/** Of all failed edits in a past that a backfill reads, only the newest is a question: its own workflow asks it. */
const supersededInThePast: Row = (facts) => {
  if (facts.foundBy === undefined || newerSuccess(facts) !== undefined) return undefined;
  const decision = newerFailure(facts);
  return decision?.act === 'end' ? decision : undefined;
};

/**
 * The decision table. Row 1 and row 5 (a validation) come first. Rows 2 to 4 only hold back a submit: that of row 8 or 9, or
 * one that was due. Whatever else is decided goes to an operator at once, with what rows 2 to 4 found in the same text; so
 * does row 10, whose later repeat is checked when it is due. Only in what a backfill found does row 3 end the rest too.
 */
export function decide(facts: DecisionFacts): Decision {
  const settled = firstThatHolds([vendorSaysOtherwise, validateOnly, supersededInThePast], facts);
  if (settled !== undefined) return settled;
  const own = firstThatHolds(laterRows, facts) ?? everythingElse(facts);
  const wouldSubmit = facts.submitDue === true || own.act === 'retry';
  const bound = wouldSubmit ? firstThatHolds(bindingRows, facts) : undefined;
  return bound ?? { ...own, sentence: [own.sentence, ...otherWork(facts.diagnosis.concurrentChanges)].join(' ') };
}
