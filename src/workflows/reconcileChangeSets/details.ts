import { details, plain, readableTime } from '../shared/markdown.ts';
import type { ReconcileStatus } from './contract.ts';
import { eventCount } from './notices.ts';
import type { Reconciliation } from './state.ts';

const shownIds = 20;

function heading({ state, account, missed, notTaken }: Reconciliation): string {
  switch (state) {
    case 'checking':
      return `Checking for events that never came: account ${account}`;
    case 'allKnown':
      return `No event is missing: account ${account}`;
    case 'missedFound':
      return `${eventCount(missed + notTaken)} never came: account ${account}`;
    case 'abandoned':
      return `Cancelled: account ${account}`;
    case 'failed':
      return `Failed: account ${account}`;
  }
}

function nextStep({ state, notTaken }: Reconciliation): string {
  switch (state) {
    case 'checking':
      return 'What AWS lists as failed is compared with the workflows that there are. A refusal by AWS is waited out.';
    case 'allKnown':
      return 'Nothing is to be done. The next run goes on from here.';
    case 'missedFound':
      return notTaken > 0
        ? 'See the notes for what was not handed on. The rest is in hand.'
        : 'What was missed is in hand. See to the way of the events where this comes again.';
    case 'abandoned':
    case 'failed':
      return 'The next run of the schedule checks the same time again.';
  }
}

/** The run's details in markdown. */
export function reconcileDetails(run: Reconciliation): string {
  const { catalogs, checkedFrom, checkedUntil, listed, known, missed, notTaken, missedIds, notes } = run;
  return details([
    `## ${plain(heading(run))}`,
    `**Next:** ${nextStep(run)}`,
    '',
    `- **failed change sets that AWS lists:** ${listed}`,
    `- **known:** ${known}`,
    `- **never delivered, handed on now:** ${missed}`,
    ...(notTaken > 0 ? [`- **never delivered, not handed on:** ${notTaken}`] : []),
    `- **ended between:** ${readableTime(checkedFrom)} and ${readableTime(checkedUntil)}`,
    `- **catalogs:** ${catalogs.map((catalog) => plain(catalog)).join(', ')}`,
    '',
    ...missedIds.slice(0, shownIds).map((id) => `- missed: change-set:${plain(id)}`),
    ...(missedIds.length > shownIds ? ['- missed: more; the result names the first hundred'] : []),
    ...notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs. */
export function reconcileStatus(run: Reconciliation): ReconcileStatus {
  const { state, account, catalogs, checkedFrom, checkedUntil, listed, known, missed, notTaken, missedIds, notes } =
    run;
  return {
    state,
    account,
    catalogs,
    checkedFrom,
    checkedUntil,
    listed,
    known,
    missed,
    notTaken,
    missedIds,
    notes,
    nextStep: nextStep(run),
  };
}
