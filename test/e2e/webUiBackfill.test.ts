import type { Browser, Page } from 'playwright-core';
import { startTemporalServer } from '../../src/dev/temporalServer.ts';
import type { RunningTemporal } from '../../src/dev/temporalServer.ts';
import { backfillItemsType, type BackfillStatus } from '../../src/workflows/backfillItems/messages.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { backfillWorld, type BackfillWorld } from '../support/backfillWorld.ts';
import { findChromium } from '../support/chromium.ts';
import { addressVariable } from '../support/temporal.ts';
import * as webUi from '../support/webUi.ts';
import { until } from '../support/world.ts';

/** On a machine that is busy with other work. */
const startWithinMs = 120_000;
const askAgainMs = 5_000;
const person = { actor: 'ann', reason: 'looked at it' };
const open: { server?: RunningTemporal; world?: BackfillWorld; browser?: Browser } = {};
let world: BackfillWorld;
let address: webUi.WebUiAddress;
let page: Page;

beforeAll(async () => {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('no Chromium is here (on Debian: apt-get install chromium)');
  const server = (open.server = await startTemporalServer({ retentionDays: 1 }));
  if (server.uiUrl === undefined) throw new Error('the Web UI needs a server that is started here');
  // The shared server has no Web UI.
  process.env[addressVariable] = server.address;
  world = open.world = await backfillWorld();
  const browser = (open.browser = await webUi.openBrowser(chromium));
  address = { ui: server.uiUrl, namespace: world.temporal.namespace };
  page = await webUi.openPage(browser, address);
}, startWithinMs);

afterAll(async () => {
  await open.browser?.close();
  await open.world?.close();
  await open.server?.stop();
});

test('a backfill is started by hand with one JSON object, paused and stopped from its own details', async () => {
  const workflowId = 'items of today';
  const items = Array.from({ length: 200 }, (_, index) => `item-${index}`);
  const named = { workflowId, workflowType: backfillItemsType, taskQueue: stewardTaskQueue };
  await webUi.startWorkflow(page, address, named, { businessProductId: 'merchant-1', items, ratePerSecond: 1 });
  const handle = world.temporal.client.workflow.getHandle(workflowId);
  const { runId } = await until(() => handle.describe().catch(() => undefined));
  await until(() => world.asked.get('merchant-1/item-0'));

  await page.goto(webUi.workflowUrl(address, { workflowId, runId }));
  const details = webUi.currentDetails(page);
  await details.getByRole('heading', { name: 'Handing over: backfill of 200 items' }).waitFor();
  await webUi.submitUpdate(await webUi.openUpdate(page, 'pause'), person);
  await until(async () => ((await statusOf()).state === 'paused' ? true : undefined));
  const paused = details.getByRole('heading', { name: 'Paused: backfill of 200 items' });
  // The page fetches the details again when it is asked to. While a dialog closes it hears no key: it is asked again.
  await until(async () => {
    await page.keyboard.press('r');
    return paused.waitFor({ timeout: askAgainMs }).then(
      () => true,
      () => undefined,
    );
  });
  await webUi.submitUpdate(await webUi.openUpdate(page, 'stop'), person);
  const status = (await handle.result()) as BackfillStatus;
  expect(status).toMatchObject({ state: 'stopped', audit: [{ command: 'pause', ...person }, { command: 'stop' }] });
  expect(status.handedOver + status.left).toBe(200);

  function statusOf(): Promise<BackfillStatus> {
    return handle.query<BackfillStatus>('status');
  }
}, 120_000);
