import { defined } from '../defined.ts';
import type { Configuration } from '../config/load.ts';
import type { ProductCatalog } from '../vendors/buyWithPrime/port.ts';
import { createProductCatalog } from '../vendors/buyWithPrime/index.ts';

/**
 * Buy with Prime's product query with each merchant's own credentials.
 * @param configuration its merchants are read at each query, and may change.
 */
export function productsOf(
  configuration: Pick<Configuration, 'buyWithPrime' | 'endpoints' | 'merchants'>,
): ProductCatalog {
  const { buyWithPrime, endpoints } = configuration;
  const { apiVersion, targetHeader } = buyWithPrime;
  return createProductCatalog({
    ...defined({ endpoint: endpoints.buyWithPrime, targetHeader, defaultApiVersion: apiVersion }),
    merchants(businessProductId) {
      const { merchants } = configuration;
      const merchant = Object.hasOwn(merchants, businessProductId) ? merchants[businessProductId] : undefined;
      if (merchant === undefined) return undefined;
      return { clientId: merchant.clientId, clientSecret: merchant.clientSecret.reveal() };
    },
  });
}
