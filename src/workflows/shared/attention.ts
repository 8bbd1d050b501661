import type { SearchAttributeUpdatePair, TypedSearchAttributes } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { dueAtAttribute, searchAttributePairs, type StewardAttributes } from './searchAttributes.ts';

function sameAsNow(pair: SearchAttributeUpdatePair, now: TypedSearchAttributes): boolean {
  return JSON.stringify(now.get(pair.key) ?? null) === JSON.stringify(pair.value);
}

/**
 * Makes the workflow's search attributes say what is wanted, with one command and one action, and none where they say
 * it already: what the start set is free, and a copied workflow ("start like this one") is put right.
 */
export function publishAttributes(wanted: StewardAttributes): void {
  const now = workflowInfo().typedSearchAttributes;
  const pairs: SearchAttributeUpdatePair[] = searchAttributePairs(wanted);
  if (wanted.dueAt === null) pairs.push({ key: dueAtAttribute, value: null });
  const changed = pairs.filter((pair) => !sameAsNow(pair, now));
  if (changed.length > 0) upsertSearchAttributes(changed);
}

/** Shows markdown as the workflow's current details: held by the worker, nothing in the history. */
export function publishDetails(markdown: string): void {
  setCurrentDetails(markdown);
}
