import { classesOf, entityFamily, type ChangeClass } from './changeTypes.ts';
import type { ChangeSetPolicy } from './defaults.ts';
import type { Diagnosis, DiagnosedChange } from './findings.ts';
import { fitsMarker } from './lineage.ts';

/** What the table looks at: one diagnosed change set, and where its lineage stands. */
export interface DecisionFacts {
  readonly diagnosis: Diagnosis;
  /** The FailureCode that the event carried, where there was an event. */
  readonly eventFailureCode?: string;
  readonly foreignMarker: boolean;
  readonly originId: string;
  readonly automaticSubmits: number;
  readonly policy: ChangeSetPolicy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What is to be done, by which row of the table, and why in a sentence that an operator reads. */
export type Decision = { readonly row: number; readonly sentence: string } & (
  | { readonly act: 'end'; readonly end: 'succeeded' | 'cancelled' | 'reported' }
  | { readonly act: 'awaitOutcome' }
  | { readonly act: 'person' }
  | { readonly act: 'retry'; readonly delayMs: number }
);

/**
 * Codes whose cause lies outside the request, in permissions and profiles that take time to spread: the same input can
 * pass once somebody has put the cause right.
 */
const permissionsSpreading = new Set([
  'ASSET_NOT_FOUND',
  'ASSET_ACCESS_EXCEPTION',
  'IMAGE_INACCESSIBLE',
  'MISSING_SELLER_PROFILE_INFORMATION',
  'INCOMPATIBLE_SELLER_VERIFICATION',
  'INVALID_TAX_INFORMATION',
]);

type Row = (facts: DecisionFacts) => Decision | undefined;

const person = (row: number, sentence: string): Decision => ({ row, sentence, act: 'person' });

/** Every error code of every change, each once. */
export function errorCodes(diagnosis: Diagnosis): readonly string[] {
  return [...new Set(diagnosis.changes.flatMap((change) => change.errors.map(({ code }) => code)))];
}

function classes(change: DiagnosedChange): readonly ChangeClass[] | undefined {
  return classesOf(change.entityType, change.changeType);
}

function naming(changes: readonly DiagnosedChange[]): string {
  return [...new Set(changes.map(({ changeType, entityType }) => `${changeType} on ${entityType}`))].join(', ');
}

/** Event and description must not contradict each other: where they do, neither is believed. */
function failureCode({ diagnosis, eventFailureCode }: DecisionFacts): string | undefined {
  const told = diagnosis.failureCode ?? eventFailureCode;
  return eventFailureCode === undefined || told === eventFailureCode ? told : undefined;
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
      return person(1, `AWS shows the status ${diagnosis.status ?? 'nothing'}, which is not known here.`);
  }
};

const validateOnly: Row = ({ diagnosis }) =>
  diagnosis.intent === 'VALIDATE'
    ? { row: 5, sentence: 'It was a validation only; its verdict is the result.', act: 'end', end: 'reported' }
    : undefined;

const notToBeRepeated: Row = ({ diagnosis, policy }) => {
  const { changes } = diagnosis;
  if (changes.some(({ entityType }) => entityFamily(entityType) === 'Experience')) {
    return person(6, 'It changes a private marketplace; a repeat could open or close what was decided since.');
  }
  const unknown = changes.filter((change) => classes(change) === undefined);
  if (unknown.length > 0) return person(6, `It holds changes that are not known here: ${naming(unknown)}.`);
  const guarded = changes.filter((change) => classes(change)?.some((one) => policy.protectedClasses.includes(one)));
  if (guarded.length > 0) return person(6, `It holds changes of a protected class: ${naming(guarded)}.`);
  return changes.length === 0
    ? person(6, 'AWS shows no changes in it, so nothing can be said of a repeat.')
    : undefined;
};

const outdated: Row = ({ diagnosis, foreignMarker, originId, policy, nowMs }) => {
  if (foreignMarker) return person(7, 'Its name carries the marker of a lineage that it does not belong to.');
  if (!fitsMarker(originId)) {
    return person(7, 'Its id is too long for the marker of a successor.');
  }
  const endMs = Date.parse(diagnosis.endTime ?? '');
  if (Number.isNaN(endMs)) return person(7, 'AWS shows no end time, so its age is not known.');
  if (nowMs - endMs > policy.freshForMs) {
    return person(7, `It failed more than ${Math.round(policy.freshForMs / 3_600_000)} hours ago.`);
  }
  const stale = diagnosis.changes.flatMap((change) => change.stale);
  return stale.length > 0 ? person(7, `Its contents have gone stale: ${stale.join('; ')}.`) : undefined;
};

const serverFault: Row = (facts) => {
  const { diagnosis, automaticSubmits, policy } = facts;
  if (failureCode(facts) !== 'SERVER_FAULT' || errorCodes(diagnosis).length > 0) return undefined;
  const landing = diagnosis.changes.filter((change) => !classes(change)?.every((one) => one === 'set'));
  if (landing.length > 0) {
    return person(9, `AWS failed while it worked on ${naming(landing)}; parts may have landed already.`);
  }
  const delayMs = policy.retryBackOffMs[automaticSubmits];
  return delayMs === undefined
    ? person(8, `AWS failed again after ${automaticSubmits} automatic attempts.`)
    : { row: 8, sentence: 'AWS reports a fault of its own (SERVER_FAULT).', act: 'retry', delayMs };
};

const permissions: Row = (facts) => {
  const codes = errorCodes(facts.diagnosis);
  const spreading = codes.length > 0 && codes.every((code) => permissionsSpreading.has(code));
  return failureCode(facts) === 'CLIENT_ERROR' && spreading
    ? person(10, `AWS could not reach something that the request names (${codes.join(', ')}).`)
    : undefined;
};

const everythingElse = (facts: DecisionFacts): Decision => {
  const codes = errorCodes(facts.diagnosis);
  const code = failureCode(facts) ?? 'no failure code that can be relied on';
  return person(11, `AWS gives ${code}${codes.length > 0 ? ` with ${codes.join(', ')}` : ' and names no error'}.`);
};

/**
 * The decision table: rows in order, the first that holds wins.
 * Rows 2 to 4 need a look at other change sets of the same entities; what row 9 or 10 would do by itself goes to a
 * person (docs/architecture.md).
 */
export function decide(facts: DecisionFacts): Decision {
  const rows: readonly Row[] = [vendorSaysOtherwise, validateOnly, notToBeRepeated, outdated, serverFault, permissions];
  for (const row of rows) {
    const decision = row(facts);
    if (decision !== undefined) return decision;
  }
  return everythingElse(facts);
}
