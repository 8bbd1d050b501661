import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import { oneLine } from './markdown.ts';

/** What the workflow is doing now, or how it ended: the column that operators scan. */
export const stateAttribute = defineSearchAttributeKey('StewardState', SearchAttributeType.KEYWORD);
/** The seller's AWS account, or the businessProductId of a Buy with Prime merchant. */
export const accountAttribute = defineSearchAttributeKey('StewardAccount', SearchAttributeType.KEYWORD);
/** True while an operator is needed. */
export const attentionAttribute = defineSearchAttributeKey('StewardAttention', SearchAttributeType.BOOL);
/** Ids of the entities concerned: products, offers, items. */
export const entitiesAttribute = defineSearchAttributeKey('StewardEntities', SearchAttributeType.KEYWORD_LIST);
/** Ids of the change sets of a lineage, the origin first. */
export const changeSetsAttribute = defineSearchAttributeKey('StewardChangeSets', SearchAttributeType.KEYWORD_LIST);
/** FailureCode and error codes of the newest member of a lineage. */
const failureCodesAttribute = defineSearchAttributeKey('StewardFailureCodes', SearchAttributeType.KEYWORD_LIST);
/** How many successors were submitted for the change set. */
export const attemptAttribute = defineSearchAttributeKey('StewardAttempt', SearchAttributeType.INT);
/** The next date that somebody has to keep: a security fix's due date, an offer's end. */
export const dueAtAttribute = defineSearchAttributeKey('StewardDueAt', SearchAttributeType.DATETIME);
/** What the matter is, in a few words: the column that says more than an id. {@link fitSubject} bounds it. */
export const subjectAttribute = defineSearchAttributeKey('StewardSubject', SearchAttributeType.KEYWORD);

/**
 * Every search attribute by name, with its type as the operator service names it: what is registered
 * before the first event is taken. Three keyword lists are the limit of SQL visibility.
 */
export const searchAttributeTypes = {
  [stateAttribute.name]: stateAttribute.type,
  [accountAttribute.name]: accountAttribute.type,
  [attentionAttribute.name]: attentionAttribute.type,
  [entitiesAttribute.name]: entitiesAttribute.type,
  [changeSetsAttribute.name]: changeSetsAttribute.type,
  [failureCodesAttribute.name]: failureCodesAttribute.type,
  [attemptAttribute.name]: attemptAttribute.type,
  [dueAtAttribute.name]: dueAtAttribute.type,
  [subjectAttribute.name]: subjectAttribute.type,
} as const;

/** The steward's view of a workflow as search attributes; what is absent is left as it is. */
export interface StewardAttributes {
  readonly state: string;
  readonly account: string;
  readonly attention: boolean;
  readonly entities?: readonly string[];
  readonly changeSets?: readonly string[];
  readonly failureCodes?: readonly string[];
  readonly attempt?: number;
  /** ISO 8601; null takes a date away that no longer counts. */
  readonly dueAt?: string | null;
  /** What it is about and what the matter is: `Acme Scanner 4.4.3: SCAN_ERROR`. It rides along: it causes no upsert. */
  readonly subject?: string;
}

/** The server takes 2048 bytes for the value of one search attribute (limit.searchAttributesSizeOfValue). */
const longestAttributeBytes = 1_900;

/** The length in UTF-8, at the most: workflow code has no Buffer. */
function jsonBytes(text: string): number {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, '---').length;
}

/** The first entries of a keyword list, as many as one search attribute takes: more would fail the whole message. */
export function fitKeywords(keywords: readonly string[]): string[] {
  const kept: string[] = [];
  let bytes = 2;
  for (const keyword of keywords) {
    bytes += jsonBytes(keyword) + 1;
    if (bytes > longestAttributeBytes) break;
    kept.push(keyword);
  }
  return kept;
}

/** In characters: a column shows about half of it, and SQL visibility takes 255 of a keyword. */
const longestSubject = 120;

/** A subject as a column may show it: on one line, without what does not show, cut at a character. */
export function fitSubject(subject: string): string {
  return oneLine(subject, longestSubject);
}

/** The search attributes that say what is wanted. A date that is to be taken away is left out. */
export function searchAttributePairs(wanted: StewardAttributes): SearchAttributePair[] {
  const { entities, changeSets, failureCodes, attempt, dueAt, subject } = wanted;
  const pairs: SearchAttributePair[] = [
    { key: stateAttribute, value: wanted.state },
    { key: accountAttribute, value: wanted.account },
    { key: attentionAttribute, value: wanted.attention },
  ];
  if (entities) pairs.push({ key: entitiesAttribute, value: fitKeywords(entities) });
  if (changeSets) pairs.push({ key: changeSetsAttribute, value: fitKeywords(changeSets) });
  if (failureCodes) pairs.push({ key: failureCodesAttribute, value: fitKeywords(failureCodes) });
  if (attempt !== undefined) pairs.push({ key: attemptAttribute, value: attempt });
  if (typeof dueAt === 'string') pairs.push({ key: dueAtAttribute, value: new Date(dueAt) });
  if (subject !== undefined) pairs.push({ key: subjectAttribute, value: fitSubject(subject) });
  return pairs;
}
