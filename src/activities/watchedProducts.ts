import type { Logger } from 'pino';
import type { AccountAlarms } from '../delivery/accountAlarms.ts';
import type { ProductCatalog } from '../vendors/buyWithPrime/port.ts';
import { reportRefusal } from './refusedAccess.ts';

/** The vendor's query, by the name of the field that it asks for. */
const operation = 'product';

/**
 * The same products, which raise the access alarm for every refused query: a missing permission, missing credentials or a
 * missing configuration concerns all items of a merchant. It throws the failure unchanged.
 */
export function watchProducts(
  products: ProductCatalog,
  reports: { alarms: AccountAlarms; logger: Pick<Logger, 'error'> },
): ProductCatalog {
  return {
    async queryProduct(query) {
      try {
        return await products.queryProduct(query);
      } catch (error) {
        const { businessProductId, itemId } = query;
        await reportRefusal(reports, { businessProductId, operation, resource: itemId }, error);
        throw error;
      }
    },
  };
}
