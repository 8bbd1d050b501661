import {
  DescribeChangeSetCommand,
  DescribeEntityCommand,
  ListChangeSetsCommand,
  ListTagsForResourceCommand,
  MarketplaceCatalogClient,
  StartChangeSetCommand,
  type Change,
} from '@aws-sdk/client-marketplace-catalog';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';

/** A failed change set with one entity. */
export interface BareChangeSet {
  readonly account: string;
  readonly changeSetId: string;
}

/** The calls of a remediation, by the bare SDK and with nothing around them. */
export interface BareActivities {
  /** As the steward diagnoses: three calls. */
  bareInspect(changeSet: BareChangeSet): Promise<string>;
  /** As the steward submits: an update of a workflow, the same three calls, the tags, and the submit. */
  bareSubmit(changeSet: BareChangeSet): Promise<string>;
}

const Catalog = 'AWSMarketplace';

/**
 * Makes them.
 * @param client of the namespace whose permits are asked.
 * @param endpoint of the simulated vendor, which takes the account from the access key's id.
 */
export function createBareActivities(client: Client, endpoint: string | undefined): BareActivities {
  const clients = new Map<string, MarketplaceCatalogClient>();
  const clientOf = (account: string): MarketplaceCatalogClient => {
    const known =
      clients.get(account) ??
      new MarketplaceCatalogClient({
        region: 'us-east-1',
        ...(endpoint === undefined ? {} : { endpoint }),
        credentials: { accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' },
      });
    clients.set(account, known);
    return known;
  };
  async function check({ account, changeSetId }: BareChangeSet, tagged: boolean) {
    const catalog = clientOf(account);
    const found = await catalog.send(new DescribeChangeSetCommand({ Catalog, ChangeSetId: changeSetId }));
    if (tagged) await catalog.send(new ListTagsForResourceCommand({ ResourceArn: found.ChangeSetArn }));
    const changes = found.ChangeSet ?? [];
    const entityId = changes[0]?.Entity?.Identifier?.split('@')[0] ?? '';
    await catalog.send(new DescribeEntityCommand({ Catalog, EntityId: entityId }));
    const FilterList = [{ Name: 'EntityId', ValueList: [entityId] }];
    const Sort = { SortBy: 'StartTime', SortOrder: 'DESCENDING' } as const;
    await catalog.send(new ListChangeSetsCommand({ Catalog, FilterList, Sort, MaxResults: 20 }));
    return changes.map(({ ChangeType, Entity, Details }): Change => ({ ChangeType, Entity, Details }));
  }
  return {
    async bareInspect(changeSet) {
      await check(changeSet, false);
      return changeSet.changeSetId;
    },
    async bareSubmit(changeSet) {
      const { account, changeSetId } = changeSet;
      await client.workflow.executeUpdateWithStart('permit', {
        startWorkflowOperation: new WithStartWorkflowOperation('barePermits', {
          workflowId: `permits:${account}`,
          taskQueue: stewardTaskQueue,
          args: [],
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      });
      const ChangeSet = await check(changeSet, true);
      const ChangeSetName = `Update my product+retry.${changeSetId}.1`;
      const token = { ClientRequestToken: `bare.${changeSetId}` };
      const answer = await clientOf(account).send(
        new StartChangeSetCommand({ Catalog, ChangeSet, ChangeSetName, ...token }),
      );
      return answer.ChangeSetId ?? '';
    },
  };
}
