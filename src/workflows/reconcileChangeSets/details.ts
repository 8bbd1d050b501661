import { details, plain, readableTime } from '../shared/markdown.ts';
import type { ReconcileStatus } from './contract.ts';
import { eventCount, routeStep } from './notices.ts';
import type { Reconciliation } from './state.ts';

const shownIds = 20;

function heading({ state, account, missed, undelivered }: Reconciliation): string {
  switch (state) {
    case 'checking':
      return `Checking for events that never came: account ${account}`;
    case 'allKnown':
      return `No event is missing: account ${account}`;
    case 'missedFound':
      return `${eventCount(missed + undelivered)} never came: account ${account}`;
    case 'abandoned':
      return `Cancelled: account ${account}`;
    case 'failed':
      return `Failed: account ${account}`;
  }
}

function nextStep({ state, undelivered }: Reconciliation): string {
  switch (state) {
    case 'checking':
      return 'Comparing the failed change sets that AWS lists with the workflows. Where AWS refuses, this waits and retries.';
    case 'allKnown':
      return 'Nothing is to be done. The next run begins where this one ended.';
    case 'missedFound':
      return undelivered > 0
        ? 'Read the notes on what could not be delivered. The other lost events have been recovered.'
        : routeStep;
    case 'abandoned':
    case 'failed':
      return 'The next run of the schedule checks the same time again.';
  }
}

/** The run's details in markdown. */
export function reconcileDetails(run: Reconciliation): string {
  const { catalogs, checkedFrom, checkedUntil, listed, known, missed, undelivered, late, missedIds, notes } = run;
  return details([
    `## ${plain(heading(run))}`,
    `**Next:** ${nextStep(run)}`,
    '',
    `- **failed change sets that AWS lists:** ${listed}`,
    `- **known:** ${known}`,
    `- **lost, delivered now:** ${missed}`,
    ...(undelivered > 0 ? [`- **lost, not delivered:** ${undelivered}`] : []),
    ...(late > 0 ? [`- **running longer than usual, followed now:** ${late}`] : []),
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
  const { after: _after, ...status } = run;
  return { ...status, nextStep: nextStep(run) };
}
