import type { BuyabilityChanged, ProductData } from '../events/types.ts';
import {
  buyabilityChangedSignal,
  itemBuyabilityType,
  itemWorkflowId,
  type BuyabilityMessage,
  type ItemBuyabilityInput,
  type ProductRecord,
} from '../workflows/itemBuyability/messages.ts';
import { plain } from '../workflows/shared/markdown.ts';
import type { RouteContext } from './context.ts';
import type { Delivery } from './delivery.ts';
import { fitSummary } from './text.ts';

function recordOf(product: ProductData): ProductRecord {
  const { id, externalId, amazonSku, sku, buyabilityStatus } = product;
  return {
    ...(id === undefined ? {} : { id }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(amazonSku === undefined ? {} : { amazonSku }),
    ...(sku === undefined ? {} : { sku }),
    ...(buyabilityStatus === undefined ? {} : { buyabilityStatus }),
  };
}

/** What the event itself settles; everything else has to be queried for. */
function startState(product: ProductData | undefined): string {
  const status = product?.buyabilityStatus;
  return status === 'BUYABLE' || status === 'NOT_BUYABLE' ? status : 'querying';
}

/** To the workflow of the item, of whatever merchant: the envelope's account is no seller. */
export function itemDelivery(event: BuyabilityChanged, { policies }: RouteContext): Delivery {
  const { businessProductId, itemId, product } = event;
  const message: BuyabilityMessage = {
    eventId: event.eventId,
    eventTime: event.eventTime,
    ...(event.apiVersion === undefined ? {} : { apiVersion: event.apiVersion }),
    ...(product === undefined ? {} : { product: recordOf(product) }),
  };
  const policy = policies.itemBuyability;
  const input: ItemBuyabilityInput = {
    version: 1,
    businessProductId,
    itemId,
    ...(policy === undefined ? {} : { policy }),
  };
  return {
    kind: event.kind,
    eventId: event.eventId,
    workflowType: itemBuyabilityType,
    workflowId: itemWorkflowId(businessProductId, itemId),
    input,
    signal: { name: buyabilityChangedSignal.name, message },
    attributes: {
      state: startState(product),
      account: businessProductId,
      attention: false,
      entities: [itemId],
    },
    staticSummary: fitSummary(`Buyability of item ${plain(itemId)} of merchant ${plain(businessProductId)}`),
    afterCompletion: 'startAgain',
  };
}
