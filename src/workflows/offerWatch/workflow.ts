import { carriedOr } from '../shared/carried.ts';
import { readWatch } from './carried.ts';
import { workflowInfo } from '@temporalio/workflow';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { entitiesAttribute } from '../shared/searchAttributes.ts';
import { requireTexts } from '../shared/input.ts';
import { namesShow } from '../shared/subjects.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import {
  offerAcceptedSignal,
  offerReleasedSignal,
  offerWatchContract,
  type OfferStatus,
  type OfferWatchInput,
} from './contract.ts';
import { offerDetails, offerStatus } from './details.ts';
import { offerPolicy } from './policyValues.ts';
import { endOf, newWatch, stateName } from './state.ts';
import { offerSubject } from './subject.ts';
import { agreementProblem } from './transitions/agreements.ts';
import { next } from './transitions/next.ts';
import { dueAtOf, releaseProblem } from './transitions/release.ts';
import { workOn } from './work.ts';

const example = { version: 1, account: '123456789012', offerId: 'offer-1234567890123' };

/**
 * Watches one offer or offer set, as one account sees it: reports its release once, by the account's role, and reminds
 * before its end, which it asks AWS for before each reminder. It ends with the offer, or when the offer is withdrawn;
 * reminders end when every buyer has accepted. Without an end date it stays for a while, to recognise duplicates.
 * @returns how it ended, and what was sent.
 */
export async function offerWatch(input: OfferWatchInput & Carried): Promise<OfferStatus> {
  requireTexts(input, ['account', 'offerId'], example);
  const recorded =
    wholePolicy(offerPolicy, input) ??
    (await resolvedPolicy('offerWatch', offerPolicy, input, example, offerWatchContract));
  return runCase({
    contract: offerWatchContract,
    input,
    ...recorded,
    policyShape: offerPolicy,
    state: carriedOr(input, readWatch, () => newWatch(input, recorded.policy, Date.now())),
    next,
    status: offerStatus,
    statusDescription: 'The offer, its end, and the reminders',
    details: offerDetails,
    attributes: (watch) => {
      const { phase, account, offerId } = watch;
      // Delivery knows the product and the offers of a set; a start by hand knows the offer only.
      const known = workflowInfo().typedSearchAttributes.get(entitiesAttribute) !== undefined;
      return {
        state: stateName(phase),
        account,
        attention: false,
        dueAt: dueAtOf(endOf(watch)) ?? null,
        subject: offerSubject(
          { offerId, state: stateName(phase), endsAt: endOf(watch), release: watch.release },
          namesShow(input),
        ),
        ...(!known && { entities: [offerId] }),
      };
    },
    signals: [
      onSignal(
        offerReleasedSignal,
        'A release that the vendor published; sent by the ingress',
        (release) => releaseProblem(release) ?? { type: 'released', release },
      ),
      onSignal(
        offerAcceptedSignal,
        'An agreement by this offer that the vendor published; sent by the ingress to an open watch, and by a replay',
        (agreement) => agreementProblem(agreement) ?? { type: 'accepted', agreement },
      ),
    ],
    cancelled: () => ({ type: 'cancelled' }),
    work: workOn,
  });
}
