import { readableTime } from '../shared/markdown.ts';
import type { Notice } from '../shared/notices.ts';
import type { AccountRun, ReconcileIdentity } from './state.ts';

/** Change sets that the notice names; the run lists more. */
const namedIds = 10;

/** `1 event`, `3 events` */
export function eventCount(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'event' : 'events'}`;
}

/** What is to be done about lost events. */
export const routeStep =
  'The lost events have been recovered. If this happens again, check the EventBridge rule in us-east-1, its target and ' +
  'its dead-letter queue.';

/**
 * The one notice of an account of which a run found missed events. A reset that checks again reports what it finds under
 * another identity, because it checks up to another moment.
 */
export function missedNotice(run: AccountRun, { workflowId, firstRunId }: ReconcileIdentity): Notice {
  const { account, missed, missedIds, undelivered, from, until } = run;
  const unnamed = missed - Math.min(missedIds.length, namedIds);
  const ids = missedIds.slice(0, namedIds).join(', ');
  const lost = missed + undelivered;
  const changeSets = lost === 1 ? '1 change set' : `${lost} change sets`;
  return {
    id: `${workflowId}:${firstRunId}:${account}:${until}:missed`,
    kind: 'opening',
    severity: 'warning',
    account,
    workflowId,
    title: `${eventCount(lost)} of failed change sets never came (account ${account})`,
    lines: [
      `Between ${readableTime(from)} and ${readableTime(until)}, ${changeSets} failed and no event reached us.`,
      ...(missed > 0 ? [`Delivered to their workflows now: ${ids}${unnamed > 0 ? ` and ${unnamed} more` : ''}.`] : []),
      ...(undelivered > 0 ? [`Not delivered: ${undelivered}; the run's notes say why.`] : []),
    ],
    nextStep: routeStep,
  };
}
