import type { Client } from '@temporalio/client';

/** The Worker Deployment of a run's workers. */
export const deploymentName = 'chaos';

/** The build ids of the deployment that the server knows. Rejects where it knows no such deployment, or does not answer. */
export async function knownVersions({ workflowService, options: { namespace } }: Client): Promise<readonly string[]> {
  const { workerDeploymentInfo } = await workflowService.describeWorkerDeployment({ namespace, deploymentName });
  return (workerDeploymentInfo?.versionSummaries ?? []).flatMap(({ deploymentVersion }) => {
    const buildId = deploymentVersion?.buildId;
    return buildId ? [buildId] : [];
  });
}

/** Lets new runs begin on a version: what `temporal worker deployment set-current-version` does. */
export async function makeCurrent({ workflowService, options }: Client, buildId: string): Promise<void> {
  const { namespace } = options;
  await workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId, identity: 'chaos' });
}
