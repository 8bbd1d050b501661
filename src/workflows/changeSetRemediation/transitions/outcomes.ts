import { defined } from '../../../defined.ts';
import { remember } from '../../shared/seen.ts';
import { noted, stay } from '../../shared/transition.ts';
import type { ChangeSetOutcomeMessage, OutcomeFound } from '../contract.ts';
import { newestMember, successorsUnknown, type ChangeSetCase, type Member, type Transition } from '../state.ts';
import { delivering, mustWait } from './claims.ts';
import { finish, inOrder, moveTo, withMember } from './steps.ts';

/** What an event or a check reported of one member. */
type ReportedOutcome = Pick<OutcomeFound, 'changeSetId' | 'outcome' | 'failureCode'> &
  Pick<ChangeSetOutcomeMessage, 'changeSetName'>;

/** What follows from the outcome of the newest member. */
export function followOutcome(lineage: ChangeSetCase, newest: Member): Transition {
  if (/* guard */ lineage.phase.name === 'ended') return stay(lineage);
  const { pendingEnd } = lineage;
  const { changeSetId, outcome } = newest;
  if (outcome === undefined)
    return moveTo(lineage, { name: /* guard: false */ pendingEnd ? 'abandoning' : 'awaitingOutcome', changeSetId });
  switch (outcome) {
    case 'SUCCEEDED':
      return finish(lineage, /* guard */ newest.attempt > 0 ? 'remediated' : 'succeeded');
    case 'CANCELLED':
      return finish(lineage, /* guard */ pendingEnd ?? 'cancelled');
    case 'FAILED':
      if (/* guard */ pendingEnd) return finish(lineage, /* guard: 'abandoned' */ pendingEnd);
      return moveTo(lineage, { name: 'diagnosing', changeSetId });
  }
}

function contradicted(lineage: ChangeSetCase, member: Member, reported: ReportedOutcome): Transition {
  if (/* guard */ member.outcome === reported.outcome) return stay(lineage);
  const note = `${reported.changeSetId} was reported as ${member.outcome ?? 'unfinished'} and then as ${reported.outcome}.`;
  const { phase } = lineage;
  // Outcomes are final, so one of the two is wrong: a check shows which, before anything is submitted again.
  return /* guard */ phase.name === 'backingOff' && newestMember(lineage) === member
    ? moveTo(noted(lineage, note), { name: 'diagnosing', changeSetId: member.changeSetId })
    : stay(noted(lineage, note));
}

function checkDue(lineage: ChangeSetCase): boolean {
  const { phase } = lineage;
  switch (phase.name) {
    case 'inspecting':
    case 'diagnosing':
      return /* guard */ true;
    case 'abandoning':
      return /* guard */ phase.changeSetId === undefined;
    case 'awaitingDecision':
      return /* guard: false */ successorsUnknown(lineage);
    case 'awaitingOutcome':
    case 'awaitingBlocker':
    case 'backingOff':
    case 'submitting':
    case 'ended':
      return false;
  }
}

/** Takes the outcome of a member of the lineage. */
export function recordOutcome(lineage: ChangeSetCase, member: Member, reported: ReportedOutcome): Transition {
  if (/* guard */ member.outcome !== undefined) return contradicted(lineage, member, reported);
  const { outcome, failureCode, changeSetName: eventName } = reported;
  const changed: Member = { ...member, outcome, ...defined({ failureCode, eventName }) };
  const updated = withMember(lineage, changed);
  if (/* guard */ newestMember(updated) !== changed) return stay(updated);
  // A check that is due decides on a failure, with all that it finds: a successor may be in flight.
  if (outcome === 'FAILED' && /* guard */ checkDue(lineage)) return stay(updated);
  return followOutcome(updated, changed);
}

/** Takes the outcome of a signal: of a member, of one that may become a member, or of a foreign change set. */
export function onOutcome(before: ChangeSetCase, message: ChangeSetOutcomeMessage): Transition {
  const seen = remember(before.seen, message.eventId);
  if (seen === undefined) return stay(before);
  const lineage: ChangeSetCase = { ...before, seen };
  const member = lineage.members.find(({ changeSetId }) => changeSetId === message.changeSetId);
  if (/* guard */ member !== undefined) return recordOutcome(lineage, member, message);
  if (/* guard: false */ mustWait(lineage, message))
    return stay({ ...lineage, unclaimed: [...lineage.unclaimed, message] });
  const note = `${message.changeSetId} is not of this lineage; its own workflow gets the outcome.`;
  return { state: noted(lineage, note), notices: [], effects: [delivering(message)] };
}

/** Takes the outcomes that came before the lineage knew them as its members'. */
export function claim(lineage: ChangeSetCase): Transition {
  const memberOf = (current: ChangeSetCase, { changeSetId }: ChangeSetOutcomeMessage): Member | undefined =>
    current.members.find((member) => member.changeSetId === changeSetId);
  const unclaimed = lineage.unclaimed.filter((message) => /* guard */ memberOf(lineage, message) === undefined);
  const steps = lineage.unclaimed.map((message) => (current: ChangeSetCase): Transition => {
    const member = memberOf(current, message);
    return /* guard */ member === undefined ? stay(current) : recordOutcome(current, member, message);
  });
  return inOrder({ ...lineage, unclaimed }, steps);
}

/**
 * Checks an outcome that an operator may have typed: in the Web UI a signal takes anything.
 * @returns a sentence that names the fields and what would be right; undefined where all is well.
 */
export function outcomeProblem(value: unknown): string | undefined {
  const given: Partial<Record<string, unknown>> = typeof value === 'object' && value !== null ? value : {};
  const isText = (field: string): boolean => typeof given[field] === 'string' && given[field] !== '';
  const texts = ['eventId', 'account', 'catalog', 'changeSetId'].filter((field) => !isText(field));
  const optional = ['changeSetName', 'failureCode', 'startTime', 'endTime'].filter(
    (field) => given[field] !== undefined && typeof given[field] !== 'string',
  );
  const outcomes: readonly unknown[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];
  const wrong = [
    ...[...texts, ...optional].map((field) => `${field} (a text)`),
    ...(outcomes.includes(given['outcome']) ? [] : ['outcome (SUCCEEDED, FAILED or CANCELLED)']),
  ];
  if (wrong.length === 0) return undefined;
  return `Ignored an outcome: these fields are missing or of another kind: ${wrong.join(', ')}.`;
}
