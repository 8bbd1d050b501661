import type { ChangeSetOutcomeMessage } from '../contract.ts';
import { readMarker } from '../lineage.ts';
import {
  newestMember,
  nextAttempt,
  successorsUnknown,
  type ChangeSetCase,
  type Checked,
  type LineageEffect,
  type Transition,
} from '../state.ts';

/**
 * Outcomes that wait. A lineage has seven members and what operators add; more names with its marker are copies, and each of
 * them has a workflow of its own to go to.
 */
const mostUnclaimed = 20;
/** Change sets that are remembered as foreign: names are copied rarely. */
const keptDisowned = 50;

function isDisowned({ disowned = [] }: ChangeSetCase, { changeSetId }: ChangeSetOutcomeMessage): boolean {
  return disowned.includes(changeSetId);
}

function isNext(lineage: ChangeSetCase, { changeSetName }: ChangeSetOutcomeMessage): boolean {
  return readMarker(changeSetName)?.attempt === nextAttempt(lineage);
}

/** Whether the next attempt may have been submitted, or will be: then it turns out later which change set that is. */
function nextIsDue(lineage: ChangeSetCase): boolean {
  const { phase } = lineage;
  switch (phase.name) {
    case 'inspecting':
    case 'backingOff':
    case 'submitting':
    case 'diagnosing':
    case 'awaitingBlocker':
      return true;
    case 'abandoning':
      return phase.changeSetId === undefined;
    case 'awaitingDecision':
      return phase.reason.kind === 'submitUnknown' || successorsUnknown(lineage);
    case 'awaitingOutcome':
    case 'ended':
      return false;
  }
}

/**
 * True while a change set that is no member can still turn out to be one: until a check has not shown it as the lineage's
 * own. After a reset, outcomes come again of successors that this run has not submitted yet.
 */
function mayBecomeMember(lineage: ChangeSetCase, message: ChangeSetOutcomeMessage): boolean {
  const marker = readMarker(message.changeSetName);
  if (/* guard */ marker?.originId !== lineage.originId || lineage.phase.name === 'ended') return false;
  if (/* guard */ marker.attempt <= newestMember(lineage).attempt) return false;
  if (/* guard */ !isDisowned(lineage, message)) return true;
  return /* guard */ isNext(lineage, message) && nextIsDue(lineage);
}

/** Whether an outcome waits until it is known whose it is. */
export function mustWait(lineage: ChangeSetCase, message: ChangeSetOutcomeMessage): boolean {
  return lineage.unclaimed.length < mostUnclaimed && /* guard: false */ mayBecomeMember(lineage, message);
}

/**
 * Whether outcomes wait beside what the phase waits for, of which nothing that is due shows whose they are: then a check of
 * its own does.
 */
export function hasClaims(lineage: ChangeSetCase): boolean {
  switch (lineage.phase.name) {
    case 'awaitingOutcome':
    case 'awaitingDecision':
    case 'abandoning':
      break;
    case 'inspecting':
    case 'diagnosing':
    case 'backingOff':
    case 'submitting':
    case 'awaitingBlocker':
    case 'ended':
      return false;
  }
  // An operator is asked whether to check again: that check shows all.
  if (/* guard */ successorsUnknown(lineage)) return false;
  return lineage.unclaimed.some((message) => /* guard */ !isNext(lineage, message) || !nextIsDue(lineage));
}

/**
 * After a check: what it has not shown as the lineage's own is foreign, and is remembered as that.
 * @param claims what the check speaks of.
 */
export function disown(lineage: ChangeSetCase, { claims = [] }: Checked): ChangeSetCase {
  const { members, disowned = [] } = lineage;
  const ids = lineage.unclaimed
    .map(({ changeSetId }) => changeSetId)
    .filter((id) => /* guard: true */ claims.includes(id));
  const foreign = ids.filter((id) => !disowned.includes(id) && !members.some(({ changeSetId }) => changeSetId === id));
  if (foreign.length === 0) return lineage;
  return { ...lineage, disowned: [...disowned, ...new Set(foreign)].slice(-keptDisowned) };
}

/** Delivers an outcome to the workflow of its own change set. */
export function delivering(outcome: ChangeSetOutcomeMessage): LineageEffect {
  return { type: 'deliverOutcome', outcome };
}

/**
 * Delivers the outcomes that waited and can no longer turn out to be the lineage's own: a foreign outcome must not wait
 * as long as an operator may take.
 */
export function deliverForeignOutcomes(transition: Transition): Transition {
  const { state: lineage, effects = [] } = transition;
  const unclaimed = lineage.unclaimed.filter((message) => /* guard */ mayBecomeMember(lineage, message));
  if (unclaimed.length === lineage.unclaimed.length) return transition;
  const foreign = lineage.unclaimed.filter((message) => !unclaimed.includes(message));
  return { ...transition, state: { ...lineage, unclaimed }, effects: [...effects, ...foreign.map(delivering)] };
}
