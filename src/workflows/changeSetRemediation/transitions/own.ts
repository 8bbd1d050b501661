import { defined } from '../../../defined.ts';
import { stay } from '../../shared/transition.ts';
import type { ChangeSetOutcome, FoundSuccessor } from '../contract.ts';
import { newestMember, type ChangeSetCase, type Checked, type Member, type Transition } from '../state.ts';
import { disown } from './claims.ts';
import { claim, followOutcome } from './outcomes.ts';
import { inOrder, withoutTags } from './steps.ts';

/** How a status counts as an outcome; undefined while the change set runs, and for a status that is not known. */
export function outcomeOf(status: string | undefined): ChangeSetOutcome | undefined {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELLED' ? status : undefined;
}

/** Makes successors members that are none yet, whichever run submitted them. What AWS shows of them counts. */
export function withOwn(lineage: ChangeSetCase, successors: readonly FoundSuccessor[]): ChangeSetCase {
  const [origin, ...known] = lineage.members;
  const shown = new Map(successors.map(({ changeSetId, status }) => [changeSetId, outcomeOf(status)]));
  const found = successors
    .filter(({ changeSetId }) => /* guard */ !lineage.members.some((member) => member.changeSetId === changeSetId))
    .map(({ status, ...one }): Member => ({ ...one, ...defined({ outcome: outcomeOf(status) }) }));
  if (/* guard */ found.length === 0) return lineage;
  const members = known.map((member) => ({ ...defined({ outcome: shown.get(member.changeSetId) }), ...member }));
  return {
    ...withoutTags(lineage),
    members: [origin, ...[...members, ...found].sort((one, other) => one.attempt - other.attempt)],
    // Nobody knows who submitted what another run did: it counts, so that no restart brings six more.
    automaticSubmits: /* guard: lineage.automaticSubmits */ Math.max(
      lineage.automaticSubmits,
      ...found.map(({ attempt }) => attempt),
    ),
  };
}

/** The lineage with what a check showed of its origin's outcome, where none is known. */
export function withOriginShown(lineage: ChangeSetCase, status: string | undefined): ChangeSetCase {
  const [origin, ...successors] = lineage.members;
  const outcome = /* guard */ origin.outcome ?? outcomeOf(status);
  return { ...lineage, members: [{ ...origin, ...defined({ outcome }) }, ...successors] };
}

/**
 * Takes in what a check has shown of the lineage's own successors, before anything is decided, asked or delivered.
 * @param checked which outcomes waited when the check began.
 * @returns undefined where it has shown none but members.
 */
export function followOwn(
  lineage: ChangeSetCase,
  own: readonly FoundSuccessor[] = [],
  checked: Checked = {},
): Transition | undefined {
  const adopted = withOwn(lineage, own);
  if (adopted === lineage) return undefined;
  return inOrder(adopted, [
    claim,
    (current) => followOutcome(current, newestMember(current)),
    (current) => stay(disown(current, checked)),
  ]);
}
