import { defined } from '../../defined.ts';
import { changeSetIdentity } from '../../events/identity.ts';
import { accountId, idKinds } from '../../events/ids.ts';
import type { ChangeSetFinished, ChangeSetOutcome } from '../../events/types.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';

const outcomes: readonly ChangeSetOutcome[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/**
 * The event that a listed change set stands for, with the identity that the vendor's own event of that outcome has, so
 * that whichever comes second is known as a repeat.
 * @returns undefined for one that has not ended, or whose status or id is not one that the API documents.
 * @throws RangeError where `account` is no account id.
 */
export function fromListing(row: ListedChangeSet, account: string, catalog: string): ChangeSetFinished | undefined {
  const { changeSetId, name, status, startTime, endTime, failureCode } = row;
  const outcome = outcomes.find((one) => one === status);
  if (outcome === undefined || !idKinds.changeSet.matches(changeSetId)) return undefined;
  return defined({
    kind: 'changeSet.finished',
    eventId: changeSetIdentity(changeSetId, outcome),
    account: accountId(account),
    occurredAt: endTime ?? startTime ?? '',
    detail: { changeSetId, ...defined({ name, status, startTime, endTime, failureCode }) },
    notes: [],
    outcome,
    catalog,
    changeSetId,
    changeSetName: name,
    startTime: startTime ?? '',
    endTime: endTime ?? '',
    failureCode,
  });
}
