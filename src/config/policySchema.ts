import { z } from 'zod';
import { timeZone } from './fields.ts';
import type { AccountHealthPolicy } from '../workflows/accountHealth/policyValues.ts';
import type { ChangeClass } from '../workflows/changeSetRemediation/changeTypes.ts';
import type { ChangeSetPolicy } from '../workflows/changeSetRemediation/policyValues.ts';
import type { FailingTasksPolicy } from '../workflows/failingTasks/policyValues.ts';
import type { ItemBuyabilityPolicy } from '../workflows/itemBuyability/policyValues.ts';
import type { OfferPolicy } from '../workflows/offerWatch/policyValues.ts';
import type { QuarantinePolicy } from '../workflows/quarantinedEvent/policyValues.ts';
import type { ReconcilePolicy } from '../workflows/reconcileChangeSets/policyValues.ts';
import type { SecurityPolicy } from '../workflows/securityCase/policyValues.ts';

/** Overrides of the policies, by workflow. What is absent has the value of `src/policies/defaults.ts`. */
export interface Policies {
  readonly changeSet?: Partial<ChangeSetPolicy>;
  readonly itemBuyability?: Partial<ItemBuyabilityPolicy>;
  readonly securityCase?: Partial<SecurityPolicy>;
  readonly offerWatch?: Partial<OfferPolicy>;
  readonly quarantine?: Partial<QuarantinePolicy> & {
    /** Events of an account that is not configured that are held at once. */
    readonly heldEventsPerAccount?: number;
  };
  readonly accountHealth?: Partial<AccountHealthPolicy>;
  readonly failingTasks?: Partial<FailingTasksPolicy>;
  readonly reconcile?: Partial<ReconcilePolicy>;
}

const yearMs = 365 * 86_400_000;
const wholeFrom = (least: number, most: number, expected: string) =>
  z.int(expected).min(least, expected).max(most, expected);

const durationMs = wholeFrom(0, yearMs, `whole milliseconds, 0 to ${yearMs} (a year)`);
/** For intervals and windows: zero would be a loop without a pause, or a window that is over before it begins. */
const positiveMs = wholeFrom(1, yearMs, `whole milliseconds, 1 to ${yearMs} (a year)`);

/** Temporal's schedules count whole seconds; a day between two checks is more than anybody wants to wait. */
const expectedEveryMs = 'whole seconds in milliseconds, 1000 to 86400000 (a day)';
const everyMs = wholeFrom(1_000, 86_400_000, expectedEveryMs).multipleOf(1_000, expectedEveryMs);

/** AWS lists 60 days: nothing further back can be checked. */
const reachBackMs = wholeFrom(0, 60 * 86_400_000, 'whole milliseconds, 0 to 5184000000 (60 days)');

const ordered = (each: typeof durationMs, sign: 1 | -1, expected: string) =>
  z
    .array(each)
    .max(50)
    .refine(
      (list) => list.every((value, index) => index === 0 || sign * (value - (list[index - 1] ?? 0)) > 0),
      expected,
    );
const descending = ordered(durationMs, -1, 'largest first, none twice');
const ascending = ordered(positiveMs, 1, 'smallest first, none twice');

const changeClasses = ['create', 'set', 'add', 'reach', 'withdraw', 'policy'] as const satisfies readonly ChangeClass[];

/** The section `policies` of the file. */
export const policiesSchema = z.strictObject({
  changeSet: z
    .strictObject({
      // The vendor's names have room for three digits of an attempt; a list that long would be a mistake.
      retryBackOffMs: z.array(durationMs).max(50).exactOptional(),
      freshForMs: positiveMs.exactOptional(),
      protectedClasses: z.array(z.enum(changeClasses)).exactOptional(),
      pollFirstMs: positiveMs.exactOptional(),
      pollLongestMs: positiveMs.exactOptional(),
      outcomeWithinMs: positiveMs.exactOptional(),
      spreadingRepeatMs: positiveMs.exactOptional(),
      blockerPollMs: positiveMs.exactOptional(),
      blockerWithinMs: positiveMs.exactOptional(),
      remindAfterMs: ascending.exactOptional(),
      expireAfterMs: positiveMs.exactOptional(),
      watchEveryMs: positiveMs.exactOptional(),
      submitRetryFirstMs: positiveMs.exactOptional(),
      submitWithinMs: positiveMs.exactOptional(),
    })
    .exactOptional(),
  itemBuyability: z
    .strictObject({
      queryFirstMs: positiveMs.exactOptional(),
      queryLongestMs: positiveMs.exactOptional(),
      queryWithinMs: positiveMs.exactOptional(),
      lingerMs: durationMs.exactOptional(),
      freshForMs: positiveMs.exactOptional(),
      completeNoticeWithinMs: positiveMs.exactOptional(),
      verifyEveryMs: positiveMs.exactOptional(),
      verifyForMs: positiveMs.exactOptional(),
    })
    .exactOptional(),
  securityCase: z
    .strictObject({
      beforeDueMs: descending.exactOptional(),
      overdueMs: ascending.exactOptional(),
      overdueEveryMs: positiveMs.exactOptional(),
      localHour: wholeFrom(0, 23, 'a whole hour from 0 to 23').exactOptional(),
      timeZone: timeZone.exactOptional(),
      lastCallMs: durationMs.exactOptional(),
      checkEveryMs: positiveMs.exactOptional(),
    })
    .exactOptional(),
  offerWatch: z
    .strictObject({
      beforeEndMs: descending.exactOptional(),
      lingerMs: durationMs.exactOptional(),
      checkEveryMs: positiveMs.exactOptional(),
      checkWithinMs: positiveMs.exactOptional(),
      endCheckWithinMs: positiveMs.exactOptional(),
    })
    .exactOptional(),
  quarantine: z
    .strictObject({
      keepMs: positiveMs.exactOptional(),
      // The workflow that asks for all has them in one list.
      heldEventsPerAccount: wholeFrom(1, 5_000, 'a whole number from 1 to 5000').exactOptional(),
    })
    .exactOptional(),
  accountHealth: z
    .strictObject({
      recheckFirstMs: positiveMs.exactOptional(),
      recheckLongestMs: positiveMs.exactOptional(),
      quietMs: positiveMs.exactOptional(),
      failingAfterMs: positiveMs.exactOptional(),
      failingQuietMs: positiveMs.exactOptional(),
    })
    .exactOptional(),
  failingTasks: z.strictObject({ checkEveryMs: positiveMs.exactOptional() }).exactOptional(),
  reconcile: z
    .strictObject({
      everyMs: everyMs.exactOptional(),
      overlapMs: reachBackMs.exactOptional(),
      settlingMs: reachBackMs.exactOptional(),
    })
    .exactOptional(),
});
