import { minuteMs } from '../shared/durations.ts';
import type { ReconcilePolicy } from './policyValues.ts';

/** How a round uses its time. */
export interface RoundPlan {
  /** How long the round may take, in milliseconds. */
  readonly roundWithinMs: number;
  /** How long one account may take, in milliseconds. */
  readonly accountWithinMs: number;
  /** How many batches are under way at once. */
  readonly lanes: number;
}

/** Plans a round: with so many lanes every batch is begun and ended in time, however slow one account of each may be. */
export function roundPlan(policy: ReconcilePolicy, batches: number): RoundPlan {
  const { everyMs, shareOfInterval, besideMs, leastLanes } = policy;
  const roundWithinMs = Math.max(Math.floor(everyMs * shareOfInterval), minuteMs);
  const withinMs = Math.min(policy.accountWithinMs, roundWithinMs / 2);
  const turns = Math.max(1, Math.floor(roundWithinMs / (withinMs + besideMs)));
  return { roundWithinMs, accountWithinMs: withinMs, lanes: Math.max(leastLanes, Math.ceil(batches / turns)) };
}
