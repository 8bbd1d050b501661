import { createHash } from 'node:crypto';
import type { WorkerDeploymentOptions, WorkflowBundle } from '@temporalio/worker';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import { codeOf } from './compactBundle.ts';

/** Of the hash, in hexadecimal digits: what an operator can read out and type. */
const digits = 16;

/**
 * The build id of a workflow bundle: the first 16 digits of the SHA-256 of its code, without the source map, whose columns
 * depend on the folder where it was made, and before any statement that a worker puts before it. What was tested and
 * replayed has the build id of what is deployed, and a change that leaves the workflows alone keeps it.
 */
export function buildIdOf({ code }: Extract<WorkflowBundle, { code: string }>): string {
  return createHash('sha256').update(codeOf(code)).digest('hex').slice(0, digits);
}

/**
 * How a worker is of a version of a Worker Deployment: every run stays on the version that it began on, unless it renews
 * itself (`src/workflows/shared/case.ts`).
 */
export function deploymentOptionsOf(version: WorkerDeploymentVersion): WorkerDeploymentOptions {
  return { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' };
}
