import type { WorkflowHandle } from '@temporalio/client';
import {
  backfillChangeSetsType,
  type BackfillChangeSetsInput,
  type BackfillChangeSetsStatus,
} from '../../src/workflows/backfillChangeSets/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import * as webUi from '@marketplace-steward/testing/webUi';
import { stageWithinMs, webUiStage, type WebUiStage } from '@marketplace-steward/testing/webUiStage';
import { changeSetWorld, failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const operator = { actor: 'ann', reason: 'checked it' };
const sets = 30;
const dayMs = 86_400_000;
const dayBefore = (days: number): string => new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
let stage: WebUiStage<StewardWorld>;

beforeAll(async () => {
  stage = await webUiStage(changeSetWorld);
  stage.world.simulator.control.setEvents({ target: null });
  for (let put = 0; put < sets; put += 1) failedChangeSet(stage.world);
}, stageWithinMs);
afterAll(() => stage.close());

/** Starts a backfill with one JSON object, as an operator does, and gives it as the server has it. */
async function startByHand(
  workflowId: string,
  input: BackfillChangeSetsInput,
): Promise<{ handle: WorkflowHandle; url: string }> {
  const { world, address, page } = stage;
  const named = { workflowId, workflowType: backfillChangeSetsType, taskQueue: stewardTaskQueue };
  await webUi.startWorkflow(page, address, named, input);
  const handle = world.temporal.client.workflow.getHandle(workflowId);
  const { runId } = await until(() => handle.describe().catch(() => undefined));
  return { handle, url: webUi.workflowUrl(address, { workflowId, runId }) };
}

test('a reversed range is refused, and the page names the field', async () => {
  const { handle } = await startByHand('reversed', { account, from: dayBefore(1), to: dayBefore(3) });
  await expect(handle.result()).rejects.toThrow('Workflow execution failed');
  const { runId } = await handle.describe();
  await stage.page.goto(webUi.workflowUrl(stage.address, { workflowId: 'reversed', runId }, 'timeline'));
  await stage.page
    .getByText(/"from\\?" must be before \\?"to/)
    .first()
    .waitFor();
});

test('a dry run by hand says what it found; the real run is paused, resumed and stopped from its own details', async () => {
  const { page } = stage;
  const input = { account, from: dayBefore(2) };
  const dry = await startByHand('what there is', input);
  await expect(dry.handle.result()).resolves.toMatchObject({ dryRun: true, found: sets, started: 0, left: sets });
  await page.goto(dry.url);
  const details = webUi.currentDetails(page);
  await details.getByRole('heading', { name: `Completed: dry run of a backfill of ${sets} change sets` }).waitFor();
  await details.getByText(`0 failed + ${sets} that a real run would start.`).waitFor();
  await details.getByText('"dryRun": false').waitFor();

  const real = await startByHand('what there is, started', { ...input, dryRun: false, ratePerSecond: 0.5 });
  const statusOf = (): Promise<BackfillChangeSetsStatus> => real.handle.query<BackfillChangeSetsStatus>('status');
  await until(async () => ((await statusOf().catch(() => undefined))?.started ?? 0) > 0 || undefined);
  await page.goto(real.url);
  await webUi.submitUpdate(await webUi.openUpdate(page, 'pause'), operator);
  await until(async () => ((await statusOf()).state === 'paused' ? true : undefined));
  await webUi.refreshUntil(page, details.getByRole('heading', { name: `Paused: backfill of ${sets} change sets` }));
  await webUi.submitUpdate(await webUi.openUpdate(page, 'resume'), operator);
  await until(async () => ((await statusOf()).state === 'delivering' ? true : undefined));
  await webUi.refreshUntil(page, details.getByRole('heading', { name: `Delivering: backfill of ${sets} change sets` }));
  await webUi.submitUpdate(await webUi.openUpdate(page, 'stop'), operator);

  const result = (await real.handle.result()) as BackfillChangeSetsStatus;
  const commands = [{ command: 'pause', ...operator }, { command: 'resume' }, { command: 'stop' }];
  expect(result).toMatchObject({ state: 'stopped', found: sets, known: 0, failed: 0, audit: commands });
  expect(result.started + result.left).toBe(sets);
  await webUi.refreshUntil(page, details.getByRole('heading', { name: `Stopped: backfill of ${sets} change sets` }));
  await details.getByText(`${sets} found = 0 known already + ${result.started} started + 0 failed`).waitFor();
}, 120_000);
