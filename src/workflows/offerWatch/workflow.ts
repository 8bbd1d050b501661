import { CancellationScope, continueAsNew, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { untilEnded } from '../shared/caseLoop.ts';
import { startNoticeOutbox } from '../shared/noticeOutbox.ts';
import { timerMs } from '../shared/reminders.ts';
import { entitiesAttribute } from '../shared/searchAttributes.ts';
import { ignoreUnknownSignals, requireTexts } from '../shared/start.ts';
import { offerDefaults, type OfferPolicy } from './defaults.ts';
import { offerDetails, offerStatus } from './details.ts';
import * as messages from './contract.ts';
import { next, type OfferMessage } from './transitions/next.ts';
import { dueAtOf, releaseProblem } from './transitions/release.ts';
import { newWatch, stateName, wakeAtMs, type OfferCase, type OfferPhase } from './state.ts';

function publish(watch: OfferCase): void {
  const { release, phase } = watch;
  // Delivery knows the product and the offers of a set; a start by hand knows the offer only.
  const known = workflowInfo().typedSearchAttributes.get(entitiesAttribute) !== undefined;
  publishDetails(offerDetails(watch));
  publishAttributes({
    state: stateName(phase),
    account: watch.account,
    attention: false,
    dueAt: (release === undefined ? undefined : dueAtOf(release)) ?? null,
    ...(known ? {} : { entities: [watch.offerId] }),
  });
}

async function workOn(phase: OfferPhase, apply: (message: OfferMessage) => void): Promise<void> {
  if (phase.name === 'ended') return;
  const wakeMs = wakeAtMs(phase);
  while (Date.now() < wakeMs) {
    await sleep(timerMs(wakeMs, Date.now()), { summary: `next check of ${new Date(wakeMs).toISOString()}` });
  }
  apply({ type: 'woken' });
}

/**
 * Watches one offer or offer set, as one account sees it: tells of its release once, by the account's role, and reminds
 * before its end. It ends with the offer; without an end date it stays for a while, to recognise duplicates.
 * @returns how it ended, and what was sent.
 */
export async function offerWatch(input: messages.OfferWatchInput): Promise<messages.OfferStatus> {
  requireTexts(input, ['account', 'offerId'], { version: 1, account: '123456789012', offerId: 'offer-1234567890123' });
  const policy: OfferPolicy = { ...offerDefaults, ...input.policy };
  let watch = input.carried ?? newWatch(input, policy, Date.now());
  const outbox = startNoticeOutbox((sentence) => apply({ type: 'noted', sentence }));

  function apply(message: OfferMessage): void {
    const transition = next(watch, message, { policy, nowMs: Date.now() });
    watch = transition.watch;
    outbox.add(transition.notices);
    publish(watch);
  }

  setHandler(messages.offerStatusQuery, () => offerStatus(watch), { description: 'The watch as it stands' });
  setHandler(
    messages.offerReleasedSignal,
    (release) => {
      const sentence = releaseProblem(release);
      apply(sentence === undefined ? { type: 'released', release } : { type: 'noted', sentence });
    },
    { description: 'A release that the vendor reported; sent by the ingress' },
  );
  ignoreUnknownSignals();
  CancellationScope.current().cancelRequested.catch(() => apply({ type: 'cancelled' }));

  publish(watch);
  return CancellationScope.nonCancellable(async () => {
    await untilEnded({
      phase: () => watch.phase,
      ended: (phase) => phase.name === 'ended',
      work: (phase) => workOn(phase, apply),
      idle: () => outbox.idle(),
      renew: () => continueAsNew<typeof offerWatch>({ ...input, carried: watch }),
    });
    return offerStatus(watch);
  });
}
