import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { createAccountActivities, createMerchantActivities } from '../activities/accountHealth/index.ts';
import { createBackfillChangeSetsActivities } from '../activities/backfillChangeSets/index.ts';
import { createBackfillActivities } from '../activities/backfillItems/index.ts';
import { createChangeSetActivities, createOutcomeActivities } from '../activities/changeSetRemediation/index.ts';
import { createFanOutActivities } from '../activities/eventFanOut/index.ts';
import { createHeldEventsActivities } from '../activities/heldEvents/index.ts';
import { createNeededDecisionsReport } from '../activities/neededDecisions.ts';
import { createFailingTasksActivities, createFailingTasksReport } from '../activities/failingTasks/index.ts';
import { createItemActivities } from '../activities/itemBuyability/index.ts';
import { createMorningDigestActivities } from '../activities/morningDigest/index.ts';
import { createNoticeActivities, type NoticeOptions } from '../activities/notices.ts';
import { createOfferActivities } from '../activities/offerWatch/index.ts';
import { createPolicyActivities } from '../activities/policies.ts';
import { createQuarantineActivities } from '../activities/quarantinedEvent/index.ts';
import { createReconcileActivities, type ReconcileOptions } from '../activities/reconcileChangeSets/index.ts';
import { createReminderActivities, createSecurityActivities } from '../activities/securityCase/index.ts';
import { createSubmitPermitsActivities } from '../activities/submitPermits/index.ts';
import { watchCatalog, watchProducts } from '../activities/watchedVendors.ts';
import { followChannels } from '../channels/index.ts';
import { createModes } from '../config/accounts.ts';
import type { Modes } from '../config/modes.ts';
import type { Configuration } from '../config/load.ts';
import { createAccountAlarms } from '../delivery/accountAlarms.ts';
import { createFailingTasks } from '../delivery/failingTasks.ts';
import { morningFacts } from '../delivery/morningFacts.ts';
import { countNeededDecisions } from '../delivery/neededDecisions.ts';
import { createEventDelivery, type EventDelivery } from '../delivery/eventDelivery.ts';
import { createLateChangeSets } from '../delivery/lateChangeSets.ts';
import { createHeldSettling, type HeldSettling } from '../delivery/heldSettling.ts';
import { createOpenLineages, type OpenLineages } from '../delivery/openLineages.ts';
import { createNoticeDigests } from '../delivery/noticeDigests.ts';
import { createListedChangeSets, type LineageOpenings, type ListedChangeSets } from '../delivery/listedChangeSets.ts';
import { createItemRecheck, type ItemRecheck } from '../delivery/itemRecheck.ts';
import { createAdmissionLimit, type AdmissionLimit } from '../delivery/admissionLimit.ts';
import { createSubmitPermits, type SubmitPermits } from '../delivery/submitPermits.ts';
import { configuredPolicy } from '../policies/configured.ts';
import type { ProductCatalog } from '../vendors/buyWithPrime/port.ts';
import { createMarketplaceCatalog } from '../vendors/marketplaceCatalog/index.ts';
import type { MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import type { CatalogRateLimiters } from '../quotas/catalogRateLimiters.ts';
import { createAttemptOf } from '../quotas/catalogRateLimiters.ts';
import { quotasOf } from '../quotas/catalogQuotas.ts';
import type { QueueName } from '../workflows/shared/taskQueues.ts';
import { credentialsOf } from './credentials.ts';
import { productsOf } from './products.ts';

/** What activities read of the configuration. */
type ActivityConfiguration = Pick<
  Configuration,
  | 'accounts'
  | 'policies'
  | 'encryption'
  | 'notices'
  | 'morningDigests'
  | 'webUiUrl'
  | 'file'
  | 'buyWithPrime'
  | 'endpoints'
  | 'merchants'
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
  readonly products: ProductCatalog;
  readonly modes: Modes;
  readonly delivery: EventDelivery;
  readonly settling: HeldSettling;
  readonly items: ItemRecheck;
  readonly changeSets: ListedChangeSets & LineageOpenings;
  readonly lineages: AdmissionLimit;
  readonly openLineages: OpenLineages;
  readonly permits: SubmitPermits;
  /** Whether the configuration has a merchant. */
  readonly knowsMerchant: (businessProductId: string) => boolean;
  readonly notices: NoticeOptions;
}

/** The activities of each queue, made when they are asked for: a process makes none that it does not serve. */
export type ActivitiesByQueue = Readonly<Record<QueueName, () => object>>;

