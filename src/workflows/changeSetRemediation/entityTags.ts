import { knowledgeOf } from './changeTypes.ts';
import type { DiagnosedChange, Diagnosis } from './contract.ts';

/**
 * The note of a lineage whose successor makes an entity. StartChangeSet takes EntityTags for what a change creates;
 * DescribeChangeSet does not show them (API model), and the failed change set has left no entity that could be asked.
 */
export const submittedWithoutEntityTags =
  'Submitted without entity tags, if the original had any: AWS does not show them. Tag the new entity where roles or reports go by its tags.';

/** What an operator reads before an answer that makes an entity. */
export const repeatHasNoEntityTags = 'A repeat has no entity tags, if the original had any: AWS does not show them.';

function createsEntity({ entityType, changeType }: DiagnosedChange): boolean {
  const known = knowledgeOf(entityType, changeType);
  return known === undefined ? changeType.startsWith('Create') : known.classes.includes('create');
}

/** Whether a successor of this change set makes an entity, so that its entity tags are lost. */
export function losesEntityTags(diagnosis: Diagnosis | undefined): boolean {
  return diagnosis?.changes.some(createsEntity) ?? false;
}
