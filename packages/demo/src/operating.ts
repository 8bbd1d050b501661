import { setTimeout as wait } from 'node:timers/promises';
import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import { defined } from '../../../src/defined.ts';
import { startAccountCheck } from '../../../src/delivery/reconciliation.ts';
import {
  startBackfillChangeSets,
  startBackfillItems,
  type BackfillStart,
} from '../../../src/delivery/startBackfill.ts';
import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { BackfillChangeSetsInput } from '../../../src/workflows/backfillChangeSets/contract.ts';
import type { BackfillItemsInput } from '../../../src/workflows/backfillItems/contract.ts';
import { amendmentQuery, type AmendCommand } from '../../../src/workflows/changeSetRemediation/contract.ts';
import type { SnoozeCommand } from '../../../src/workflows/securityCase/contract.ts';
import type { CommandInput } from '../../../src/workflows/shared/operatorCommands.ts';
import { checkPatiently, type Observer } from './observe.ts';

/** What an operator sends, and to which update. */
export type Answer =
  | { readonly update: 'amend'; readonly input: AmendCommand }
  | { readonly update: 'snooze'; readonly input: SnoozeCommand }
  | { readonly update: 'approve' | 'discard'; readonly input: CommandInput };

/**
 * Answers as an operator does with `steward`. A proposal is approved once its difference is shown, and by its name.
 * @throws Error with the workflow's own sentence where it refuses
 */
export async function answer({ update, input }: Answer, workflowId: string, desk: OperatorDesk): Promise<void> {
  const handle = desk.client.workflow.getHandle(workflowId);
  let proposal: string | undefined;
  if (update === 'approve') {
    let open = await handle.query(amendmentQuery);
    for (; open !== null && open.difference === undefined; open = await handle.query(amendmentQuery))
      await desk.again();
    proposal = open?.proposal;
  }
  await handle.executeUpdate<unknown, [Answer['input']]>(update, { args: [{ ...input, ...defined({ proposal }) }] });
}

/** What an operator does, in the Web UI or with `steward`. */
export type Operation =
  /** Resets the workflow to its first step. */
  | { readonly does: 'reset' }
  /** Starts the workflow, a backfill, by hand. */
  | { readonly does: 'backfillItems'; readonly input: BackfillItemsInput }
  | { readonly does: 'backfillChangeSets'; readonly input: BackfillChangeSetsInput }
  /** Adds the account that the configuration lacks to its file, which worker and ingress follow. */
  | { readonly does: 'configureNewcomer' }
  /**
   * Has the account checked for lost events, so many milliseconds after the simulated vendor has swallowed the event of the
   * change set, until the workflow is there.
   */
  | {
      readonly does: 'reconcile';
      readonly account: string;
      readonly changeSetId: string;
      readonly settlingMs: number;
    };

/** What an operator works with. */
export interface OperatorDesk {
  readonly client: Client;
  readonly observer: Observer;
  readonly catalog: Pick<CatalogControl, 'log'>;
  readonly signal: AbortSignal;
  readonly configureNewcomer: () => void;
  /** Waits a moment between two checks. */
  readonly again: () => Promise<unknown>;
}

/** A check that is under way goes on: a busy machine gets so long, in milliseconds. */
const askEveryMs = 10_000;

/**
 * Does it, and waits where there is something to be waited for.
 * @throws Error with a sentence where it cannot be done.
 */
export async function operate(operation: Operation, workflowId: string, desk: OperatorDesk): Promise<void> {
  const { client } = desk;
  switch (operation.does) {
    case 'reset':
      return resetToStart(client, workflowId);
    case 'backfillItems':
      return mustBegin(workflowId, startBackfillItems(client, { workflowId, input: operation.input, again: false }));
    case 'backfillChangeSets':
      return mustBegin(
        workflowId,
        startBackfillChangeSets(client, { workflowId, input: operation.input, again: false }),
      );
    case 'configureNewcomer':
      return desk.configureNewcomer();
    case 'reconcile':
      return reconcile(operation, workflowId, desk);
  }
}

async function mustBegin(workflowId: string, start: Promise<BackfillStart>): Promise<void> {
  const outcome = await start;
  if (outcome !== 'started') throw new Error(`the backfill ${workflowId} was answered ${outcome}`);
}

/** The worker makes the schedule a moment after its start; until then nothing is checked. */
async function checkUnlessUnscheduled(client: Client, account: string): Promise<void> {
  try {
    await startAccountCheck(client, { account });
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

async function reconcile(
  { account, changeSetId, settlingMs }: Extract<Operation, { does: 'reconcile' }>,
  workflowId: string,
  { client, observer, catalog, signal, again }: OperatorDesk,
): Promise<void> {
  const isSwallowed = () =>
    catalog
      .log({ kind: 'event' })
      .some((entry) => entry.kind === 'event' && entry.changeSetId === changeSetId && entry.result === 'lost');
  while (!isSwallowed()) await again();
  await wait(settlingMs, undefined, { signal });
  let askedMs = Number.NEGATIVE_INFINITY;
  while ((await checkPatiently(observer, workflowId, again)) === undefined) {
    if (performance.now() - askedMs > askEveryMs) {
      await checkUnlessUnscheduled(client, account);
      askedMs = performance.now();
    }
    await again();
  }
}

/**
 * Resets a workflow to the end of its first task, as the Web UI does: what it did since is not in its history any more.
 * @throws Error where it has no such task
 */
export async function resetToStart(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find(({ workflowTaskCompletedEventAttributes: attributes }) => attributes)?.eventId;
  if (firstTask === undefined || firstTask === null) throw new Error(`${workflowId} has no task to be reset to`);
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: firstTask,
    reason: 'npm start shows what a reset does',
    requestId: `reset-${runId}`,
  });
}
