import { minuteMs } from '../shared/durations.ts';

/** The values by which lost events are checked for. A changed configuration reaches the schedules, and so the next run. */
export interface ReconcilePolicy {
  /** How often an account is checked, in milliseconds. */
  readonly everyMs: number;
  /** How far each check reaches back into the one before, in milliseconds: rows may be listed late. */
  readonly overlapMs: number;
  /**
   * How long after a change set's end its event may still be on its way, in milliseconds. A change set that
   * failed longer ago and has no workflow counts as lost.
   */
  readonly settlingMs: number;
}

/** Every quarter of an hour; an event that takes more than ten minutes counts as lost. */
export const reconcileDefaults: ReconcilePolicy = {
  everyMs: 15 * minuteMs,
  overlapMs: 60 * minuteMs,
  settlingMs: 10 * minuteMs,
};
