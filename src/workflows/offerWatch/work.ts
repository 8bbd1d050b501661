import { awsActivities } from '../shared/activities.ts';
import { untilItWorks } from '../shared/activityOptions.ts';
import type { CaseRun, WorkingPhase } from '../shared/case.ts';
import { secondMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import type { OfferActivities, OfferQuestion } from './contract.ts';
import type { OfferPolicy } from './policyValues.ts';
import { closesAtMs, wakeAtMs, type Awaited, type OfferCase, type OfferMessage, type OfferPhase } from './state.ts';
import { sleepUntil } from '../shared/timers.ts';

/** The one for sellers (API reference, Catalog); for a release whose sender left it out. */
const usualCatalog = 'AWSMarketplace';

/** What a check has come to. */
type Checked = Omit<Extract<OfferMessage, { readonly type: 'checked' }>, 'type'>;

/** What the work of a phase needs. */
type OfferWork = CaseRun<OfferCase, OfferMessage, OfferPolicy>;

/** A set has no end of its own in what AWS shows of it (Work with offer sets): its offers have. */
function questionOf({ account, release, offerId }: OfferCase): OfferQuestion {
  const associated = release?.associatedOffers.map(({ id }) => id) ?? [];
  return {
    account,
    catalog: release?.catalog ?? usualCatalog,
    offerIds: associated.length > 0 ? associated : [offerId],
  };
}

/**
 * How long AWS may take to answer, in milliseconds. A reminder is late by at most half of the time that is left to the end,
 * so that it never falls out; once the end is past, nothing is late any more.
 */
function answerWithinMs(wait: Awaited, { checkWithinMs, endCheckWithinMs }: OfferPolicy, nowMs: number): number {
  const leftMs = closesAtMs(wait) - nowMs;
  return leftMs <= 0 ? endCheckWithinMs : Math.max(Math.min(checkWithinMs, Math.floor(leftMs / 2)), secondMs);
}

async function check(wait: Awaited, { current, policy, recorded, follow, apply }: OfferWork): Promise<void> {
  const { account } = current();
  const { describeOffer } = awsActivities<OfferActivities>({
    ...untilItWorks,
    scheduleToCloseTimeout: answerWithinMs(wait, policy(), Date.now()),
    summary: 'whether the end of the offer has moved',
    priority: priorityOf(account),
  });
  let checked: Checked;
  try {
    const { policy: now, ...finding } = await describeOffer({ ...questionOf(current()), following: recorded() });
    checked = { finding, ...(follow({ policy: now }) && { followed: true }) };
  } catch (error) {
    checked = { finding: { found: 'unanswered', sentence: readFailure(error).sentence } };
  }
  apply({ type: 'checked', ...checked });
}

async function untilWoken(
  phase: Extract<OfferPhase, { name: 'watching' | 'lingering' }>,
  { apply }: OfferWork,
): Promise<void> {
  const wakeMs = wakeAtMs(phase);
  await sleepUntil(wakeMs, `next check of ${new Date(wakeMs).toISOString()}`);
  apply({ type: 'woken' });
}

/** Does what a phase stands for: one timer, or one check. */
export function workOn(phase: WorkingPhase<OfferPhase>, work: OfferWork): Promise<void> {
  return phase.name === 'checking' ? check(phase, work) : untilWoken(phase, work);
}
