import type { StewardEvent } from '../../events/types.ts';
import { defined } from '../../defined.ts';
import type { Delivery, Hold, RouteContext, Routed } from '../delivery.ts';
import { accountHeading } from '../headings.ts';
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

/** Why an event is of no account or catalog of the configuration, and what it waits for; undefined where it is of one. */
export function notOurs(event: StewardEvent, { accounts }: RouteContext): Hold | undefined {
  // Its account hosts the partner event source and is no seller.
  if (event.kind === 'buyability.changed' || event.kind === 'inventory.changed') return undefined;
  const { account: id } = event;
  const account = Object.hasOwn(accounts, id) ? accounts[id] : undefined;
  const catalog = event.kind === 'securityReport.created' ? undefined : event.catalog;
  const held = { heading: accountHeading(id), account: id, ...defined({ catalog }) };
  if (account === undefined) {
    return {
      ...held,
      reason: `Account ${id} is not configured. Add accounts.${id} to the configuration, which is followed without a restart.`,
    };
  }
  if (catalog === undefined || account.catalogs.includes(catalog)) return undefined;
  return { ...held, reason: `Catalog ${catalog} is not configured for account ${id} (accounts.${id}.catalogs).` };
}

/**
 * Decides where an event goes. Pure: the same event and context always give the same deliveries.
 * Marketplace events of an account or a catalog that is not configured are held: nothing would be allowed to act on them,
 * and they are replayed once it is configured. Watches of other accounts hear of an agreement all the same.
 */
export function route(event: StewardEvent, context: RouteContext): Routed {
  const hold = notOurs(event, context);
  if (hold !== undefined) {
    const [, ...elsewhere] = event.kind === 'agreement.created' ? agreementDeliveries(event, context) : [];
    return { to: 'hold', hold, elsewhere };
  }
  return { to: 'workflow', deliveries: deliveriesOf(event, context) };
}
