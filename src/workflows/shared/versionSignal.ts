import { defineSignal } from '@temporalio/workflow';

/**
 * Moves a run to the version of the workers that is current: a run on another version continues as new there. Workers send
 * it to runs that would keep their version in use for long (`src/delivery/versionMover.ts`), operators to any.
 */
export const moveToCurrentVersionSignal = defineSignal('moveToCurrentVersion');
