import { backfillItemsType, type BackfillStatus } from '../../src/workflows/backfillItems/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { operator } from '@marketplace-steward/testing/operator';
import { buyableProducts } from '@marketplace-steward/testing/plannedProducts';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import * as webUi from '@marketplace-steward/testing/webUi';
import { stageWithinMs, webUiStage, type WebUiStage } from '@marketplace-steward/testing/webUiStage';
import { until } from '@marketplace-steward/testing/until';

const products = buyableProducts();
let stage: WebUiStage<StewardWorld>;

beforeAll(async () => {
  stage = await webUiStage(() => stewardWorld('real', { parts: () => ({ products }) }));
}, stageWithinMs);
afterAll(() => stage.close());

test('a backfill is started by hand with one JSON object, paused and stopped from its own details', async () => {
  const { world, address, page } = stage;
  const workflowId = 'items of today';
  const items = Array.from({ length: 200 }, (_, index) => `item-${index}`);
  const named = { workflowId, workflowType: backfillItemsType, taskQueue: stewardTaskQueue };
  await webUi.startWorkflow(page, address, named, { businessProductId: 'merchant-1', items, ratePerSecond: 1 });
  const handle = world.temporal.client.workflow.getHandle(workflowId);
  const { runId } = await until(() => handle.describe().catch(() => undefined));
  await until(() => products.asked.get('merchant-1/item-0'));

  await page.goto(webUi.workflowUrl(address, { workflowId, runId }));
  const details = webUi.currentDetails(page);
  await details.getByRole('heading', { name: 'Delivering: backfill of 200 items' }).waitFor();
  await webUi.submitUpdate(await webUi.openUpdate(page, 'pause'), operator);
  await until(async () => ((await statusOf()).state === 'paused' ? true : undefined));
  await webUi.refreshUntil(page, details.getByRole('heading', { name: 'Paused: backfill of 200 items' }));
  await webUi.submitUpdate(await webUi.openUpdate(page, 'stop'), operator);
  const status = (await handle.result()) as BackfillStatus;
  expect(status).toMatchObject({ state: 'stopped', audit: [{ command: 'pause', ...operator }, { command: 'stop' }] });
  expect(status.delivered + status.left).toBe(200);

  function statusOf(): Promise<BackfillStatus> {
    return handle.query<BackfillStatus>('status');
  }
}, 120_000);
