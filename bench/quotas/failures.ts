import type { Client } from '@temporalio/client';
import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import { serviceTime } from '@marketplace-steward/simulators/marketplaceCatalog/times';
import { startBackfill } from '../backfill/part.ts';
import { freshChangeSetId } from '../ingress/events.ts';

const hourMs = 3_600_000;

/** Change sets of one account that failed in one hour of the past. */
export interface FailedHour {
  readonly account: string;
  readonly count: number;
  /** The hour before this one, in milliseconds since the epoch. */
  readonly untilMs: number;
}

/** Puts so many failed change sets, evenly over the hour; each is described once, and then waits for an operator. */
function putFailures(control: CatalogControl, { account, count, untilMs }: FailedHour): void {
  for (let index = 0; index < count; index += 1) {
    const changeSetId = freshChangeSetId();
    const startedMs = untilMs - hourMs + Math.floor((index * hourMs) / count);
    const identifier = `prod-${changeSetId}`;
    const entity = { entityId: identifier, entityType: 'SaaSProduct@1.0', account };
    control.putEntity({ ...entity, lastModified: serviceTime(startedMs - hourMs) });
    control.putChangeSet({
      changeSetId,
      account,
      name: 'Update my product',
      status: 'FAILED',
      failureCode: 'SERVER_FAULT',
      startTime: serviceTime(startedMs),
      endTime: serviceTime(startedMs + hourMs),
      changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier, details: '{}' }],
    });
  }
}

/**
 * Has a backfill deliver so many failed change sets of an account, as fast as it can; resolves at its end.
 * @throws Error where not every one of them was started
 */
export async function backfillFailures(control: CatalogControl, client: Client, hour: FailedHour): Promise<void> {
  const { account, count, untilMs } = hour;
  putFailures(control, hour);
  const window = { from: serviceTime(untilMs - hourMs), to: serviceTime(untilMs) };
  const handle = await startBackfill(client, { account, ...window, dryRun: false, act: 'propose' });
  const { state, found, started } = await handle.result();
  if (state === 'completed' && found === count && started === count) return;
  throw new Error(`the backfill of ${count} ended as ${state}: ${found} found, ${started} started`);
}
