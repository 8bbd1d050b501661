import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defined } from '../defined.ts';
import type { ChangeSetFinished } from '../events/types.ts';
import { failure } from '../failures.ts';
import type { CatalogScope } from '../vendors/marketplaceCatalog/port.ts';
import { changeSetStatusQuery, changeSetWorkflowId, type FoundBy } from '../workflows/changeSetRemediation/contract.ts';
import { readMarker } from '../workflows/changeSetRemediation/lineage.ts';
import type { ListedChangeSet } from '../workflows/shared/listedChangeSet.ts';
import { changeSetsAttribute } from '../workflows/shared/searchAttributes.ts';
import { backfillMemo, deliverOrThrow, deliverWithinMs, foundMemo } from './deliver.ts';
import type { RouteContext } from './delivery.ts';
import { fromListing } from './routing/fromListing.ts';
import { notOurs } from './routing/route.ts';
import { changeSetDelivery, outcomeMessage } from './routing/routeChangeSet.ts';
import { describeOrThrow } from './workflows.ts';

/** Whether a workflow has a change set. */
export type Ownership =
  | { readonly owned: false }
  /** Open or closed. `foundBy`: the backfill that started that workflow. */
  | { readonly owned: true; readonly workflowId: string; readonly foundBy?: string };

/** Delivers what a listing shows to the change sets' workflows: for backfill and reconciliation. */
export interface ListedChangeSets {
  /**
   * Whether a workflow has the change set already: its own, or the lineage that its name points at and that counts it.
   * One that somebody terminated has it too: nothing begins again behind an operator's back.
   * @throws a failure of type Unreachable where Temporal does not answer.
   */
  ownershipOf(scope: CatalogScope, row: ListedChangeSet): Promise<Ownership>;
  /**
   * Delivers the outcome to its workflow by the same routing as an event.
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
  /** The change set that was found: the origin of the lineage, or a successor of an origin that no event named. */
  readonly changeSetId: string;
}

/** Says whose finding opened a lineage. */
export interface LineageOpenings {
  /**
   * The finding that opened the newest run of a workflow; undefined where something else did.
   * @throws a failure of type Unreachable where Temporal does not answer.
   */
  openingOf(workflowId: string): Promise<LineageOpening | undefined>;
}

/** Makes a {@link ListedChangeSets}. To describe a workflow costs no action; a delivery is the same as an event's. */
export function createListedChangeSets(client: Client, context: RouteContext): ListedChangeSets & LineageOpenings {
  return {
    async ownershipOf(_scope, row) {
      const originId = readMarker(row.name)?.originId ?? row.changeSetId;
      const lineage = await describeOrThrow(client, changeSetWorkflowId(originId));
      if (lineage !== undefined && (await has(client, lineage, originId, row.changeSetId))) return ownedBy(lineage);
      const own =
        originId === row.changeSetId ? undefined : await describeOrThrow(client, changeSetWorkflowId(row.changeSetId));
      return own === undefined ? { owned: false } : ownedBy(own);
    },
    async deliver(scope, row, foundBy) {
      const message = outcomeMessage(listedEvent(scope, row, context));
      return deliverOrThrow(client, changeSetDelivery(message, context, foundBy));
    },
    async openingOf(workflowId) {
      const { memo } = (await describeOrThrow(client, workflowId)) ?? {};
      const backfillId: unknown = memo?.[backfillMemo];
      const changeSetId: unknown = memo?.[foundMemo];
      return typeof backfillId === 'string' && typeof changeSetId === 'string'
        ? { backfillId, changeSetId }
        : undefined;
    },
  };
}

/**
 * The workflow of a lineage, open or closed, where it counts a change set among its members; undefined where it does not, or
 * where there is none.
 * @throws a failure of type Unreachable where Temporal, or the lineage, does not answer.
 */
export async function owningLineage(
  client: Client,
  originId: string,
  changeSetId: string,
): Promise<string | undefined> {
  const lineage = await describeOrThrow(client, changeSetWorkflowId(originId));
  if (lineage === undefined) return undefined;
  return (await has(client, lineage, originId, changeSetId)) ? lineage.workflowId : undefined;
}

function ownedBy({ workflowId, memo }: WorkflowExecutionDescription): Ownership {
  const started: unknown = memo?.[backfillMemo];
  const foundBy = typeof started === 'string' ? started : undefined;
  return { owned: true, workflowId, ...defined({ foundBy }) };
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

/**
 * The event that a listed change set stands for.
 * @throws RequestRejected where it has not ended; NotConfigured where routing knows no such account or catalog.
 */
export function listedEvent(
  { account, catalog }: CatalogScope,
  row: ListedChangeSet,
  context: RouteContext,
): ChangeSetFinished {
  const event = fromListing(row, account, catalog);
  if (event === undefined) {
    const found = `${row.changeSetId} is ${row.status ?? 'of unknown status'}`;
    throw failure('RequestRejected', `${found}; only a change set that has ended can be delivered.`);
  }
  const hold = notOurs(event, context);
  if (hold !== undefined) throw failure('NotConfigured', hold.reason);
  return event;
}
