import type { Priority } from '@temporalio/common';
import type { Notice } from './notices.ts';

/**
 * A check that a case goes on with; the last step of what was begun, which goes first, so that little is begun at once; one
 * more of many checks that mostly find nothing new; or the listing from which cases are opened: one call for many, which
 * must not wait behind their checks, since none would be left by then.
 */
export type Step = 'check' | 'submit' | 'watch' | 'listing';

/**
 * By who waits for the work: a live event, or a backfill that goes through the past. Lower goes first; the server has 1 to
 * 5, and 3 for what has none.
 */
const keys = {
  live: { submit: 2, check: 3, watch: 4, listing: 4 },
  backfill: { submit: 4, check: 5, watch: 5, listing: 4 },
} as const;

/** The server takes 64 bytes. */
const longestKey = 64;

/**
 * The place of an activity among those that wait for a worker, and of its calls among those that wait for a vendor's quota.
 * @param whose account or merchant: the server alternates between the tasks of all, however many one has.
 */
export function priorityOf(whose: string, origin: keyof typeof keys = 'live', step: Step = 'check'): Priority {
  return { priorityKey: keys[origin][step], fairnessKey: fairnessKeyOf(whose) };
}

function fairnessKeyOf(whose: string): string {
  return whose.replaceAll(/[^ -~]/g, '?').slice(0, longestKey);
}

/** The server's own, of a workflow that was started without one. */
const usual = 3;
const noticeKeys = { critical: 1, digest: 2, information: 4 } as const;

/**
 * The place of a notice among those that wait for a worker: a critical one goes before all, a digest before the flood that it
 * speaks for, and what only informs behind the questions. What came in unasked stays behind everything, unless it is critical.
 * The flows of notices that are grouped with each other alternate: the first of one does not wait behind a flood of another.
 * @param own the place of the workflow that sends it.
 */
export function noticePriority(
  { account, workflowId, severity, decisions, unlisted }: Notice,
  own: Priority | undefined,
): Priority {
  const [matter = ''] = workflowId.split(':', 1);
  const fairnessKey = fairnessKeyOf(`${account} ${matter}`);
  if ((decisions ?? unlisted) !== undefined) return { priorityKey: noticeKeys.digest, fairnessKey };
  if (severity === 'critical') return { priorityKey: noticeKeys.critical, fairnessKey };
  if (own?.priorityKey === unaskedPriority.priorityKey) return own;
  const key = own?.priorityKey ?? usual;
  return { priorityKey: severity === 'information' ? Math.max(key, noticeKeys.information) : key, fairnessKey };
}

/**
 * The place of what came in unasked: bytes that nobody could read, and events of accounts that are not configured. However
 * many there are, they go behind everything else, and share their part among each other.
 */
export const unaskedPriority = { priorityKey: 5, fairnessKey: 'unasked' } as const satisfies Priority;

/** The place of a run that a backfill starts: behind those of events. */
export const backfillPriority = { priorityKey: 4 } as const satisfies Priority;

/** The place of a digest: one workflow speaks for all of a flood, whose own tasks it must not wait behind. */
export const digestPriority = { priorityKey: 2 } as const satisfies Priority;

/** The place of the workflow that grants submits: many lineages wait for each of its tasks. */
export const permitsPriority = { priorityKey: 1 } as const satisfies Priority;
