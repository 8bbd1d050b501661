import { comparable, contentsText, readContents } from '../../changeDetails/contents.ts';
import { differenceOf, kindText, submittedContents } from '../../changeDetails/difference.ts';
import { holdsNumberMark, writtenContents } from '../../changeDetails/writing.ts';
import { failure } from '../../failures.ts';
import type { CatalogChange, CatalogChangeSet } from '../../vendors/marketplaceCatalog/port.ts';
import type { Amendment, AmendmentDifference } from '../../workflows/changeSetRemediation/contract.ts';

/** Lines that are kept: nobody reads the whole difference of a large document. */
const longestDifference = 60;

/**
 * What amendments change: details hold buyers, prices and addresses, and this enters the history, so that only the values
 * of listed fields are in it (`shownFields`).
 * @param source the change set whose details are amended.
 */
export function describeDifference(source: CatalogChangeSet, amendments: readonly Amendment[]): AmendmentDifference {
  const lines = amendments.flatMap(({ index, details }) => {
    const change = source.changes[index];
    const name = `changes[${index}] ${change?.changeType ?? 'unknown'}`;
    const shown = change === undefined ? undefined : contentsText(change);
    const before = shown === undefined ? undefined : readContents(shown);
    if (change === undefined || before === undefined) {
      return [`${name}: AWS shows no details to compare with; ${kindText(details)}`];
    }
    // Of a field that stands twice, a comparison would see one only, and AWS may take the other.
    if (readContents(details) !== undefined && comparable({ ...change, details }) === undefined) {
      return [`${name}: the new details have a field twice, and cannot be compared; ${kindText(details)}`];
    }
    if (holdsNumberMark(details)) return [`${name}: a text holds the character U+0000; ${kindText(details)}`];
    const after = submittedContents(details, shown);
    if ('problem' in after) return [`${name}: ${after.problem}; ${kindText(details)}`];
    const { lines: found } = differenceOf(change, before.value, after.value);
    return found.length === 0 ? [`${name}: nothing changes`] : found.map((line) => `${name} ${line}`);
  });
  const more = lines.length - longestDifference;
  return { lines: more > 0 ? [...lines.slice(0, longestDifference), `and ${more} more`] : lines };
}

/**
 * The change set with the amended details in place of its own; everything else stays as it is. A secret of the change set
 * that stands masked in them is put back here, so that no history ever has it.
 * @throws RequestRejected where what stands for a secret was edited or moved: nothing may be submitted.
 */
export function amended(source: CatalogChangeSet, amendments: readonly Amendment[]): CatalogChangeSet {
  const byIndex = new Map(amendments.map(({ index, details }) => [index, details]));
  return {
    ...source,
    changes: source.changes.map((change, index) => {
      const details = byIndex.get(index);
      if (details === undefined) return change;
      return { ...change, details: withSecrets(details, change, index), detailsDocument: undefined };
    }),
  };
}

function withSecrets(details: string, change: CatalogChange, index: number): string {
  const found = submittedContents(details, contentsText(change));
  if ('value' in found) return found.isRestored ? writtenContents(found.value) : details;
  if (readContents(details) === undefined) return details;
  throw failure('RequestRejected', `changes[${index}] ${found.problem}. Nothing was submitted; amend it again.`);
}
