import type { WorkflowHandle } from '@temporalio/client';
import {
  changeSetStatusQuery,
  changeSetWorkflowId,
  type ChangeSetStatus,
} from '../../../src/workflows/changeSetRemediation/contract.ts';
import { failedChangeSet } from './changeSetWorld.ts';
import type { StewardWorld } from './stewardWorld.ts';
import { until } from './until.ts';

/** What tests ask of the lineages of a world. */
export interface Lineages {
  readonly handleOf: (changeSetId: string) => WorkflowHandle;
  /** Its status once it is in this state. */
  readonly untilState: (handle: WorkflowHandle, state: string) => Promise<ChangeSetStatus>;
  /** Its status once its first successor was sent. */
  readonly untilSent: (handle: WorkflowHandle) => Promise<ChangeSetStatus>;
  /** The change sets that were accepted at the simulator, a repeated token aside. */
  readonly submits: () => string[];
  /** A lineage whose first successor takes long, with the event that began it. */
  readonly inFlight: () => Promise<{
    changeSetId: string;
    event: object;
    handle: WorkflowHandle;
    status: ChangeSetStatus;
  }>;
  /** Lets a change set that is under way succeed at once. */
  readonly letSucceed: (changeSetId: string) => void;
}

const longMs = 600_000;

/** @param current the world, which tests make before they begin. */
export function lineagesOf(current: () => StewardWorld): Lineages {
  const untilStatus = (handle: WorkflowHandle, fits: (status: ChangeSetStatus) => boolean): Promise<ChangeSetStatus> =>
    until(async () => {
      const status = await handle.query(changeSetStatusQuery);
      return fits(status) ? status : undefined;
    });
  const lineages: Lineages = {
    handleOf: (changeSetId) => current().temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId)),
    untilState: (handle, state) => untilStatus(handle, (status) => status.state === state),
    untilSent: (handle) => untilStatus(handle, ({ attempt }) => attempt === 1),
    submits: () =>
      current()
        .simulator.control.log({ operation: 'StartChangeSet' })
        .flatMap((entry) => (entry.kind === 'call' && !entry.tokenRepeated ? [entry.changeSetId ?? ''] : [])),
    async inFlight() {
      const { changeSetId, event } = failedChangeSet(current());
      const outcomes = [{ status: 'SUCCEEDED', durationMs: longMs } as const];
      current().simulator.control.plan({ match: { nameContains: changeSetId }, outcomes });
      await current().receive(event);
      const handle = lineages.handleOf(changeSetId);
      return { changeSetId, event, handle, status: await lineages.untilSent(handle) };
    },
    letSucceed(changeSetId) {
      const outcomes = [{ status: 'SUCCEEDED', durationMs: 0 } as const];
      try {
        current().simulator.control.plan({ match: { changeSetId }, outcomes });
      } catch (error) {
        // On a busy machine it may have ended so already, after the simulator's own time.
        if (!(error instanceof Error) || !error.message.includes('has ended as SUCCEEDED')) throw error;
      }
    },
  };
  return lineages;
}
