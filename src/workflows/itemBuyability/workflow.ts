import { CancellationScope, continueAsNew, log, setHandler } from '@temporalio/workflow';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { untilEnded } from '../shared/caseLoop.ts';
import { startNoticeOutbox } from '../shared/outbox.ts';
import { ignoreUnknownSignals, requireTexts } from '../shared/start.ts';
import { itemBuyabilityDefaults, type ItemBuyabilityPolicy } from './defaults.ts';
import { itemDetails, itemStatus } from './details.ts';
import * as messages from './contract.ts';
import type { ItemPhase } from './phases.ts';
import { needsDecision, newItem, next, stateName, type ItemCase, type ItemMessage } from './state.ts';
import { workOn } from './work.ts';

const exampleInput = { version: 1, businessProductId: 'the merchant’s id', itemId: 'the item’s id' };

function publish(item: ItemCase, policy: ItemBuyabilityPolicy): void {
  publishDetails(itemDetails(item, policy));
  publishAttributes({
    state: stateName(item),
    account: item.businessProductId,
    attention: needsDecision(item),
    entities: [item.itemId],
  });
}

/** A signal typed by hand may be anything, and a handler that threw would stop the workflow. */
function isReadable(message: Partial<messages.BuyabilityMessage> | null | undefined): boolean {
  const { eventId, eventTime, product } = message ?? {};
  const dated = typeof eventTime === 'string' && !Number.isNaN(Date.parse(eventTime));
  return typeof eventId === 'string' && dated && (product === undefined || typeof product === 'object');
}

/**
 * Knows whether one item can be bought with Prime: takes what events say, asks where they say nothing, never guesses,
 * and tells operators once of each turn for the worse.
 * @returns the last state of the item, with what it rests on.
 */
export async function itemBuyability(input: messages.ItemBuyabilityInput): Promise<messages.ItemStatus> {
  requireTexts(input, ['businessProductId', 'itemId'], exampleInput);
  const policy: ItemBuyabilityPolicy = { ...itemBuyabilityDefaults, ...input.policy };
  let item = input.carried ?? newItem(input, { policy, nowMs: Date.now() });
  const outbox = startNoticeOutbox((sentence) => apply({ type: 'effectFailed', sentence }));

  function apply(message: ItemMessage): void {
    const transition = next(item, message, { policy, nowMs: Date.now() });
    item = transition.item;
    outbox.add(transition.notices);
    publish(item, policy);
  }

  setHandler(messages.itemStatusQuery, () => itemStatus(item, policy), { description: 'What is known of the item' });
  setHandler(
    messages.buyabilityChangedSignal,
    (message) => {
      if (isReadable(message)) apply({ type: 'event', message });
      else log.warn('A signal without an event id and a time was ignored', { signal: 'buyabilityChanged' });
    },
    { description: 'A BUYABILITY_CHANGED event; sent by the ingress' },
  );
  setHandler(
    messages.recheckSignal,
    (message) => {
      if (typeof message?.eventId === 'string') apply({ type: 'recheck', eventId: message.eventId });
      else log.warn('A signal without an event id was ignored', { signal: 'recheck' });
    },
    { description: 'Ask for the product again. Data: {"eventId": "a text of your own, another one each time"}' },
  );
  ignoreUnknownSignals();
  CancellationScope.current().cancelRequested.catch(() => apply({ type: 'cancelled' }));

  publish(item, policy);
  return CancellationScope.nonCancellable(async () => {
    await untilEnded<ItemPhase>({
      phase: () => item.phase,
      ended: ({ name }) => name === 'ended',
      work: (phase) => workOn(phase, { current: () => item, policy, apply }),
      idle: () => outbox.idle(),
      renew: () => continueAsNew<typeof itemBuyability>({ ...input, carried: item }),
    });
    return itemStatus(item, policy);
  });
}
