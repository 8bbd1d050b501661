import type { WorkflowExecutionDescription } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import { defined } from '../defined.ts';
import { printable } from './format.ts';

/** An activity that has not ended: what it waits for. Times are ISO 8601. */
export interface PendingActivity {
  readonly type: string;
  readonly attempt: number;
  readonly nextAttemptAt?: string;
  readonly lastFailure?: string;
}

type PendingActivityInfo = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** The activities that a workflow has under way. */
export function pendingActivities({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): readonly PendingActivity[] {
  return (raw.pendingActivities ?? []).map(pendingActivity);
}

function pendingActivity(activity: PendingActivityInfo): PendingActivity {
  const nextAttemptAt = optionalTsToDate(activity.nextAttemptScheduleTime)?.toISOString();
  const lastFailure = activity.lastFailure?.message;
  return {
    type: activity.activityType?.name ?? 'unknown',
    attempt: activity.attempt ?? 0,
    ...defined({ nextAttemptAt }),
    ...(typeof lastFailure !== 'string' || lastFailure === '' ? {} : { lastFailure }),
  };
}

/** The same for operators. */
export function pendingText(activity: PendingActivity): string {
  const next = activity.nextAttemptAt === undefined ? '' : `, next at ${activity.nextAttemptAt}`;
  const last = activity.lastFailure === undefined ? '' : `, last failure: ${printable(activity.lastFailure)}`;
  return `${printable(activity.type)}: attempt ${activity.attempt}${next}${last}`;
}
