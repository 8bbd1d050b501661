import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { createAccountActivities } from '../activities/accounts.ts';
import { createChangeSetActivities } from '../activities/changeSets.ts';
import { createItemActivities } from '../activities/items.ts';
import { createNoticeActivities } from '../activities/notices.ts';
import { createQuarantineActivities } from '../activities/quarantine.ts';
import { createSecurityActivities } from '../activities/security.ts';
import { watchCatalog } from '../activities/watchedCatalog.ts';
import { createChannels } from '../channels/index.ts';
import { createModes } from '../config/accounts.ts';
import type { Configuration } from '../config/load.ts';
import { createAccountAlarms } from '../delivery/accountAlarms.ts';
import { createEventDelivery } from '../delivery/eventDelivery.ts';
import { createProductCatalog } from '../vendors/buyWithPrime/index.ts';
import { createMarketplaceCatalog } from '../vendors/marketplaceCatalog/index.ts';

function productsOf({ endpoints, merchants }: Configuration) {
  return createProductCatalog({
    ...(endpoints.buyWithPrime === undefined ? {} : { endpoint: endpoints.buyWithPrime }),
    merchants(businessProductId) {
      const merchant = Object.hasOwn(merchants, businessProductId) ? merchants[businessProductId] : undefined;
      if (merchant === undefined) return undefined;
      return { clientId: merchant.clientId, clientSecret: merchant.clientSecret.reveal() };
    },
  });
}

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
  const watched = watchCatalog(catalog, { alarms: createAccountAlarms(client, configuration), logger });
  const delivery = createEventDelivery(client, configuration);
  return {
    ...createAccountActivities({ catalog }),
    ...createChangeSetActivities({ catalog: watched, modes: createModes(configuration.file), delivery }),
    ...createItemActivities({ products: productsOf(configuration) }),
    ...createSecurityActivities({ catalog: watched }),
    ...createQuarantineActivities({ delivery }),
    ...createNoticeActivities({
      channels: createChannels(notices, logger),
      routes: notices.routes,
      ...(webUiUrl === undefined ? {} : { webUiUrl }),
    }),
  };
}
