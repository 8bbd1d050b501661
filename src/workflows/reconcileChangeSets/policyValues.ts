import { members, milliseconds } from '../shared/shapes.ts';

/** The values by which lost events are checked for. A changed configuration reaches the schedule, and so the next round. */
export interface ReconcilePolicy {
  /** How often every account is checked, in milliseconds. */
  readonly everyMs: number;
  /** How far each check reaches back into the one before, in milliseconds: rows may be listed late. */
  readonly overlapMs: number;
  /**
   * How long after a change set's end its event may still be on its way, in milliseconds. A change set that
   * failed longer ago and has no workflow counts as lost.
   */
  readonly settlingMs: number;
}

/** As histories have it. */
export const reconcilePolicy = members<ReconcilePolicy>({
  everyMs: milliseconds,
  overlapMs: milliseconds,
  settlingMs: milliseconds,
});
