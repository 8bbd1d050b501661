import { makeContinueAsNewFunc, setHandler, workflowInfo } from '@temporalio/workflow';
import type { WorkflowContract } from './contract.ts';
import { minuteMs } from './durations.ts';
import { moveToCurrentVersionSignal } from './versionSignal.ts';

/** When a run continues as new, and how. */
export interface Renewal {
  readonly isDue: () => boolean;
  /** Ends the run; the next one begins on the current version, with this input. */
  readonly continueOn: (input: object) => Promise<never>;
}

/**
 * A run moves of its own accord only when it is older, in milliseconds: where an operator's override keeps the workflow on one
 * version, the next run would begin a next one at once.
 */
const movesAfterMs = minuteMs;

/**
 * A run continues as new where its history grows long. It also does to move to the current version of the workers, which the
 * server reports with each task while the run is on another one: as soon as it knows where the workflow stays open
 * indefinitely, otherwise once it is asked to. Without Worker Versioning there is no other version.
 */
export function renewal({ stays }: Pick<WorkflowContract, 'stays'>): Renewal {
  let asked = false;
  setHandler(
    moveToCurrentVersionSignal,
    () => {
      asked = true;
    },
    { description: 'Move to the current version of the workers; sent by workers and operators after a deploy' },
  );
  const next = makeContinueAsNewFunc<(input: object) => Promise<never>>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
  return {
    isDue() {
      const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged, runStartTime } = workflowInfo();
      if (continueAsNewSuggested || !targetWorkerDeploymentVersionChanged) return continueAsNewSuggested;
      return asked || (stays === true && Date.now() - runStartTime.getTime() >= movesAfterMs);
    },
    continueOn: (input) => next(input),
  };
}
