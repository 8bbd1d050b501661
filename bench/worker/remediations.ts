import type { Client } from '@temporalio/client';
import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import { serviceTime } from '@marketplace-steward/simulators/marketplaceCatalog/times';
import { defined } from '../../src/defined.ts';
import type { ChangeSetStatus } from '../../src/workflows/changeSetRemediation/contract.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { freshChangeSetId } from '../ingress/events.ts';

const minuteMs = 60_000;
const accepted = 202;

/**
 * Has so many change sets fail by SERVER_FAULT at the simulated vendor, which posts the events, and waits until each is
 * remediated by its first successor.
 * @returns their ids
 * @throws Error where an event is not taken, or a lineage ends otherwise
 */
export async function remediate(control: CatalogControl, client: Client, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, freshChangeSetId);
  for (const changeSetId of ids) putFailed(control, changeSetId);
  await Promise.all(ids.map((changeSetId) => remediateOne(control, client, changeSetId)));
  return ids;
}

/**
 * Puts a change set that has failed by SERVER_FAULT a minute ago.
 * @param account the simulator's default one where it is left out
 * @param entityId a product of its own where it is left out
 * @param errors with some, it has failed by these instead, and an operator is asked
 */
export function putFailed(
  control: CatalogControl,
  changeSetId: string,
  account?: string,
  entityId = `prod-${changeSetId}`,
  errors: Array<{ code: string; message: string }> = [],
): void {
  control.putChangeSet({
    changeSetId,
    ...defined({ account }),
    name: 'Update my product',
    status: 'FAILED',
    failureCode: errors.length === 0 ? 'SERVER_FAULT' : 'CLIENT_ERROR',
    startTime: serviceTime(Date.now() - 2 * minuteMs),
    endTime: serviceTime(Date.now() - minuteMs),
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: `${entityId}@1`,
        details: '{"ProductTitle":"My product"}',
        errors,
      },
    ],
  });
}

/**
 * Has the simulated vendor post the event of a change set that has failed, and waits until it is remediated by its first
 * successor.
 * @throws Error where the event is not taken, or the lineage ends otherwise
 */
export async function remediateOne(control: CatalogControl, client: Client, changeSetId: string): Promise<void> {
  const { status, result } = await control.emit({ changeSetId });
  if (status !== accepted) throw new Error(`the ingress answered ${status ?? result} to the simulated vendor's event`);
  const handle = client.workflow.getHandle<() => Promise<ChangeSetStatus>>(changeSetWorkflowId(changeSetId));
  const { state, attempt } = await handle.result();
  if (state !== 'remediated' || attempt !== 1) {
    throw new Error(`${changeSetId} ended as ${state} after attempt ${attempt}, expected remediated after attempt 1`);
  }
}
