import { defined } from '../../defined.ts';
import type { BuyabilityChanged, InventoryChanged, ProductData } from '../../events/types.ts';
import {
  buyabilityChangedSignal,
  itemBuyabilityType,
  itemWorkflowId,
  recheckSignal,
  type BuyabilityMessage,
  type ItemBuyabilityInput,
  type ItemStateName,
  type ItemReference,
  type RecheckMessage,
} from '../../workflows/itemBuyability/contract.ts';
import { itemSubject } from '../../workflows/itemBuyability/subject.ts';
import { plain } from '../../workflows/shared/markdown.ts';
import { configuredPolicy } from '../../policies/configured.ts';
import type { Delivery, RouteContext } from '../delivery.ts';
import { fitSummary } from './text.ts';

/** What the event itself settles; for everything else the workflow queries the vendor. */
function startState(product: ProductData | undefined): ItemStateName {
  const status = product?.buyabilityStatus;
  return status === 'BUYABLE' || status === 'NOT_BUYABLE' ? status : 'querying';
}

/** All but what goes to the workflow: which one it is, and what a new one starts with. */
function addressOf(
  { businessProductId, itemId }: ItemReference,
  state: ItemStateName,
  context: Pick<RouteContext, 'policies'>,
): Omit<Delivery, 'kind' | 'eventId' | 'signal'> {
  const policy = configuredPolicy('itemBuyability', context);
  const input: ItemBuyabilityInput = { version: 1, businessProductId, itemId, policy };
  return {
    workflowType: itemBuyabilityType,
    workflowId: itemWorkflowId(businessProductId, itemId),
    input,
    attributes: {
      state,
      account: businessProductId,
      attention: false,
      entities: [itemId],
      subject: itemSubject(itemId, state),
    },
    staticSummary: fitSummary(`Buyability of item ${plain(itemId)} of merchant ${plain(businessProductId)}`),
    staticDetails: `- **Item:** ${plain(itemId)}\n- **Merchant:** ${plain(businessProductId)}`,
    afterCompletion: 'startAgain',
  };
}

/**
 * What a reader of the history should know besides: resources of unknown types, and both values where two fields that
 * should agree do not. The workflow decides nothing by it.
 */
interface NotedMessage extends BuyabilityMessage {
  readonly notes?: readonly string[];
}

/** To the workflow of the item, of whatever merchant: the envelope's account is no seller. */
export function itemDelivery(event: BuyabilityChanged, context: RouteContext): Delivery {
  const { product, notes } = event;
  const message: NotedMessage = defined({
    eventId: event.eventId,
    eventTime: event.eventTime,
    apiVersion: event.apiVersion,
    product,
    notes: notes.length === 0 ? undefined : notes,
  });
  return {
    ...addressOf(event, startState(product), context),
    kind: event.kind,
    eventId: event.eventId,
    signal: { name: buyabilityChangedSignal.name, message },
  };
}

/** To the workflow of an item that is to be checked again; an event would say that something happened. */
export function recheckDelivery(
  item: ItemReference,
  eventId: string,
  context: Pick<RouteContext, 'policies'>,
): Delivery {
  const message: RecheckMessage = { eventId };
  return {
    ...addressOf(item, 'querying', context),
    kind: 'itemRecheck',
    eventId,
    signal: { name: recheckSignal.name, message },
  };
}

/** A change of inventory has an item queried again that is watched; it opens nothing. */
export function inventoryDelivery(event: InventoryChanged, context: Pick<RouteContext, 'policies'>): Delivery {
  return { ...recheckDelivery(event, event.eventId, context), kind: event.kind, onlyIfOpen: true };
}
