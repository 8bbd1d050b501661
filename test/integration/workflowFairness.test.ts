import { changeSetWorld, failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { account } from '@marketplace-steward/testing/changeSets';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';

test('the tasks of a lineage have the place of its account, so that those of others alternate with them', async () => {
  const world = await changeSetWorld();
  try {
    const { changeSetId, event } = failedChangeSet(world);
    await world.receive(event);
    const { priority } = await world.client.workflow.getHandle(changeSetWorkflowId(changeSetId)).describe();
    expect(priority).toMatchObject({ priorityKey: 3, fairnessKey: account });
  } finally {
    await world.close();
  }
}, 60_000);
