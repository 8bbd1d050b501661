import { sleep, workflowInfo } from '@temporalio/workflow';
import { onSignal, runCase, type Carried, type CaseRun, type WorkingPhase } from '../shared/case.ts';
import { timerMs } from '../shared/reminders.ts';
import { entitiesAttribute } from '../shared/searchAttributes.ts';
import { requireTexts } from '../shared/input.ts';
import { offerReleasedSignal, offerWatchContract, type OfferStatus, type OfferWatchInput } from './contract.ts';
import { offerDefaults, type OfferPolicy } from './defaults.ts';
import { offerDetails, offerStatus } from './details.ts';
import { newWatch, stateName, wakeAtMs, type OfferCase, type OfferMessage, type OfferPhase } from './state.ts';
import { next } from './transitions/next.ts';
import { dueAtOf, releaseProblem } from './transitions/release.ts';

async function workOn(
  phase: WorkingPhase<OfferPhase>,
  { apply }: Pick<CaseRun<OfferCase, OfferMessage>, 'apply'>,
): Promise<void> {
  const wakeMs = wakeAtMs(phase);
  while (Date.now() < wakeMs) {
    await sleep(timerMs(wakeMs, Date.now()), { summary: `next check of ${new Date(wakeMs).toISOString()}` });
  }
  apply({ type: 'woken' });
}

/**
 * Watches one offer or offer set, as one account sees it: reports its release once, by the account's role, and reminds
 * before its end. It ends with the offer; without an end date it stays for a while, to recognise duplicates.
 * @returns how it ended, and what was sent.
 */
export async function offerWatch(input: OfferWatchInput & Carried<OfferCase>): Promise<OfferStatus> {
  requireTexts(input, ['account', 'offerId'], { version: 1, account: '123456789012', offerId: 'offer-1234567890123' });
  const policy: OfferPolicy = { ...offerDefaults, ...input.policy };
  return runCase({
    contract: offerWatchContract,
    input,
    policy,
    state: input.carried ?? newWatch(input, policy, Date.now()),
    next,
    status: offerStatus,
    statusDescription: 'The offer, its end, and the reminders',
    details: offerDetails,
    attributes: ({ release, phase, account, offerId }) => {
      // Delivery knows the product and the offers of a set; a start by hand knows the offer only.
      const known = workflowInfo().typedSearchAttributes.get(entitiesAttribute) !== undefined;
      return {
        state: stateName(phase),
        account,
        attention: false,
        dueAt: (release === undefined ? undefined : dueAtOf(release)) ?? null,
        ...(!known && { entities: [offerId] }),
      };
    },
    signals: [
      onSignal(
        offerReleasedSignal,
        'A release that the vendor published; sent by the ingress',
        (release) => releaseProblem(release) ?? { type: 'released', release },
      ),
    ],
    cancelled: () => ({ type: 'cancelled' }),
    work: workOn,
  });
}
