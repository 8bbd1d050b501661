import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { fromListing, type ListedChangeSet } from '../events/fromListing.ts';
import type { ChangeSetFinished } from '../events/types.ts';
import { failure } from '../ports/failures.ts';
import type { FoundChangeSets, LineageOpenings, Standing } from '../ports/foundChangeSets.ts';
import type { CatalogScope } from '../ports/marketplaceCatalog.ts';
import { readMarker } from '../workflows/changeSetRemediation/lineage.ts';
import { changeSetStatusQuery, changeSetWorkflowId } from '../workflows/changeSetRemediation/messages.ts';
import { changeSetsAttribute } from '../workflows/shared/searchAttributes.ts';
import type { RouteContext } from './context.ts';
import { backfillMemo, deliver, deliverWithinMs, foundMemo } from './deliver.ts';
import { notOurs } from './route.ts';
import { changeSetDelivery, outcomeMessage } from './routeChangeSet.ts';

/** Findings over the one way to workflows: describing costs no action, and a delivery is the same as an event's. */
export function createFoundChangeSets(client: Client, context: RouteContext): FoundChangeSets & LineageOpenings {
  return {
    async standingOf(_scope, row) {
      const originId = readMarker(row.name)?.originId ?? row.changeSetId;
      const lineage = await described(client, changeSetWorkflowId(originId));
      if (lineage !== undefined && (await has(client, lineage, originId, row.changeSetId))) return known(lineage);
      const own =
        originId === row.changeSetId ? undefined : await described(client, changeSetWorkflowId(row.changeSetId));
      return own === undefined ? { standing: 'unknown' } : known(own);
    },
    async deliver(scope, row, foundBy) {
      const message = outcomeMessage(eventOf(scope, row, context));
      const delivered = await deliver(client, changeSetDelivery(message, context, foundBy));
      if (delivered.outcome === 'unavailable') throw failure('Unreachable', delivered.reason);
      return delivered.workflowId;
    },
    async openingOf(workflowId) {
      const { memo } = (await described(client, workflowId)) ?? {};
      const backfillId: unknown = memo?.[backfillMemo];
      const changeSetId: unknown = memo?.[foundMemo];
      return typeof backfillId === 'string' && typeof changeSetId === 'string'
        ? { backfillId, changeSetId }
        : undefined;
    },
  };
}

function known({ workflowId, memo }: WorkflowExecutionDescription): Standing {
  const foundBy: unknown = memo?.[backfillMemo];
  return { standing: 'known', workflowId, ...(typeof foundBy === 'string' ? { foundBy } : {}) };
}

async function described(client: Client, workflowId: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.withDeadline(Date.now() + deliverWithinMs, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw failure('Unreachable', `Temporal did not say whether ${workflowId} exists`, { cause: error });
  }
}

/** An open lineage names its newest member in its attributes only with its next step, and is asked itself until then. */
async function has(
  client: Client,
  { workflowId, status, typedSearchAttributes }: WorkflowExecutionDescription,
  originId: string,
  changeSetId: string,
): Promise<boolean> {
  if (originId === changeSetId) return true;
  if (typedSearchAttributes.get(changeSetsAttribute)?.includes(changeSetId)) return true;
  if (status.name !== 'RUNNING') return false;
  try {
    const ask = () => client.workflow.getHandle(workflowId).query(changeSetStatusQuery);
    const { members } = await client.withDeadline(Date.now() + deliverWithinMs, ask);
    return members.some((member) => member.changeSetId === changeSetId);
  } catch (error) {
    throw failure('Unreachable', `${workflowId} did not say whether ${changeSetId} is its own`, { cause: error });
  }
}

function eventOf({ account, catalog }: CatalogScope, row: ListedChangeSet, context: RouteContext): ChangeSetFinished {
  const event = fromListing(row, account, catalog);
  if (event === undefined) {
    const found = `${row.changeSetId} is ${row.status ?? 'of unknown status'}`;
    throw failure('RequestRejected', `${found}; only a change set that has ended can be handed on.`);
  }
  const reason = notOurs(event, context);
  if (reason !== undefined) throw failure('NotConfigured', reason);
  return event;
}
