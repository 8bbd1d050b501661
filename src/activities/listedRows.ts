import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { defined } from '../defined.ts';
import type { ListedChangeSets, LineageOpenings } from '../delivery/listedChangeSets.ts';
import type { AdmissionLimit } from '../delivery/admissionLimit.ts';
import type { CatalogListing, CatalogScope } from '../vendors/marketplaceCatalog/port.ts';
import type { Cursor, FoundRow } from '../workflows/backfillChangeSets/cursor.ts';
import type { FoundBy } from '../workflows/changeSetRemediation/contract.ts';
import { beating } from './heartbeat.ts';

/** A change set that was not handed over, and why. */
interface RejectedRow {
  readonly row: FoundRow;
  readonly reason: string;
}

/** What became of it. */
export interface HandedOverPart {
  /** The place in the listing; absent where rows were given. */
  readonly cursor?: Cursor;
  /** Rows that were gone through. */
  readonly done: number;
  readonly known: number;
  readonly started: number;
  /** These may be taken another time. */
  readonly notTaken: readonly RejectedRow[];
  /** These never are. */
  readonly refused: readonly RejectedRow[];
}

/** On whose account rows are handed over, and by which way. */
interface DeliveryChannels {
  readonly changeSets: ListedChangeSets & LineageOpenings;
  readonly scope: CatalogScope;
  readonly foundBy: FoundBy;
}

/** How rows are gone through, some at a time. */
interface RowSteps {
  /** How many the next step may take; 0 ends the way here. */
  readonly room: (counts: HandedOverPart) => Promise<number>;
  readonly take: (counts: HandedOverPart, rows: readonly FoundRow[]) => Promise<HandedOverPart>;
}

const recheckMs = 500;
/** After this the activity ends with what it has: its own deadline must not come first. */
const longestWaitMs = 240_000;

/** A row of the listing as plain JSON. */
export function plainRow(row: CatalogListing): FoundRow {
  const { changeSetId, name, status, startTime, endTime, failureCode } = row;
  return {
    changeSetId,
    ...defined({ name, status, startTime, endTime, failureCode }),
  };
}

/**
 * Hands one row over. It counts as started where this backfill's finding of this very change set opened the workflow
 * that has it: so an event that came in between, and a try whose worker died, change no number.
 */
async function deliverOne(
  { changeSets, scope, foundBy }: DeliveryChannels,
  row: FoundRow,
): Promise<'known' | 'started'> {
  const ownership = await changeSets.ownershipOf(scope, row);
  if (ownership.ownership === 'known' && ownership.foundBy !== foundBy.backfillId) return 'known';
  const workflowId =
    ownership.ownership === 'known' ? ownership.workflowId : await changeSets.deliver(scope, row, foundBy);
  const opening = await changeSets.openingOf(workflowId);
  return opening?.backfillId === foundBy.backfillId && opening.changeSetId === row.changeSetId ? 'started' : 'known';
}

/** Hands rows over side by side; one that is not taken keeps nothing from the others. */
export async function deliverFound(
  way: DeliveryChannels,
  counts: HandedOverPart,
  rows: readonly FoundRow[],
): Promise<HandedOverPart> {
  const results = await Promise.allSettled(rows.map((row) => deliverOne(way, row)));
  const count = (what: 'known' | 'started'): number =>
    results.filter((result) => result.status === 'fulfilled' && result.value === what).length;
  const left = (forGood: boolean): readonly RejectedRow[] =>
    results.flatMap((result, index) => {
      const row = rows[index];
      if (result.status === 'fulfilled' || row === undefined || isForGood(result.reason) !== forGood) return [];
      return [{ row, reason: reasonOf(result.reason) }];
    });
  return {
    ...counts,
    done: counts.done + rows.length,
    known: counts.known + count('known'),
    started: counts.started + count('started'),
    notTaken: [...counts.notTaken, ...left(false)],
    refused: [...counts.refused, ...left(true)],
  };
}

function isForGood(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Goes through rows from where the counts stand. */
export async function goThrough(
  rows: readonly FoundRow[],
  start: HandedOverPart,
  { room, take }: RowSteps,
): Promise<HandedOverPart> {
  const context = Context.current();
  let counts = start;
  await beating(
    () => counts,
    async () => {
      while (counts.done < rows.length && !context.cancellationSignal.aborted) {
        const part = rows.slice(counts.done, counts.done + (await room(counts)));
        if (part.length === 0) return;
        counts = await take(counts, part);
        context.heartbeat(counts);
      }
    },
  );
  return counts;
}

/** Waits until the account has room for lineages, and gives how much; 0 where the activity is to end instead. */
export async function remainingFor(lineages: AdmissionLimit, account: string): Promise<number> {
  const { cancellationSignal } = Context.current();
  for (let waitedMs = 0; waitedMs <= longestWaitMs && !cancellationSignal.aborted; waitedMs += recheckMs) {
    const room = await lineages.remainingFor(account);
    if (room > 0) return room;
    await pause(recheckMs);
  }
  return 0;
}
