import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { RouteContext } from '../../../src/delivery/delivery.ts';
import { finishedEvent, vendorTime } from './changeSetWorld.ts';
import { received } from './received.ts';

/**
 * Puts a change set that failed, and delivers its event: after its checks, which take the account's quotas, its lineage
 * waits for an hour.
 * @returns the id of the change set.
 * @throws where the event is not delivered.
 */
export async function deliverCheckedFailure(
  { control }: Pick<CatalogSimulator, 'control'>,
  client: Client,
  account: string,
): Promise<string> {
  const changeSetId = randomUUID().replaceAll('-', '').slice(0, 25);
  const at = (agoMs: number): string => vendorTime(Date.now() - agoMs);
  const times = { StartTime: at(120_000), EndTime: at(60_000) };
  const identifier = `prod-${changeSetId}`;
  control.putEntity({ entityId: identifier, entityType: 'SaaSProduct@1.0', account, lastModified: at(200_000) });
  control.putChangeSet({
    changeSetId,
    account,
    name: 'An update',
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: times.StartTime,
    endTime: times.EndTime,
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier, details: '{}' }],
  });
  const context: RouteContext = {
    accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies: { changeSet: { retryBackOffMs: [3_600_000] } },
  };
  const event = finishedEvent('Failed', changeSetId, 'An update', { FailureCode: 'SERVER_FAULT', ...times });
  const { outcome } = await received(
    client,
    context,
    'eventbridge',
    Buffer.from(JSON.stringify({ ...event, account })),
  );
  if (outcome !== 'delivered') throw new Error(`The event was not delivered: ${outcome}`);
  return changeSetId;
}
