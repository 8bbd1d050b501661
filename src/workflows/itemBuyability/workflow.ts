import { carriedOr } from '../shared/carried.ts';
import { readItem } from './carried.ts';
import { begun } from '../shared/begun.ts';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { isObject, requireTexts } from '../shared/input.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import {
  buyabilityChangedSignal,
  itemBuyabilityContract,
  recheckSignal,
  type BuyabilityMessage,
  type ItemBuyabilityInput,
  type ItemStatus,
} from './contract.ts';
import { itemDetails, itemStatus } from './details.ts';
import { itemBuyabilityPolicy } from './policyValues.ts';
import { needsDecision, newItem, stateName, type ItemMessage } from './state.ts';
import { itemSubject } from './subject.ts';
import { next } from './transitions/next.ts';
import { refusal } from './transitions/operatorCommands.ts';
import { workOn } from './work.ts';

const exampleInput = { version: 1, businessProductId: 'the merchant’s id', itemId: 'the item’s id' };

/** Anybody may have typed a signal's payload. */
function isReadable(message: Partial<BuyabilityMessage> | null | undefined): boolean {
  const { eventId, eventTime, product, apiVersion } = message ?? {};
  const dated = typeof eventTime === 'string' && !Number.isNaN(Date.parse(eventTime));
  const versioned = apiVersion === undefined || typeof apiVersion === 'string';
  return typeof eventId === 'string' && dated && versioned && (product === undefined || isObject(product));
}

/**
 * Knows whether one item can be bought with Prime: takes what events say, queries Buy with Prime where they say nothing,
 * never guesses, and notifies operators once of each change for the worse.
 * @returns the last state of the item, with what it rests on.
 */
export async function itemBuyability(input: ItemBuyabilityInput & Carried): Promise<ItemStatus> {
  requireTexts(input, ['businessProductId', 'itemId'], exampleInput);
  const recorded =
    wholePolicy(itemBuyabilityPolicy, input) ??
    (await resolvedPolicy(
      'itemBuyability',
      itemBuyabilityPolicy,
      { policy: input.policy },
      exampleInput,
      itemBuyabilityContract,
      [input.businessProductId],
    ));
  return runCase({
    contract: itemBuyabilityContract,
    input,
    state: carriedOr(input, readItem, () => newItem(input, { policy: recorded.policy, nowMs: Date.now() }, begun())),
    ...recorded,
    policyShape: itemBuyabilityPolicy,
    next,
    status: itemStatus,
    statusDescription: 'What is known of the item',
    details: itemDetails,
    attributes: (item) => ({
      state: stateName(item),
      account: item.businessProductId,
      attention: needsDecision(item),
      entities: [item.itemId],
      subject: itemSubject(item.itemId, stateName(item)),
    }),
    signals: [
      onSignal(
        buyabilityChangedSignal,
        'A BUYABILITY_CHANGED event; sent by the ingress',
        (message): ItemMessage | undefined => (isReadable(message) ? { type: 'event', message } : undefined),
      ),
      onSignal(
        recheckSignal,
        'Query the product again. Data: {"eventId": "<a text of your own, another one each time>"}',
        (message): ItemMessage | undefined =>
          typeof message?.eventId === 'string' ? { type: 'recheck', eventId: message.eventId } : undefined,
      ),
    ],
    commands: { message: (given) => ({ type: 'command', given }), refusal },
    cancelled: () => ({ type: 'cancelled' }),
    work: workOn,
  });
}
