import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { createAccountActivities, createMerchantActivities } from '../activities/accountHealth/index.ts';
import { createBackfillChangeSetsActivities } from '../activities/backfillChangeSets/index.ts';
import { createBackfillActivities } from '../activities/backfillItems/index.ts';
import { createChangeSetActivities } from '../activities/changeSetRemediation/index.ts';
import { createItemActivities } from '../activities/itemBuyability/index.ts';
import { createNoticeActivities } from '../activities/notices.ts';
import { createQuarantineActivities } from '../activities/quarantinedEvent/index.ts';
import { createReconcileActivities } from '../activities/reconcileChangeSets/index.ts';
import { createSecurityActivities } from '../activities/securityCase/index.ts';
import { watchCatalog } from '../activities/watchedCatalog.ts';
import { watchProducts } from '../activities/watchedProducts.ts';
import { createChannels } from '../channels/index.ts';
import { createModes } from '../config/accounts.ts';
import type { Configuration } from '../config/load.ts';
import { createAccountAlarms } from '../delivery/accountAlarms.ts';
import { createEventDelivery } from '../delivery/eventDelivery.ts';
import { createListedChangeSets } from '../delivery/listedChangeSets.ts';
import { createItemRecheck } from '../delivery/itemRecheck.ts';
import { createAdmissionLimit } from '../delivery/admissionLimit.ts';
import { createMarketplaceCatalog } from '../vendors/marketplaceCatalog/index.ts';
import type { CatalogLines } from '../quotas/rateLimiters.ts';
import { createCallerOf } from '../quotas/callers.ts';
import { quotasOf } from '../quotas/catalogRateLimiters.ts';
import { credentialsOf } from './credentials.ts';
import { productsOf } from './products.ts';

function catalogOf(configuration: Configuration, lines: CatalogLines, logger: Logger) {
  const { marketplaceCatalog: endpoint, securityTokenService: tokenServiceEndpoint } = configuration.endpoints;
  return createMarketplaceCatalog({
    logger,
    order: { lines, callerOf: createCallerOf() },
    ...defined({ endpoint, tokenServiceEndpoint }),
    credentialsFor: (account) => credentialsOf(account, configuration),
  });
}

/**
 * Joins every activity with the adapters that the configuration names: the one place where ports meet vendors.
 * @param configuration may change while the activities are used: what is read of it at each use is as it is then.
 * @param client for activities that hand events on.
 * @param lines in which the calls of AWS wait.
 */
export function composeActivities(
  configuration: Configuration,
  client: Client,
  lines: CatalogLines,
  logger: Logger,
): object {
  const { notices, webUiUrl } = configuration;
  const catalog = catalogOf(configuration, lines, logger);
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
    ...createBackfillChangeSetsActivities({
      catalog: watched,
      changeSets: createListedChangeSets(client, configuration),
      lineages: createAdmissionLimit(client, quotasOf(configuration)),
      context: configuration,
    }),
    ...createSecurityActivities({ catalog: watched }),
    ...createQuarantineActivities({ delivery }),
    ...createReconcileActivities({
      catalog: watched,
      found: createListedChangeSets(client, configuration),
      context: configuration,
    }),
    ...createNoticeActivities({
      channels: createChannels(notices, logger),
      routes: notices.routes,
      ...defined({ webUiUrl }),
    }),
  };
}
