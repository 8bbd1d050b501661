import type { AccountHealthPolicy } from '../workflows/accountHealth/policyValues.ts';
import type { BackfillChangeSetsPolicy } from '../workflows/backfillChangeSets/policyValues.ts';
import type { BackfillItemsPolicy } from '../workflows/backfillItems/policyValues.ts';
import type { ChangeSetPolicy } from '../workflows/changeSetRemediation/policyValues.ts';
import type { FailingTasksPolicy } from '../workflows/failingTasks/policyValues.ts';
import type { HeldEventsPolicy } from '../workflows/heldEvents/policyValues.ts';
import type { ItemBuyabilityPolicy } from '../workflows/itemBuyability/policyValues.ts';
import type { OfferPolicy } from '../workflows/offerWatch/policyValues.ts';
import type { QuarantinePolicy } from '../workflows/quarantinedEvent/policyValues.ts';
import type { ReconcilePolicy } from '../workflows/reconcileChangeSets/policyValues.ts';
import type { SecurityPolicy } from '../workflows/securityCase/policyValues.ts';
import type { SubmitPermitsPolicy } from '../workflows/submitPermits/policyValues.ts';

// The values that hold where the configuration names no other. No workflow code may load them: workflows go by what their
// history has, so that a change here reaches new workflows, and those that follow the configuration, and breaks no history.

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Of an alarm of refused access, or of failing calls. */
export const accountHealthDefaults: AccountHealthPolicy = {
  recheckFirstMs: minuteMs,
  recheckLongestMs: 15 * minuteMs,
  quietMs: 30 * minuteMs,
  failingAfterMs: 60 * minuteMs,
  failingQuietMs: 75 * minuteMs,
};

/** Of a backfill of change sets. */
export const backfillChangeSetsDefaults: BackfillChangeSetsPolicy = {
  retryAfterMs: [minuteMs, 10 * minuteMs],
  burstMs: 5 * secondMs,
  startedAtOnce: 200,
  keptUndelivered: 1_000,
};

/** Of a backfill of items. Two a second: 7,200 an hour. */
export const backfillItemsDefaults: BackfillItemsPolicy = {
  ratePerSecond: 2,
  burstMs: 5 * secondMs,
  retryAfterMs: [minuteMs, 10 * minuteMs],
};

/** Of a lineage. A change set takes up to 37 days (a solution going public): outcomes and blockers are awaited a little longer. */
export const changeSetDefaults: ChangeSetPolicy = {
  retryBackOffMs: [1, 2, 4, 8, 16, 32].map((minutes) => minutes * minuteMs),
  freshForMs: dayMs,
  protectedClasses: ['withdraw'],
  pollFirstMs: hourMs,
  pollLongestMs: dayMs,
  outcomeWithinMs: 40 * dayMs,
  spreadingRepeatMs: 15 * minuteMs,
  blockerPollMs: 15 * minuteMs,
  blockerWithinMs: 40 * dayMs,
  remindAfterMs: [1, 3, 7, 14, 21, 28, 35, 42, 49, 56].map((days) => days * dayMs),
  expireAfterMs: 60 * dayMs,
  watchEveryMs: 7 * dayMs,
  submitRetryFirstMs: 10 * secondMs,
  submitWithinMs: 7 * dayMs,
};

/** Of the alarm of failing workflow tasks. */
export const failingTasksDefaults: FailingTasksPolicy = { checkEveryMs: 5 * minuteMs };

/** Of unreadable bytes: 30 days. */
export const quarantineDefaults: QuarantinePolicy = { keepMs: 30 * dayMs };

/** Of held events: their bytes are kept as long, and a reminder comes three days before. */
export const heldEventsDefaults: HeldEventsPolicy = {
  keepMs: quarantineDefaults.keepMs,
  warnBeforeMs: 3 * dayMs,
  remindedForMs: 7 * dayMs,
  afterExpiryMs: minuteMs,
  leastBetweenChecksMs: hourMs,
  pausesMs: [2 * secondMs, 10 * secondMs, minuteMs, 5 * minuteMs, 15 * minuteMs],
  passesByKind: 2,
  fullNoticeEveryMs: dayMs,
};

/** Of an item. Back-off from 30 s doubling to 1 h for 72 h: the vendor asks to "allow time for the system to update". */
export const itemBuyabilityDefaults: ItemBuyabilityPolicy = {
  queryFirstMs: 30 * secondMs,
  queryLongestMs: hourMs,
  queryWithinMs: 72 * hourMs,
  lingerMs: 24 * hourMs,
  freshForMs: hourMs,
  completeNoticeWithinMs: minuteMs,
  verifyEveryMs: 24 * hourMs,
  verifyForMs: 7 * 24 * hourMs,
};

/** Of a watched offer. */
export const offerDefaults: OfferPolicy = {
  beforeEndMs: [30, 7, 1].map((days) => days * dayMs),
  checkEveryMs: 7 * dayMs,
  lingerMs: dayMs,
  mostChecks: 52,
  checkWithinMs: hourMs,
  endCheckWithinMs: dayMs,
};

/** Of the checks for lost events: every quarter of an hour; an event that takes more than ten minutes counts as lost. */
export const reconcileDefaults: ReconcilePolicy = {
  everyMs: 15 * minuteMs,
  overlapMs: 60 * minuteMs,
  settlingMs: 10 * minuteMs,
  byHandMs: dayMs,
  batchAccounts: 50,
  leastLanes: 4,
  shareOfInterval: 0.8,
  accountWithinMs: minuteMs,
  besideMs: minuteMs / 2,
  leastAttemptMs: 5 * secondMs,
  channelsWithinMs: minuteMs,
};

/** Of a security case. */
export const securityDefaults: SecurityPolicy = {
  beforeDueMs: [30, 14, 7, 3, 1, 0].map((days) => days * dayMs),
  overdueMs: [1, 3, 7].map((days) => days * dayMs),
  overdueEveryMs: 7 * dayMs,
  localHour: 9,
  timeZone: 'UTC',
  lastCallMs: dayMs,
  checkEveryMs: dayMs,
  overduePlanned: 52,
};

/** Of the permits of an account's submits. */
export const submitPermitsDefaults: SubmitPermitsPolicy = {
  mostInFlight: 200,
  recountFrom: 150,
  paceWithinMs: 10 * secondMs,
  inFlightRetryMs: 15 * secondMs,
  latestMs: 15 * minuteMs,
  soonestMs: 500,
  clockMarginMs: 5 * secondMs,
  usedPart: 0.952,
  betweenCountsMs: 10 * secondMs,
  mostUpdates: 1_000,
};
