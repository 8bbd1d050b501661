import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { fromListing, type ListedChangeSet } from './fromListing.ts';
import type { ChangeSetFinished } from '../events/types.ts';
import { failure } from '../failures.ts';
import type { CatalogScope } from '../vendors/marketplaceCatalog/port.ts';
import { readMarker } from '../workflows/changeSetRemediation/lineage.ts';
import { changeSetStatusQuery, changeSetWorkflowId } from '../workflows/changeSetRemediation/contract.ts';
import { changeSetsAttribute } from '../workflows/shared/searchAttributes.ts';
import type { RouteContext } from './context.ts';
import { backfillMemo, deliver, deliverWithinMs, foundMemo } from './deliver.ts';
import { notOurs } from './routing/route.ts';
import { changeSetDelivery, outcomeMessage } from './routing/routeChangeSet.ts';
import type { FoundBy } from '../workflows/changeSetRemediation/contract.ts';

/** What is known of a listed change set. */
export type Ownership =
  | { readonly ownership: 'unknown' }
  /** A workflow has it, open or closed. `foundBy`: the backfill that started that workflow. */
  | { readonly ownership: 'known'; readonly workflowId: string; readonly foundBy?: string };

/** The way to the change sets' workflows for what a listing shows: backfill and reconciliation. */
export interface ListedChangeSets {
  /**
   * Whether a workflow has the change set already: its own, or the lineage that its name points at and that counts it.
   * One that somebody terminated has it too: nothing is begun again behind an operator's back.
   * @throws a failure of type Unreachable where Temporal does not tell.
   */
  ownershipOf(scope: CatalogScope, row: ListedChangeSet): Promise<Ownership>;
  /**
   * Hands the outcome to its workflow by the same routing and delivering as an event.
   * @param foundBy stays with a workflow that this starts; absent for a finding that is to be handled as its event.
   * @returns the workflow that took it.
   * @throws Unreachable where Temporal does not take it; NotConfigured where routing knows no such account or catalog;
   * RequestRejected where the row is of no change set that has ended.
   */
  deliver(scope: CatalogScope, row: ListedChangeSet, foundBy?: FoundBy): Promise<string>;
}

/** The finding that opened a workflow. */
interface LineageOpening {
  readonly backfillId: string;
  /** The change set that was found: the origin of the lineage, or a successor of an origin that nothing told of. */
  readonly changeSetId: string;
}

/** What tells whose finding opened a lineage. */
export interface LineageOpenings {
  /**
   * The finding that opened the newest run of a workflow; undefined where something else did.
   * @throws a failure of type Unreachable where Temporal does not tell.
   */
  openingOf(workflowId: string): Promise<LineageOpening | undefined>;
}

/** Findings over the one way to workflows: describing costs no action, and a delivery is the same as an event's. */
export function createListedChangeSets(client: Client, context: RouteContext): ListedChangeSets & LineageOpenings {
  return {
    async ownershipOf(_scope, row) {
      const originId = readMarker(row.name)?.originId ?? row.changeSetId;
      const lineage = await described(client, changeSetWorkflowId(originId));
      if (lineage !== undefined && (await has(client, lineage, originId, row.changeSetId))) return known(lineage);
      const own =
        originId === row.changeSetId ? undefined : await described(client, changeSetWorkflowId(row.changeSetId));
      return own === undefined ? { ownership: 'unknown' } : known(own);
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

function known({ workflowId, memo }: WorkflowExecutionDescription): Ownership {
  const foundBy: unknown = memo?.[backfillMemo];
  return { ownership: 'known', workflowId, ...(typeof foundBy === 'string' ? { foundBy } : {}) };
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
