import { vendorText } from '../shared/markdown.ts';
import type { ConcurrentChanges, NewerChangeSet, OtherChangeSet } from './contract.ts';
import { covers } from './lineage.ts';

/** Change sets that a sentence names one by one. */
const mostNamed = 3;
/** What AWS takes (API model); what it shows may be longer. */
const longestName = 100;

function inOneText(texts: readonly string[]): string {
  const more = texts.length - mostNamed;
  return more > 0 ? `${texts.slice(0, mostNamed).join('; ')}; and ${more} more` : texts.join('; ');
}

/** A change set by its id, and by its name where it has one. */
export function nameOf({ changeSetId, name }: OtherChangeSet): string {
  return name === undefined ? changeSetId : `${changeSetId} (${vendorText(name, longestName)})`;
}

/** Change sets by id and name: the first few, and how many more. */
export function namesOf(others: readonly OtherChangeSet[]): string {
  return inOneText(others.map(nameOf));
}

/** What a newer change set means for the contents of this one, as the end of a sentence that names it. */
export function meaningOf(newer: NewerChangeSet): string {
  return newer.closed === undefined ? contentsOf(newer) : `${contentsOf(newer)}, and which nobody follows up any more`;
}

function contentsOf({ coverage, evidence }: NewerChangeSet): string {
  const where = evidence === undefined ? '' : ` (${evidence})`;
  switch (coverage) {
    case 'same':
      return 'which carries the same changes';
    case 'replaced':
      return 'in which other values replaced those of this one';
    case 'leaves':
      return `which leaves something of this one undone${where}`;
    case 'unknown':
      return `of which it is not known whether it carries the same changes${where}`;
  }
}

/** Newer change sets, each with what it means for this one. Those that cover it come first. */
export function meaningsOf(newer: readonly NewerChangeSet[]): string {
  const covering = newer.filter(covers);
  const others = newer.filter((one) => !covers(one));
  return inOneText([...covering, ...others].map((one) => `${nameOf(one)}, ${meaningOf(one)}`));
}

/** Newer change sets that AWS applied, in a sentence. */
export function succeeded(newer: readonly NewerChangeSet[]): string {
  return `Newer change sets on the same entities have succeeded: ${meaningsOf(newer)}.`;
}

/** Newer change sets that failed, in a sentence. */
export function failed(newer: readonly NewerChangeSet[]): string {
  return `Newer change sets on the same entities have failed: ${meaningsOf(newer)}.`;
}

/** Change sets that run, in a sentence. */
export function runs(running: readonly OtherChangeSet[]): string {
  const what = running.length === 1 ? 'A change set runs' : 'Change sets run';
  return `${what} on the same entities: ${namesOf(running)}.`;
}

/** Entities that others changed, in a sentence. */
export function changedElsewhere(externalChanges: ConcurrentChanges['externalChanges']): string {
  const changed = externalChanges.map(({ entityId, revision, at }) => `${entityId} (revision ${revision}, ${at})`);
  return `Somebody else changed these entities since: ${inOneText(changed)}.`;
}

/** What else happened on the entities, a sentence for each kind: for the question about a change set that waits for none of it. */
export function otherWork(concurrentChanges: ConcurrentChanges | undefined): readonly string[] {
  if (concurrentChanges === undefined) return [];
  const { newerSuccesses, newerFailures, running, externalChanges } = concurrentChanges;
  return [
    ...(newerSuccesses.length > 0 ? [succeeded(newerSuccesses)] : []),
    ...(newerFailures.length > 0 ? [failed(newerFailures)] : []),
    ...(running.length > 0 ? [runs(running)] : []),
    ...(externalChanges.length > 0 ? [changedElsewhere(externalChanges)] : []),
  ];
}

/**
 * What happened on the entities since an operator was asked, a sentence each: for all that stands among `news`.
 * @param news identities, as `knownWork` gives them.
 */
export function newsOf(
  { newerSuccesses, newerFailures, externalChanges }: ConcurrentChanges,
  news: readonly string[],
): readonly string[] {
  const isNews = ({ changeSetId }: OtherChangeSet): boolean => news.includes(changeSetId);
  const sentences = [
    ...newerSuccesses.filter(isNews).map((one) => `AWS applied ${nameOf(one)}, ${meaningOf(one)}.`),
    ...newerFailures.filter(isNews).map((one) => `A newer change set has failed: ${nameOf(one)}, ${meaningOf(one)}.`),
    ...externalChanges
      .filter(({ entityId, revision }) => news.includes(`${entityId}@${revision}`))
      .map(({ entityId, revision }) => `None of this account’s change sets made revision ${revision} of ${entityId}.`),
  ];
  const more = sentences.length - mostNamed;
  return more > 0 ? [...sentences.slice(0, mostNamed), `And ${more} more.`] : sentences;
}
