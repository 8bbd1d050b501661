/** `npm run pictures`: runs the demo and takes the pictures of docs/images/; with `encryption`, `shift` or `session`, those of it alone. */
import type { Page } from 'playwright-core';
import picocolors from 'picocolors';
import { viewState } from '@marketplace-steward/demo/view/rows';
import { tableLines } from '@marketplace-steward/demo/view/table';
import { findChromium } from '@marketplace-steward/testing/chromium';
import type { Demo, RestingScenario } from '@marketplace-steward/demo/demoProcess';
import {
  currentDetails,
  listRows,
  listUrl,
  openBrowser,
  openPage,
  viewport,
  workflowUrl,
} from '@marketplace-steward/testing/webUi';
import { foundAccounts } from '@marketplace-steward/demo/scenarios/scenario';
import { takeEncryption } from './pictures/encryption.ts';
import { takeSession } from './pictures/session.ts';
import { takeShift } from './pictures/shift.ts';
import { take } from './pictures/take.ts';
import { terminalPage } from './pictures/terminalPage.ts';
import { withDemo } from './withDemo.ts';

/** In characters. */
const terminal = { width: 150, height: 40 };
const marginPixels = 24;
/** At the least, before the list is taken. */
const rowsShown = 30;
/** The list without the two hundred that a backfill has opened: the rows of the others are as many as a picture holds. */
async function takeList(page: Page, { endpoints }: Demo): Promise<void> {
  await page.goto(listUrl(endpoints, `StewardAccount!="${foundAccounts.backfilled}"`));
  await listRows(page)
    .nth(rowsShown - 1)
    .waitFor();
  await take(page, 'list.png');
}

/** The page without its menu, and as long as the details are. */
async function takeDetails(page: Page, demo: Demo, name: string, scenario: string): Promise<void> {
  const { observation } = await demo.atRest(scenario);
  await page.setViewportSize(viewport);
  await page.goto(workflowUrl(demo.endpoints, observation));
  await currentDetails(page).getByRole('heading').first().waitFor();
  const { y, height } = (await currentDetails(page).owner().boundingBox()) ?? { y: 0, height: 0 };
  await page.setViewportSize({ ...viewport, height: Math.max(viewport.height, Math.ceil(y + height) + marginPixels) });
  await take(page.locator('main').first(), name);
}

/** What the live view shows at this moment, drawn by its own code. */
async function takeTerminal(
  page: Page,
  { endpoints, observer }: Demo,
  rest: readonly RestingScenario[],
): Promise<void> {
  const progress = rest.map(({ scenario, observation }) => ({
    scenario: { ...scenario, expected: { state: scenario.expected.state } },
    observation,
    played: true,
    startedMs: 0,
    reachedMs: 0,
  }));
  const scene = { progress, others: [], openedByBackfills: 0, needingDecision: await observer.needingDecision() };
  const state = viewState(scene, { endpoints });
  const lines = tableLines(state, { ...terminal, colors: picocolors.createColors(true), links: false });
  await page.setContent(terminalPage(lines));
  await take(page.locator('body'), 'terminal.png');
}

const chromium = findChromium();
if (chromium === undefined) {
  console.error(
    'no Chromium is here: install one (on Debian: apt-get install chromium) or name it in STEWARD_CHROMIUM',
  );
  process.exit(1);
}
const [, , wanted] = process.argv;
const takes = (name: string): boolean => wanted === undefined || wanted === name;
if (takes('encryption')) await takeEncryption();
if (takes('shift')) await takeShift();
if (wanted === 'encryption' || wanted === 'shift') process.exit(0);
await withDemo(async (demo) => {
  console.log('waiting until every scenario is in its state …');
  const rest = await demo.allAtRest();
  const browser = await openBrowser(chromium);
  try {
    const page = await openPage(browser, demo.endpoints);
    if (wanted === 'session') return await takeSession(page, demo);
    await takeList(page, demo);
    await takeDetails(page, demo, 'needs-you.png', 'CLIENT_ERROR: needs a decision');
    await takeDetails(page, demo, 'remediated.png', 'SERVER_FAULT, retried to success');
    await takeDetails(page, demo, 'security.png', 'security report, due in 10 days');
    await takeTerminal(page, demo, rest);
    // It answers a matter that the others show.
    await takeSession(page, demo);
  } finally {
    await browser.close();
  }
});
