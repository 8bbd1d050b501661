import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { PolicyContext } from '../../policies/configured.ts';
import { securityDefaults } from '../../policies/defaults.ts';
import type { SecurityFollowed, SecurityFollowing, SecurityPlan } from '../../workflows/securityCase/contract.ts';
import type { SecurityPolicy } from '../../workflows/securityCase/policyValues.ts';
import { schedulePlan } from '../../workflows/securityCase/reminderSchedule.ts';
import { followedPolicy } from '../followedPolicy.ts';
import { planReminders } from './reminderSchedule.ts';

function planBy(policy: SecurityPolicy, dueAt: string, nowMs: number): SecurityPlan {
  const { plan, quietReminders } = schedulePlan(policy, dueAt, nowMs);
  return { dueAt, quietReminders, reminders: planReminders(plan) };
}

/**
 * Plans the reminders of a due date by a policy; by the default zone and hour where this machine does not know the policy's.
 * @throws RequestRejected for a date that is none.
 */
export function planOf(policy: SecurityPolicy, dueAt: string, nowMs: number): SecurityPlan {
  const { timeZone, localHour } = securityDefaults;
  try {
    try {
      return planBy(policy, dueAt, nowMs);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const doubt = `Reminders go by ${timeZone}, ${localHour}:00, since they could not be planned as configured: ${error.message}`;
      return { ...planBy({ ...policy, timeZone, localHour }, dueAt, nowMs), doubt };
    }
  } catch (error) {
    if (error instanceof RangeError) throw failure('RequestRejected', error.message);
    throw error;
  }
}

/** What the configuration says by now, with the plan that it makes; nothing where it says what the case goes by. */
export function followed(
  context: PolicyContext,
  { dueAt, ...recorded }: SecurityFollowing,
  nowMs: number,
): SecurityFollowed {
  const policy = followedPolicy('securityCase', context, recorded);
  if (policy === undefined) return {};
  return { policy, ...defined({ plan: dueAt === undefined ? undefined : planOf(policy, dueAt, nowMs) }) };
}