/**
 * Joins every activity with the adapters that the configuration names: no other place joins ports and vendors.
 * @param configuration may change while workers use the activities, which read it at each use.
 * @param client for activities that deliver events.
 * @param catalog gives the catalog; it is asked for once activities call AWS.
 * @param given parts that replace those of the configuration.
 */
export function composeActivities(
  configuration: ActivityConfiguration,
  client: Client,
  logger: Logger,
  catalog: () => MarketplaceCatalog,
  given: Partial<ActivityParts> = {},
): ActivitiesByQueue {
  const parts: Omit<ActivityParts, 'notices'> = {
    products: productsOf(configuration),
    modes: createModes(configuration.file),
    delivery: createEventDelivery(client, configuration),
    settling: createHeldSettling(client, configuration),
    items: createItemRecheck(client, configuration),
    changeSets: createListedChangeSets(client, configuration),
    lineages: createAdmissionLimit(client, quotasOf(configuration)),
    openLineages: createOpenLineages(client, configuration),
    permits: createSubmitPermits(client, quotasOf(configuration)),
    knowsMerchant: (businessProductId) => Object.hasOwn(configuration.merchants, businessProductId),
    ...given,
  };
  const { products, delivery, settling, items, knowsMerchant } = parts;
  const reports = {
    alarms: createAccountAlarms(client, configuration),
    logger,
    failingAfterMs: () => configuredPolicy('accountHealth', configuration).failingAfterMs,
  };
  const failingTasks = createFailingTasks(client, configuration);
  const reportFailingTasks = createFailingTasksReport(failingTasks.report, logger);
  const reportNeededDecisions = createNeededDecisionsReport(() => countNeededDecisions(client), logger);
  const reportRegularly = async (): Promise<void> => {
    await Promise.all([reportFailingTasks(), reportNeededDecisions()]);
  };
  const late = createLateChangeSets(client, configuration);
  return {
    workflows: () => ({
      ...createBackfillActivities({ items }),
      ...createFailingTasksActivities(failingTasks.find, configuration),
      ...createFanOutActivities({ delivery }),
      ...createHeldEventsActivities({ settling }),
      ...createMorningDigestActivities({
        routes: () => given.notices?.routes ?? configuration.morningDigests,
        facts: (asked) => morningFacts(client, asked),
      }),
      ...createOutcomeActivities(delivery),
      ...createQuarantineActivities({ delivery }),
      ...createPolicyActivities(configuration, {
        knowsAccount: (account) => Object.hasOwn(configuration.accounts, account),
        knowsMerchant,
      }),
      ...createReminderActivities(configuration),
    }),
    aws: () => awsActivities(configuration, { ...parts, late, reportRegularly }, catalog(), reports),
    buyWithPrime: () => ({
      ...createItemActivities({ products: watchProducts(products, reports), context: configuration }),
      ...createMerchantActivities({ products, context: configuration }),
    }),
    notices: () => noticesOf(configuration, client, logger, given.notices),
  };
}

function awsActivities(
  context: ActivityConfiguration,
  parts: Pick<ActivityParts, 'modes' | 'delivery' | 'permits' | 'changeSets' | 'lineages' | 'openLineages'> &
    Pick<ReconcileOptions, 'late' | 'reportRegularly'>,
  unwatched: MarketplaceCatalog,
  reports: Parameters<typeof watchCatalog>[1],
): object {
  const { modes, delivery, permits, changeSets, lineages, openLineages, late, reportRegularly } = parts;
  const catalog = watchCatalog(unwatched, reports);
  return {
    ...createAccountActivities({ catalog: unwatched, context }),
    ...createBackfillChangeSetsActivities({ catalog, changeSets, lineages, context }),
    ...createChangeSetActivities({ catalog, modes, delivery, permits, context }),
    ...createOfferActivities({ catalog, context }),
    ...createReconcileActivities({
      catalog,
      found: changeSets,
      lineages: openLineages,
      late,
      context,
      reportRegularly,
    }),
    ...createSecurityActivities({ catalog, context }),
    ...createSubmitPermitsActivities({ catalog, permits }),
  };
}

/** Channels and routes as the configuration has them at each notice; a channel that has not changed keeps its client. */
function noticesOf(
  configuration: ActivityConfiguration,
  client: Client,
  logger: Logger,
  given?: NoticeOptions,
): object {
  const digests = createNoticeDigests(client);
  if (given !== undefined) return createNoticeActivities({ digests, ...given });
  const channelsOf = followChannels(logger);
  return createNoticeActivities({
    digests,
    get channels() {
      return channelsOf(configuration.notices);
    },
    get routes() {
      return configuration.notices.routes;
    },
    ...defined({ webUiUrl: configuration.webUiUrl }),
  });
}
