import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  isGrpcServiceError,
  type Client,
  type ScheduleDescription,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import {
  compileUpdatedScheduleOptions,
  encodeScheduleAction,
  encodeSchedulePolicies,
  encodeScheduleSpec,
  encodeScheduleState,
} from '@temporalio/client/lib/schedule-helpers.js';

/** What differs from a schedule as it is; undefined where nothing does. */
export type ScheduleChange = (found: ScheduleDescription) => ScheduleUpdateOptions | undefined;

const mostAttempts = 10;
/** The server takes an update a moment after it has answered. */
const recheckMs = 100;
/** gRPC codes by which the server refuses what was made of an older version. */
const overtaken: ReadonlySet<number> = new Set([9, 10]); // FAILED_PRECONDITION, ABORTED

/**
 * Changes a schedule, unless somebody else has changed it meanwhile: then what they made of it is changed. The SDK's own
 * update overwrites; the server drops one that names an older version, mostly without a word, so it is read again.
 * @returns whether anything was to be changed.
 * @throws ScheduleNotFoundError, and what the connection throws.
 */
export async function updateSchedule(client: Client, scheduleId: string, change: ScheduleChange): Promise<boolean> {
  const handle = client.schedule.getHandle(scheduleId);
  for (let attempts = 0; attempts < mostAttempts; attempts += 1) {
    const found = await handle.describe();
    const wanted = change(found);
    if (wanted === undefined) return attempts > 0;
    if (attempts > 0) await wait(recheckMs * attempts);
    await send(client, found, wanted);
  }
  throw new Error(`The schedule ${scheduleId} was changed by others each time; try again`);
}

async function send(
  client: Client,
  { scheduleId, raw }: ScheduleDescription,
  wanted: ScheduleUpdateOptions,
): Promise<void> {
  const { spec, action, policies, state } = compileUpdatedScheduleOptions(scheduleId, wanted);
  const { namespace, identity, loadedDataConverter } = client.options;
  const headers = raw.schedule?.action?.startWorkflow?.header?.fields ?? {};
  try {
    await client.workflowService.updateSchedule({
      namespace,
      scheduleId,
      schedule: {
        spec: encodeScheduleSpec(spec),
        action: await encodeScheduleAction(loadedDataConverter, namespace, action, headers),
        policies: encodeSchedulePolicies(policies),
        state: encodeScheduleState(state),
      },
      conflictToken: raw.conflictToken ?? null,
      identity,
      requestId: randomUUID(),
    });
  } catch (error) {
    if (!isGrpcServiceError(error) || !overtaken.has(Number(error.code))) throw error;
  }
}
