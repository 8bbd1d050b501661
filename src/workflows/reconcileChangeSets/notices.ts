import { readableTime } from '../shared/markdown.ts';
import type { Notice } from '../shared/notices.ts';
import type { Reconciliation } from './state.ts';

/** Change sets that the notice names; the run lists more. */
const namedIds = 10;

/** Which run it is about. */
export interface ReconcileIdentity {
  readonly workflowId: string;
  /** The same after a reset. */
  readonly firstRunId: string;
}

/** `1 event`, `3 events` */
export function eventCount(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'event' : 'events'}`;
}

/**
 * The one notice of a run that found missed events. A reset that checks again tells of what it finds then under an
 * identity of its own, since it looks up to another moment.
 */
export function missedNotice(run: Reconciliation, { workflowId, firstRunId }: ReconcileIdentity): Notice {
  const { account, missed, missedIds, notTaken, checkedFrom, checkedUntil } = run;
  const unnamed = missed - Math.min(missedIds.length, namedIds);
  const ids = missedIds.slice(0, namedIds).join(', ');
  return {
    id: `${workflowId}:${firstRunId}:${checkedUntil}:missed`,
    kind: 'opening',
    severity: 'warning',
    account,
    workflowId,
    title: `${eventCount(missed + notTaken)} of failed change sets never came (account ${account})`,
    lines: [
      `Of what failed from ${readableTime(checkedFrom)} to ${readableTime(checkedUntil)}, AWS lists ${missed + notTaken} that no event told of.`,
      ...(missed > 0 ? [`Handed to their workflows now: ${ids}${unnamed > 0 ? ` and ${unnamed} more` : ''}.`] : []),
      ...(notTaken > 0 ? [`Not handed on: ${notTaken}; the run's notes say why.`] : []),
    ],
    nextStep:
      'See to the way that events take, where this comes again: the rule in us-east-1, its target and its dead-letter ' +
      'queue. What was missed is in hand.',
  };
}
