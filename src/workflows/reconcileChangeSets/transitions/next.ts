import { defined } from '../../../defined.ts';
import { noted, stay, type Transition } from '../../shared/transition.ts';
import type { DeliveredMissed } from '../contract.ts';
import { missedNotice } from '../notices.ts';
import type { ReconcileContext, ReconcileIdentity, Reconciliation, ReconcileMessage } from '../state.ts';

/** Ids that the result names: Temporal gives it to the next run, and a payload holds 2 MB at most. */
const keptIds = 100;
/** Late change sets that a note names. */
const namedLate = 5;

function onDelivered(
  before: Reconciliation,
  changeSetIds: readonly string[],
  { undelivered }: DeliveredMissed,
): Reconciliation {
  const failed = new Set(undelivered.map(({ changeSetId }) => changeSetId));
  const delivered = changeSetIds.filter((id) => !failed.has(id));
  const counted: Reconciliation = {
    ...before,
    missed: before.missed + delivered.length,
    undelivered: before.undelivered + failed.size,
    missedIds: [...before.missedIds, ...delivered].slice(0, keptIds),
  };
  return undelivered.reduce(
    (run, { changeSetId, reason }) => noted(run, `${changeSetId} was not delivered: ${reason}`),
    counted,
  );
}

/** Their own workflows report that they are late: the run notes it only. */
function onLateOpened(before: Reconciliation, changeSetIds: readonly string[]): Reconciliation {
  const ids = changeSetIds.slice(0, namedLate).join(', ');
  const more = changeSetIds.length > namedLate ? ` and ${changeSetIds.length - namedLate} more` : '';
  const note = `AWS works on these change sets longer than usual; their workflows follow them: ${ids}${more}.`;
  return { ...noted(before, note), late: before.late + changeSetIds.length };
}

/** The end of a run, which reports once what it found. */
function ended(run: Reconciliation, identity: ReconcileIdentity): Transition<Reconciliation> {
  return { state: run, notices: run.missed + run.undelivered > 0 ? [missedNotice(run, identity)] : [] };
}

/** The state after a message, and at the end the notice. Pure and total; nothing changes an ended run. */
export function next(
  before: Reconciliation,
  message: ReconcileMessage,
  { policy: identity }: ReconcileContext,
): Transition<Reconciliation> {
  if (before.state !== 'checking') return stay(before);
  switch (message.type) {
    case 'checked': {
      const { after: _before, ...run } = before;
      const { listed, known, after } = message.checked;
      return stay({ ...run, listed: run.listed + listed, known: run.known + known, ...defined({ after }) });
    }
    case 'lateOpened':
      return stay(onLateOpened(before, message.changeSetIds));
    case 'delivered':
      return stay(onDelivered(before, message.changeSetIds, message.result));
    case 'completed':
      return ended({ ...before, state: before.missed + before.undelivered > 0 ? 'missedFound' : 'allKnown' }, identity);
    case 'brokenOff':
      return ended({ ...noted(before, message.sentence), state: message.state }, identity);
  }
}
