import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { createAccountActivities, createMerchantActivities } from '../activities/accounts.ts';
import { createBackfillActivities } from '../activities/backfillItems.ts';
import { createChangeSetActivities } from '../activities/changeSets.ts';
import { createItemActivities } from '../activities/items.ts';
import { createNoticeActivities } from '../activities/notices.ts';
import { createQuarantineActivities } from '../activities/quarantine.ts';
import { createSecurityActivities } from '../activities/security.ts';
import { watchCatalog } from '../activities/watchedCatalog.ts';
import { watchProducts } from '../activities/watchedProducts.ts';
import { createChannels } from '../channels/index.ts';
import { createModes } from '../config/accounts.ts';
import type { Configuration } from '../config/load.ts';
import { createAccountAlarms } from '../delivery/accountAlarms.ts';
import { createEventDelivery } from '../delivery/eventDelivery.ts';
import { createItemRecheck } from '../delivery/itemRecheck.ts';
import { createMarketplaceCatalog } from '../vendors/marketplaceCatalog/index.ts';
import { productsOf } from './products.ts';

function catalogOf({ accountCredentials, endpoints }: Configuration, logger: Logger) {
  return createMarketplaceCatalog({
    logger,
    ...(endpoints.marketplaceCatalog === undefined ? {} : { endpoint: endpoints.marketplaceCatalog }),
    credentialsFor(account) {
      const own = Object.hasOwn(accountCredentials, account) ? accountCredentials[account] : undefined;
      if (own === undefined) return 'sdkChain';
      return { accessKeyId: own.accessKeyId.reveal(), secretAccessKey: own.secretAccessKey.reveal() };
    },
  });
}

/**
 * Joins every activity with the adapters that the configuration names: the one place where ports meet vendors.
 * @param client for activities that hand events on.
 */
export function composeActivities(configuration: Configuration, client: Client, logger: Logger): object {
  const { notices, webUiUrl } = configuration;
  const catalog = catalogOf(configuration, logger);
  const products = productsOf(configuration);
  const reports = { alarms: createAccountAlarms(client, configuration), logger };
  const watched = watchCatalog(catalog, reports);
  const delivery = createEventDelivery(client, configuration);
  return {
    ...createAccountActivities({ catalog }),
    ...createMerchantActivities({ products }),
    ...createChangeSetActivities({ catalog: watched, modes: createModes(configuration.file), delivery }),
    ...createItemActivities({ products: watchProducts(products, reports) }),
    ...createBackfillActivities({ items: createItemRecheck(client, configuration) }),
    ...createSecurityActivities({ catalog: watched }),
    ...createQuarantineActivities({ delivery }),
    ...createNoticeActivities({
      channels: createChannels(notices, logger),
      routes: notices.routes,
      ...(webUiUrl === undefined ? {} : { webUiUrl }),
    }),
  };
}
