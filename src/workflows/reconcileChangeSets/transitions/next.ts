import { defined } from '../../../defined.ts';
import type { DeliveredMissed } from '../contract.ts';
import type { Reconciliation, ReconcileMessage } from '../state.ts';

/** Ids that the result names: Temporal gives it to the next run, and a payload holds 2 MB at most. */
const keptIds = 100;
const keptNotes = 20;

function noted(before: Reconciliation, sentences: readonly string[]): Reconciliation {
  return { ...before, notes: [...before.notes, ...sentences].slice(-keptNotes) };
}

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
  return noted(
    counted,
    undelivered.map(({ changeSetId, reason }) => `${changeSetId} was not delivered: ${reason}`),
  );
}

/** The state after a message. Pure and total; an ended run takes nothing but notes. */
export function next(before: Reconciliation, message: ReconcileMessage): Reconciliation {
  if (message.type === 'noted') return noted(before, [message.sentence]);
  if (before.state !== 'checking') return before;
  switch (message.type) {
    case 'checked': {
      const { after: _before, ...run } = before;
      const { listed, known, after } = message.checked;
      return { ...run, listed: run.listed + listed, known: run.known + known, ...defined({ after }) };
    }
    case 'delivered':
      return onDelivered(before, message.changeSetIds, message.result);
    case 'completed':
      return { ...before, state: before.missed + before.undelivered > 0 ? 'missedFound' : 'allKnown' };
    case 'brokenOff':
      return { ...noted(before, [message.sentence]), state: message.state };
  }
}
