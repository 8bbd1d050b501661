import { remember } from '../shared/seen.ts';
import { readMarker } from './lineage.ts';
import type { ChangeSetOutcome, ChangeSetOutcomeMessage } from './messages.ts';
import { newestMember, nextAttempt, type ChangeSetCase, type Member } from './state.ts';
import { finish, inOrder, moveTo, noted, stay, withMember, type Transition } from './transition.ts';

/** What somebody told of one member: an event, or a look. */
interface ToldOutcome {
  readonly changeSetId: string;
  readonly outcome: ChangeSetOutcome;
  readonly failureCode?: string;
}

/** What follows from the outcome of the newest member. */
export function followOutcome(lineage: ChangeSetCase, newest: Member): Transition {
  if (lineage.phase.name === 'ended') return stay(lineage);
  const abandoning = lineage.phase.name === 'abandoning';
  const { changeSetId, outcome } = newest;
  if (outcome === undefined)
    return moveTo(lineage, { name: abandoning ? 'abandoning' : 'awaitingOutcome', changeSetId });
  switch (outcome) {
    case 'SUCCEEDED':
      return finish(lineage, newest.attempt > 0 ? 'remediated' : 'succeeded');
    case 'CANCELLED':
      return finish(lineage, abandoning ? 'abandoned' : 'cancelled');
    case 'FAILED':
      if (abandoning) return finish(lineage, 'abandoned');
      return moveTo(lineage, { name: 'diagnosing', changeSetId });
  }
}

function contradicted(lineage: ChangeSetCase, member: Member, told: ToldOutcome): Transition {
  if (member.outcome === told.outcome) return stay(lineage);
  const note = `${told.changeSetId} was reported as ${member.outcome ?? 'unfinished'} and then as ${told.outcome}.`;
  const { phase } = lineage;
  // Outcomes are final, so one of the two is wrong: before anything is sent again, AWS is asked which.
  return phase.name === 'backingOff' && newestMember(lineage) === member
    ? moveTo(noted(lineage, note), { name: 'diagnosing', changeSetId: member.changeSetId })
    : stay(noted(lineage, note));
}

/** Takes the outcome of a member of the lineage. */
export function recordOutcome(lineage: ChangeSetCase, member: Member, told: ToldOutcome): Transition {
  if (member.outcome !== undefined) return contradicted(lineage, member, told);
  const { outcome, failureCode } = told;
  const changed: Member = { ...member, outcome, ...(failureCode === undefined ? {} : { failureCode }) };
  const updated = withMember(lineage, changed);
  const looking = lineage.phase.name === 'learning' || lineage.phase.name === 'diagnosing';
  // A look under way decides upon a failure, with all that it finds.
  if (newestMember(updated) !== changed || (looking && outcome === 'FAILED')) return stay(updated);
  return followOutcome(updated, changed);
}

/** True while an id that is not a member's can still turn out to be one. */
function mayBecomeMember(lineage: ChangeSetCase, message: ChangeSetOutcomeMessage): boolean {
  const marker = readMarker(message.changeSetName);
  if (marker?.originId !== lineage.originId) return false;
  const { phase } = lineage;
  switch (phase.name) {
    case 'learning':
      return true;
    case 'backingOff':
    case 'submitting':
      return marker.attempt === phase.attempt;
    case 'awaitingPerson':
      return phase.reason.kind === 'submitUnknown' && marker.attempt === nextAttempt(lineage);
    case 'abandoning':
      return phase.changeSetId === undefined;
    case 'awaitingBlocker':
      return marker.attempt === nextAttempt(lineage);
    case 'diagnosing':
    case 'awaitingOutcome':
    case 'ended':
      return false;
  }
}

/** Takes an outcome that a signal brought: of a member, of one that may become a member, or of a stranger. */
export function onOutcome(before: ChangeSetCase, message: ChangeSetOutcomeMessage): Transition {
  const seen = remember(before.seen, message.eventId);
  if (seen === undefined) return stay(before);
  const lineage: ChangeSetCase = { ...before, seen };
  const member = lineage.members.find(({ changeSetId }) => changeSetId === message.changeSetId);
  if (member !== undefined) return recordOutcome(lineage, member, message);
  if (mayBecomeMember(lineage, message)) return stay({ ...lineage, unclaimed: [...lineage.unclaimed, message] });
  const note = `${message.changeSetId} is not of this lineage; its outcome was handed on to its own workflow.`;
  return { lineage: noted(lineage, note), effects: [{ type: 'handOn', message }] };
}

/** Goes through the outcomes that came early, once it is known which members there are. */
export function claim(lineage: ChangeSetCase): Transition {
  const steps = lineage.unclaimed.map((message) => (current: ChangeSetCase): Transition => {
    const member = current.members.find(({ changeSetId }) => changeSetId === message.changeSetId);
    if (member === undefined) return { lineage: current, effects: [{ type: 'handOn', message }] };
    return recordOutcome(current, member, message);
  });
  return inOrder({ ...lineage, unclaimed: [] }, steps);
}
