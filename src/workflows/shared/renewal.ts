import { makeContinueAsNewFunc, setHandler, workflowInfo } from '@temporalio/workflow';
import { moveToCurrentVersionSignal } from './versionSignal.ts';

/** When a run continues as new, and how. */
export interface Renewal {
  readonly isDue: () => boolean;
  /** Ends the run; the next one begins on the current version, with this input. */
  readonly continueOn: (input: object) => Promise<never>;
}

/**
 * A run continues as new where its history grows long, and to move to the current version of the workers once it is asked to:
 * the server reports with each task whether the run is on another one. It never moves of its own accord: where an operator's
 * override keeps the workflow on one version, each next run would begin another. Without Worker Versioning there is no other
 * version.
 */
export function renewal(): Renewal {
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
      const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged } = workflowInfo();
      return continueAsNewSuggested || (asked && targetWorkerDeploymentVersionChanged);
    },
    continueOn: (input) => next(input),
  };
}
