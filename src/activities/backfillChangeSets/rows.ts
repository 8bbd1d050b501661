import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { AdmissionLimit } from '../../delivery/admissionLimit.ts';
import type { LineageOpenings, ListedChangeSets } from '../../delivery/listedChangeSets.ts';
import { isFinal } from '../../failures.ts';
import type { CatalogScope } from '../../vendors/marketplaceCatalog/port.ts';
import type { DeliveredPart, RejectedRow } from '../../workflows/backfillChangeSets/contract.ts';
import type { FoundBy } from '../../workflows/changeSetRemediation/contract.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';
import { withHeartbeat } from '../heartbeat.ts';

/** Where rows are delivered, and on whose behalf. */
interface RowDelivery {
  readonly changeSets: ListedChangeSets & LineageOpenings;
  readonly scope: CatalogScope;
  readonly foundBy: FoundBy;
}

/** How rows are handled, some at a time. */
interface RowSteps {
  /** How many rows the next step is about; 0 ends here. */
  readonly stepSize: (counts: DeliveredPart) => Promise<number>;
  readonly handle: (counts: DeliveredPart, rows: readonly ListedChangeSet[]) => Promise<DeliveredPart>;
}

const recheckMs = 500;
/** Then the activity ends with what it has: its own deadline must not come first. */
const longestWaitMs = 240_000;

/**
 * Delivers one row. It counts as started where this backfill's finding of this very change set opened the workflow that
 * has it: so an event that comes in between changes no number, and neither does an attempt whose worker died.
 * @returns the workflow that was started; nothing where the change set was known.
 */
async function deliverRow(
  { changeSets, scope, foundBy }: RowDelivery,
  row: ListedChangeSet,
): Promise<{ readonly workflowId?: string }> {
  const ownership = await changeSets.ownershipOf(scope, row);
  if (ownership.owned && ownership.foundBy !== foundBy.backfillId) return {};
  const workflowId = ownership.owned ? ownership.workflowId : await changeSets.deliver(scope, row, foundBy);
  const opening = await changeSets.openingOf(workflowId);
  return opening?.backfillId === foundBy.backfillId && opening.changeSetId === row.changeSetId ? { workflowId } : {};
}

/** Delivers rows side by side; one that fails does not hold up the others. */
export async function deliverRows(
  delivery: RowDelivery,
  counts: DeliveredPart,
  rows: readonly ListedChangeSet[],
): Promise<DeliveredPart> {
  const results = await Promise.allSettled(rows.map((row) => deliverRow(delivery, row)));
  const taken = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const started = taken.flatMap(({ workflowId }) => workflowId ?? []);
  const rejected = (forGood: boolean): readonly RejectedRow[] =>
    results.flatMap((result, index) => {
      const row = rows[index];
      if (result.status === 'fulfilled' || row === undefined || isFinal(result.reason) !== forGood) return [];
      return [{ row, reason: reasonOf(result.reason) }];
    });
  return {
    ...counts,
    done: counts.done + rows.length,
    known: counts.known + taken.length - started.length,
    started: [...counts.started, ...started],
    undelivered: [...counts.undelivered, ...rejected(false)],
    undeliverable: [...counts.undeliverable, ...rejected(true)],
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Handles rows from where the counts stand. Each step is as large as the admission limit allows then. */
export async function handleRows(
  rows: readonly ListedChangeSet[],
  start: DeliveredPart,
  { stepSize, handle }: RowSteps,
): Promise<DeliveredPart> {
  const context = Context.current();
  let counts = start;
  await withHeartbeat(
    () => counts,
    async () => {
      while (counts.done < rows.length && !context.cancellationSignal.aborted) {
        const most = await stepSize(counts);
        const part = rows.slice(counts.done, counts.done + most);
        if (part.length === 0) return;
        counts = await handle(counts, part);
        context.heartbeat(counts);
      }
    },
  );
  return counts;
}

/** Waits until the account admits more lineages, and gives how many; 0 where the activity has to end instead. */
export async function awaitAdmission(lineages: AdmissionLimit, account: string): Promise<number> {
  const { cancellationSignal } = Context.current();
  for (let waitedMs = 0; waitedMs <= longestWaitMs && !cancellationSignal.aborted; waitedMs += recheckMs) {
    const admitted = await lineages.remainingFor(account);
    if (admitted > 0) return admitted;
    await pause(recheckMs);
  }
  return 0;
}
