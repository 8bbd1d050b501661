import type { Browser, Locator, Page } from 'playwright-core';
import { findChromium } from '@marketplace-steward/testing/chromium';
import { launchDemo } from '@marketplace-steward/demo/demoProcess';
import type { Demo, RestingScenario } from '@marketplace-steward/demo/demoProcess';
import {
  currentDetails,
  listRows,
  listUrl,
  openBrowser,
  openPage,
  openUpdate,
  submitUpdate,
  workflowUrl,
} from '@marketplace-steward/testing/webUi';

/** On a machine that is busy with other work. */
const startWithinMs = 200_000;
const undecided = 'CLIENT_ERROR: needs a decision';
const launched = launchDemo([undecided]);
let demo: Demo;
let browser: Browser;
let page: Page;
/** The one that waits for an operator. */
let open: RestingScenario;

beforeAll(async () => {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('no Chromium is here (on Debian: apt-get install chromium)');
  [demo, browser] = await Promise.all([launched.ready, openBrowser(chromium)]);
  open = await demo.atRest(undecided);
  page = await openPage(browser, demo.endpoints);
}, startWithinMs);

afterAll(async () => {
  await browser?.close();
  await launched.stop();
});

test('the list shows the open case with its state', async () => {
  await page.goto(listUrl(demo.endpoints, 'StewardAttention=true AND ExecutionStatus="Running"'));
  const row = listRows(page).filter({ hasText: open.observation.workflowId });
  await row.waitFor();
  const trimmed = async (cells: Locator) => (await cells.allTextContents()).map((text) => text.trim());
  const headings = await trimmed(page.getByRole('columnheader'));
  const cells = await trimmed(row.getByRole('cell'));
  const cell = (heading: string) => cells[headings.indexOf(heading)];
  expect({ state: cell('StewardState'), attention: cell('StewardAttention') }).toEqual({
    state: 'awaitingDecision',
    attention: 'true',
  });
});

test('its details say what is the matter, what to do and how to answer', async () => {
  await page.goto(workflowUrl(demo.endpoints, open.observation));
  const details = currentDetails(page);
  await details.getByRole('heading', { name: 'Needs a decision: Create my product' }).waitFor();
  const text = await details.locator('body').innerText();
  expect(text).toContain('Next: The same input fails again. Amend the details that AWS names');
  expect(text).toMatch(/\{\s+"actor": "<your-name>",\s+"reason": "<why>"\s+\}/);
  expect(text).toContain(`steward resolve ${open.observation.workflowId}`);
  // Markup that is left as it was written would show.
  expect(text).not.toMatch(/\*\*|\\[\\`*_{}[\]<>()#+!|~]|^- /m);
  const items = await details.getByRole('listitem').allInnerTexts();
  expect(items).toContain('AWS: “LogoUrl: the image must be at least 110 pixels wide.”');
  expect(items.join('\n')).toContain('INVALID_INPUT (CreateProduct): A value of the request is invalid');
  const link = details.getByRole('link', { name: open.observation.workflowId.replace('change-set:', '') });
  expect(await link.getAttribute('href')).toMatch(
    /^https:\/\/aws\.amazon\.com\/marketplace\/management\/requests\/76yes/,
  );
});

test('an answer without a reason is refused with a sentence; with one, it ends the workflow', async () => {
  const reason = 'the product is not sold any more';
  const workflow = demo.client.workflow.getHandle(open.observation.workflowId);
  const dialog = await openUpdate(page, 'abandon');
  await submitUpdate(dialog, { actor: 'ann', reason: '' });
  const refusal = dialog.getByRole('paragraph').filter({ hasText: '"reason" must be' });
  await expect(refusal.textContent()).resolves.toMatch(
    /"reason" must be a text of 1 to 1000 characters, but it is an empty text\. Send one object like this:\s+\{\s+"actor"/,
  );
  expect(await dialog.innerText()).not.toMatch(/\.[jt]s:\d/);
  await expect(workflow.query('status')).resolves.toMatchObject({ state: 'awaitingDecision', audit: [] });

  await submitUpdate(dialog, { actor: 'ann', reason });
  await dialog.waitFor({ state: 'hidden' });
  await expect(workflow.result()).resolves.toMatchObject({
    state: 'abandoned',
    audit: [{ command: 'abandon', actor: 'ann', reason }],
  });
  await page.goto(workflowUrl(demo.endpoints, open.observation));
  await currentDetails(page).getByRole('heading', { name: 'abandoned: Create my product' }).waitFor();
});
