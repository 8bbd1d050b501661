import type { StewardEvent } from '../../events/types.ts';
import type { Delivery, RouteContext, Routed } from '../delivery.ts';
import { changeSetDelivery, outcomeMessage } from './routeChangeSet.ts';
import { inventoryDelivery, itemDelivery } from './routeItem.ts';
import { agreementDeliveries } from './routeAgreement.ts';
import { offerDeliveries, offerSetDelivery } from './routeOffer.ts';
import { securityDelivery } from './routeSecurityReport.ts';

function deliveriesOf(event: StewardEvent, context: RouteContext): readonly [Delivery, ...Delivery[]] {
  switch (event.kind) {
    case 'changeSet.finished':
      return [changeSetDelivery(outcomeMessage(event), context)];
    case 'offer.released':
      return offerDeliveries(event, context);
    case 'offerSet.released':
      return [offerSetDelivery(event, context)];
    case 'agreement.created':
      return agreementDeliveries(event, context);
    case 'securityReport.created':
      return [securityDelivery(event, context)];
    case 'buyability.changed':
      return [itemDelivery(event, context)];
    case 'inventory.changed':
      return [inventoryDelivery(event, context)];
  }
}

/** Why an event is of no account or catalog of the configuration, in a sentence; undefined where it is of one. */
export function notOurs(event: StewardEvent, { accounts }: RouteContext): string | undefined {
  // Its account hosts the partner event source and is no seller.
  if (event.kind === 'buyability.changed' || event.kind === 'inventory.changed') return undefined;
  // It opens nothing, and an account that is not configured has no watch.
  if (event.kind === 'agreement.created') return undefined;
  const account = Object.hasOwn(accounts, event.account) ? accounts[event.account] : undefined;
  if (account === undefined) {
    return `Account ${event.account} is not configured. Add accounts.${event.account} to the configuration, which is followed without a restart, and replay.`;
  }
  if (event.kind === 'securityReport.created' || account.catalogs.includes(event.catalog)) return undefined;
  return `Catalog ${event.catalog} is not configured for account ${event.account} (accounts.${event.account}.catalogs).`;
}

/**
 * Decides where an event goes. Pure: the same event and context always give the same deliveries.
 * Marketplace events of an account or a catalog that is not configured go to the quarantine: nothing would be allowed
 * to act on them, and an operator who adds the account can replay them.
 */
export function route(event: StewardEvent, context: RouteContext): Routed {
  const reason = notOurs(event, context);
  if (reason !== undefined) return { to: 'quarantine', reason };
  return { to: 'workflow', deliveries: deliveriesOf(event, context) };
}
