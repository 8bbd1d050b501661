import type { ConcurrentChanges, NewerChangeSet } from './contract.ts';

/** The longest ChangeSetName that the vendor takes (API model: 1 to 100 characters). */
const longestName = 100;
const marker = /\+retry\.([\w-]+)\.([1-9]\d{0,2})$/;

/**
 * Reads the lineage marker at the very end of a change set's name: the origin of a successor, and its attempt.
 * @returns undefined where there is none.
 */
export function readMarker(name: string | undefined): { originId: string; attempt: number } | undefined {
  const found = name === undefined ? null : marker.exec(name);
  if (!found?.[1] || !found[2]) return undefined;
  return { originId: found[1], attempt: Number(found[2]) };
}

/**
 * What AWS takes of a name (API model: `^[\\w\\s+=.:@-]+$`, in ASCII). AWS shows names that its own model refuses: letters
 * lose their accents, and one space stands for whatever else is not taken. None is left at the ends, where AWS could cut
 * it off.
 */
function takenName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[^\w+=.:@-]+/g, ' ').trim();
}

/**
 * The name of a successor: what AWS takes of the original's, cut to fit 100 characters, and the marker at the very end.
 * Every event carries the name, so that it finds its lineage without a look-up.
 * @param originalName the origin's own name, without a marker of this lineage.
 */
export function successorName(originalName: string | undefined, originId: string, attempt: number): string {
  const end = `+retry.${originId}.${attempt}`;
  const kept = takenName(originalName ?? '').slice(0, Math.max(0, longestName - end.length));
  return `${kept.trimEnd()}${end}`;
}

/**
 * The ClientRequestToken of one attempt (1 to 64 characters of `!` to `~`, API model): the same whenever this attempt is
 * submitted, by any run.
 */
export function submitToken(originId: string, attempt: number): string {
  return `steward.${originId}.${attempt}`;
}

/**
 * Whether name and token of every successor can hold the origin's id whole. Ids of 25 characters are what AWS gives;
 * the API model allows 255.
 */
export function fitsMarker(originId: string): boolean {
  return submitToken(originId, 999).length <= 64;
}

/** Whether nothing of an older change set stays undone once the newer one is applied. */
export function covers({ coverage }: NewerChangeSet): boolean {
  return coverage === 'same' || coverage === 'replaced';
}

/** The identities of concurrent changes: what a later check finds beyond them is new. */
export function knownWork({ newerSuccesses, newerFailures, externalChanges }: ConcurrentChanges): readonly string[] {
  return [
    ...[...newerSuccesses, ...newerFailures].map(({ changeSetId }) => changeSetId),
    ...externalChanges.map(({ entityId, revision }) => `${entityId}@${revision}`),
  ];
}
