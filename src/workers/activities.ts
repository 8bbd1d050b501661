import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { createAccountActivities, createMerchantActivities } from '../activities/accountHealth/index.ts';
import { createBackfillChangeSetsActivities } from '../activities/backfillChangeSets/index.ts';
import { createBackfillActivities } from '../activities/backfillItems/index.ts';
import { createChangeSetActivities } from '../activities/changeSetRemediation/index.ts';
import { createFanOutActivities } from '../activities/eventFanOut/index.ts';
import { createHeldEventsActivities } from '../activities/heldEvents/index.ts';
import { createFailingTasksActivities, createFailingTasksReport } from '../activities/failingTasks/index.ts';
import { createItemActivities } from '../activities/itemBuyability/index.ts';
import { createNoticeActivities, type NoticeOptions } from '../activities/notices.ts';
import { createOfferActivities } from '../activities/offerWatch/index.ts';
import { createQuarantineActivities } from '../activities/quarantinedEvent/index.ts';
import { createReconcileActivities } from '../activities/reconcileChangeSets/index.ts';
import { createSecurityActivities } from '../activities/securityCase/index.ts';
import { createSubmitPermitsActivities } from '../activities/submitPermits/index.ts';
import { watchCatalog, watchProducts } from '../activities/watchedVendors.ts';
import { createChannels } from '../channels/index.ts';
import { createModes } from '../config/accounts.ts';
import type { Modes } from '../config/modes.ts';
import type { Configuration } from '../config/load.ts';
import { createAccountAlarms } from '../delivery/accountAlarms.ts';
import { createFailingTasks } from '../delivery/failingTasks.ts';
import { createEventDelivery, type EventDelivery } from '../delivery/eventDelivery.ts';
import { createLateChangeSets } from '../delivery/lateChangeSets.ts';
import { createHeldSettling, type HeldSettling } from '../delivery/heldSettling.ts';
import { createNoticeDigests } from '../delivery/noticeDigests.ts';
import { createListedChangeSets, type LineageOpenings, type ListedChangeSets } from '../delivery/listedChangeSets.ts';
import { createItemRecheck, type ItemRecheck } from '../delivery/itemRecheck.ts';
import { createAdmissionLimit, type AdmissionLimit } from '../delivery/admissionLimit.ts';
import { createSubmitPermits, type SubmitPermits } from '../delivery/submitPermits.ts';
import type { ProductCatalog } from '../vendors/buyWithPrime/port.ts';
import { createMarketplaceCatalog } from '../vendors/marketplaceCatalog/index.ts';
import type { MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import type { CatalogRateLimiters } from '../quotas/catalogRateLimiters.ts';
import { createAttemptOf } from '../quotas/catalogRateLimiters.ts';
import { quotasOf } from '../quotas/catalogQuotas.ts';
import { credentialsOf } from './credentials.ts';
import { productsOf } from './products.ts';

/** What activities read of the configuration. */
type ActivityConfiguration = Pick<
  Configuration,
  'accounts' | 'policies' | 'notices' | 'webUiUrl' | 'file' | 'buyWithPrime' | 'endpoints' | 'merchants'
>;

/** The catalog with the credentials and endpoints of the configuration. @param limiters keep the calls of AWS within the quotas. */
export function catalogOf(
  configuration: Configuration,
  limiters: CatalogRateLimiters,
  logger: Logger,
): MarketplaceCatalog {
  const { marketplaceCatalog: endpoint, securityTokenService: tokenServiceEndpoint } = configuration.endpoints;
  return createMarketplaceCatalog({
    logger,
    limits: { limiters, attemptOf: createAttemptOf() },
    ...defined({ endpoint, tokenServiceEndpoint }),
    credentialsFor: (account) => credentialsOf(account, configuration),
  });
}

/** What the activities are made of. */
export interface ActivityParts {
  readonly catalog: MarketplaceCatalog;
  readonly products: ProductCatalog;
  readonly modes: Modes;
  readonly delivery: EventDelivery;
  readonly settling: HeldSettling;
  readonly items: ItemRecheck;
  readonly changeSets: ListedChangeSets & LineageOpenings;
  readonly lineages: AdmissionLimit;
  readonly permits: SubmitPermits;
  readonly notices: NoticeOptions;
}

/**
 * Joins every activity with the adapters that the configuration names: no other place joins ports and vendors.
 * @param configuration may change while workers use the activities, which read it at each use.
 * @param client for activities that deliver events.
 * @param given the catalog, and parts that replace those of the configuration.
 */
export function composeActivities(
  configuration: ActivityConfiguration,
  client: Client,
  logger: Logger,
  given: Pick<ActivityParts, 'catalog'> & Partial<ActivityParts>,
): object {
  const { notices, webUiUrl } = configuration;
  const parts: ActivityParts = {
    products: productsOf(configuration),
    modes: createModes(configuration.file),
    delivery: createEventDelivery(client, configuration),
    settling: createHeldSettling(client, configuration),
    items: createItemRecheck(client, configuration),
    changeSets: createListedChangeSets(client, configuration),
    lineages: createAdmissionLimit(client, quotasOf(configuration)),
    permits: createSubmitPermits(client, quotasOf(configuration)),
    notices: { channels: createChannels(notices, logger), routes: notices.routes, ...defined({ webUiUrl }) },
    ...given,
  };
  const { products, modes, delivery, settling, items, changeSets, lineages, permits } = parts;
  const reports = {
    alarms: createAccountAlarms(client, configuration),
    logger,
    failingAfterMs: () => configuration.policies.accountHealth?.failingAfterMs,
  };
  const failingTasks = createFailingTasks(client, configuration);
  const catalog = watchCatalog(parts.catalog, reports);
  return {
    ...createAccountActivities({ catalog: parts.catalog }),
    ...createMerchantActivities({ products }),
    ...createChangeSetActivities({ catalog, modes, delivery, permits }),
    ...createSubmitPermitsActivities({ catalog, permits }),
    ...createItemActivities({ products: watchProducts(products, reports) }),
    ...createBackfillActivities({ items }),
    ...createBackfillChangeSetsActivities({ catalog, changeSets, lineages, context: configuration }),
    ...createSecurityActivities({ catalog }),
    ...createOfferActivities({ catalog }),
    ...createQuarantineActivities({ delivery }),
    ...createFanOutActivities({ delivery }),
    ...createReconcileActivities({
      catalog,
      found: changeSets,
      late: createLateChangeSets(client, configuration),
      context: configuration,
      reportFailingTasks: createFailingTasksReport(failingTasks.report, logger),
    }),
    ...createFailingTasksActivities(failingTasks.find),
    ...createHeldEventsActivities({ settling }),
    ...createNoticeActivities({ digests: createNoticeDigests(client), ...parts.notices }),
  };
}
