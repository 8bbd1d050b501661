import type { SearchAttributeUpdatePair, TypedSearchAttributes } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import * as attributes from './searchAttributes.ts';

function pairs(wanted: attributes.StewardAttributes): SearchAttributeUpdatePair[] {
  const list: SearchAttributeUpdatePair[] = [
    { key: attributes.stateAttribute, value: wanted.state },
    { key: attributes.accountAttribute, value: wanted.account },
    { key: attributes.attentionAttribute, value: wanted.attention },
  ];
  if (wanted.entities)
    list.push({ key: attributes.entitiesAttribute, value: [...attributes.fitKeywords(wanted.entities)] });
  if (wanted.changeSets)
    list.push({ key: attributes.changeSetsAttribute, value: [...attributes.fitKeywords(wanted.changeSets)] });
  if (wanted.failureCodes)
    list.push({ key: attributes.failureCodesAttribute, value: [...attributes.fitKeywords(wanted.failureCodes)] });
  if (wanted.attempt !== undefined) list.push({ key: attributes.attemptAttribute, value: wanted.attempt });
  if (wanted.dueAt !== undefined) {
    list.push({ key: attributes.dueAtAttribute, value: wanted.dueAt === null ? null : new Date(wanted.dueAt) });
  }
  return list;
}

function sameAsNow(pair: SearchAttributeUpdatePair, now: TypedSearchAttributes): boolean {
  return JSON.stringify(now.get(pair.key) ?? null) === JSON.stringify(pair.value);
}

/**
 * Makes the workflow's search attributes say what is wanted, with one command and one action, and none where they say
 * it already: what the start set is free, and a copied workflow ("start like this one") is put right.
 */
export function publishAttributes(wanted: attributes.StewardAttributes): void {
  const now = workflowInfo().typedSearchAttributes;
  const changed = pairs(wanted).filter((pair) => !sameAsNow(pair, now));
  if (changed.length > 0) upsertSearchAttributes(changed);
}

/** Shows markdown as the workflow's current details: held by the worker, nothing in the history. */
export function publishDetails(markdown: string): void {
  setCurrentDetails(markdown);
}
