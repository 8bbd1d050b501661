import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { failure } from '../failures.ts';
import type { CatalogScope } from '../vendors/marketplaceCatalog/port.ts';
import {
  accountListedSignal,
  changeSetRemediationType,
  type AccountListed,
  type ChangeSetStateName,
} from '../workflows/changeSetRemediation/contract.ts';
import type { ListedChangeSet } from '../workflows/shared/listedChangeSet.ts';
import {
  accountAttribute,
  attemptAttribute,
  changeSetsAttribute,
  entitiesAttribute,
  stateAttribute,
} from '../workflows/shared/searchAttributes.ts';
import { deliverOrThrow } from './deliver.ts';
import type { Delivery, RouteContext } from './delivery.ts';
import { listedEvent } from './listedChangeSets.ts';
import { changeSetDelivery, outcomeMessage } from './routing/routeChangeSet.ts';
import { quoted } from './workflows.ts';

/** A lineage that has not ended, as its search attributes say. */
export interface OpenLineage {
  readonly workflowId: string;
  readonly account: string;
  readonly state: string;
  /** When its run began, in milliseconds since the epoch. */
  readonly startedMs: number;
  /** The number of its newest attempt, or of the one that is due. */
  readonly attempt: number;
  /** The origin first; the newest may be missing for a moment. */
  readonly changeSets: readonly string[];
  readonly entities: readonly string[];
}

/** What a search for lineages goes by: any of these. */
interface Concerned {
  readonly changeSetIds: readonly string[];
  readonly entityIds: readonly string[];
}

/** Finds the lineages that a listing concerns, and reports to them. A search costs no action, a message one. */
export interface OpenLineages {
  /** Those of an account that count one of these change sets, or have one of these entities. Throws Unreachable. */
  concerned(account: string, by: Concerned): Promise<readonly OpenLineage[]>;
  /** Those of these accounts about which an operator is asked. Throws Unreachable. */
  asked(accounts: readonly string[]): Promise<readonly OpenLineage[]>;
  /** Reports the outcome of a change set, with the identity of its event. Nothing where it has ended. Throws Unreachable. */
  reportOutcome(lineage: OpenLineage, scope: CatalogScope, row: ListedChangeSet): Promise<void>;
  /** Reports work on its entities. Nothing where it has ended. Throws Unreachable. */
  reportWork(lineage: OpenLineage, listed: AccountListed): Promise<void>;
}

/** Values of one query: some servers bound its length. */
const valuesAtOnce = 40;
const rowsAtOnce = 1_000;
/** One answer of the server's, at most; in milliseconds. */
const answerWithinMs = 10_000;
const askedStates: readonly ChangeSetStateName[] = ['awaitingDecision', 'observed'];

const oneOf = (name: string, values: readonly string[]): string => `${name} IN (${values.map(quoted).join(',')})`;

function inChunks(values: readonly string[]): readonly (readonly string[])[] {
  const all = [...new Set(values)];
  return Array.from({ length: Math.ceil(all.length / valuesAtOnce) }, (_, index) =>
    all.slice(index * valuesAtOnce, (index + 1) * valuesAtOnce),
  );
}

function lineageOf({ workflowId, startTime, typedSearchAttributes: attributes }: WorkflowExecutionInfo): OpenLineage {
  return {
    workflowId,
    account: attributes.get(accountAttribute) ?? '',
    state: attributes.get(stateAttribute) ?? '',
    startedMs: startTime.getTime(),
    attempt: attributes.get(attemptAttribute) ?? 0,
    changeSets: attributes.get(changeSetsAttribute) ?? [],
    entities: attributes.get(entitiesAttribute) ?? [],
  };
}

/** Makes an {@link OpenLineages}. */
export function createOpenLineages(client: Client, context: RouteContext): OpenLineages {
  async function search(conditions: readonly string[]): Promise<readonly OpenLineage[]> {
    const open = [`WorkflowType=${quoted(changeSetRemediationType)}`, 'ExecutionStatus="Running"'];
    const query = [...open, ...conditions].join(' AND ');
    const rows: OpenLineage[] = [];
    try {
      await client.withDeadline(Date.now() + answerWithinMs, async () => {
        for await (const row of client.workflow.list({ query, pageSize: rowsAtOnce })) rows.push(lineageOf(row));
      });
    } catch (error) {
      throw failure('Unreachable', 'Temporal did not say which change sets are open', { cause: error });
    }
    return rows;
  }

  return {
    async concerned(account, { changeSetIds, entityIds }) {
      const ofAccount = `${accountAttribute.name}=${quoted(account)}`;
      const conditions = [
        ...inChunks(changeSetIds).map((ids) => oneOf(changeSetsAttribute.name, ids)),
        ...inChunks(entityIds).map((ids) => oneOf(entitiesAttribute.name, ids)),
      ];
      const found = new Map<string, OpenLineage>();
      for (const condition of conditions) {
        for (const one of await search([ofAccount, condition])) found.set(one.workflowId, one);
      }
      return [...found.values()];
    },
    asked: (accounts) =>
      accounts.length === 0
        ? Promise.resolve([])
        : search([oneOf(stateAttribute.name, askedStates), oneOf(accountAttribute.name, accounts)]),
    async reportOutcome({ workflowId }, scope, row) {
      const delivery = changeSetDelivery(outcomeMessage(listedEvent(scope, row, context)), context);
      await deliverOrThrow(client, toOpen(delivery, workflowId));
    },
    async reportWork({ workflowId, account, changeSets: [originId = ''] }, listed) {
      const about = { account, catalog: '', changeSetId: originId };
      const delivery: Delivery = {
        kind: 'accountListed',
        eventId: listed.work.join(' ').slice(0, 200),
        workflowType: changeSetRemediationType,
        workflowId,
        input: about,
        signal: { name: accountListedSignal.name, message: listed },
        attributes: { state: '', account, attention: false },
        staticSummary: '',
        staticDetails: '',
        afterCompletion: 'reject',
      };
      await deliverOrThrow(client, toOpen(delivery, workflowId));
    },
  };
}

/** A signal to that workflow, which starts none. */
function toOpen({ unlessOwner: _otherwise, ...delivery }: Delivery, workflowId: string): Delivery {
  return { ...delivery, workflowId, onlyIfOpen: true };
}
