import type { WorkflowHandle } from '@temporalio/client';
import {
  changeSetStatusQuery,
  changeSetWorkflowId,
  type ChangeSetStatus,
} from '../../src/workflows/changeSetRemediation/contract.ts';
import { failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const minuteMs = 60_000;
/** What the error of a bug says. */
const words = "Cannot read properties of undefined (reading 'slice')";

let world: SkippingWorld;
let broken = '';
let handle: WorkflowHandle<() => Promise<ChangeSetStatus>>;

beforeAll(async () => {
  world = await stewardWorld('skipping', {
    activities: (composed) =>
      Object.fromEntries(
        Object.entries(composed).map(([name, activity]) => [
          name,
          async (...given: never[]) => {
            if (name === broken) throw new TypeError(words);
            return activity(...given);
          },
        ]),
      ),
  });
}, 120_000);
afterAll(() => world.close(), 60_000);
beforeEach(() => world.reset());
afterEach(async () => {
  const { status } = await handle.describe();
  if (status.name === 'RUNNING') await handle.terminate('the test is over');
});

/** A change set fails, and time passes until operators are asked. */
async function untilAsked(): Promise<ChangeSetStatus> {
  const { changeSetId, event } = failedChangeSet(world);
  await world.receive(event);
  handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  return until(async () => {
    await world.environment.sleep(minuteMs);
    const status = await handle.query(changeSetStatusQuery);
    return status.state === 'awaitingDecision' ? status : undefined;
  });
}

const attempts = (): number => world.attempts.filter((name) => name === broken).length;

test('a check with a bug asks an operator after ten attempts, within the hour', async () => {
  broken = 'inspectLineage';
  const beforeMs = await world.environment.currentTimeMs();
  const { report } = await untilAsked();
  expect(attempts()).toBe(10);
  expect(await world.environment.currentTimeMs()).toBeLessThan(beforeMs + 60 * minuteMs);
  expect(report?.question?.why).toContain(`TypeError: ${words}`);
  await until(() => world.notices.length > 0);
  expect(world.notices).toMatchObject([{ kind: 'opening' }]);
}, 60_000);

test('a submit with a bug counts as one of unknown fate, never as not sent', async () => {
  broken = 'submitSuccessor';
  const { report } = await untilAsked();
  expect(attempts()).toBe(10);
  expect(report?.question?.why).toContain(words);
  expect(report?.question?.why).not.toMatch(/not (been )?(sent|submitted)|nothing was submitted/i);
}, 60_000);
