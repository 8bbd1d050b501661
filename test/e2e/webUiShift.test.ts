import { listAddress, listColumns, shiftQuestions } from '../../src/delivery/shift.ts';
import { savedViews, setupScript } from '../../src/delivery/webUiSetup.ts';
import { shiftAnswers, shiftStage } from '@marketplace-steward/testing/shiftStage';
import {
  currentDetails,
  listRows,
  listUrl,
  openSavedViews,
  savedView,
  viewport,
} from '@marketplace-steward/testing/webUi';
import { stageWithinMs } from '@marketplace-steward/testing/webUiStage';

let stage: Awaited<ReturnType<typeof shiftStage>>;
beforeAll(async () => {
  stage = await shiftStage();
  stage.page.setDefaultTimeout(20_000);
}, stageWithinMs);
afterAll(() => stage?.close());

test('the set-up that steward links prints shows the columns and the saved views, and a view opens its list', async () => {
  const { browser, address } = stage;
  const page = await browser.newPage({ viewport, locale: 'en-US', timezoneId: 'UTC' });
  page.setDefaultTimeout(20_000);
  await page.goto(listUrl(address));
  await listRows(page).first().waitFor();
  const heads = page.getByRole('columnheader');
  expect(await heads.allInnerTexts()).not.toContain('StewardSubject');
  await page.evaluate(setupScript(address.namespace));
  await heads.filter({ hasText: 'StewardSubject' }).waitFor();
  expect((await heads.allInnerTexts()).slice(2)).toEqual([...listColumns]);
  await openSavedViews(page);
  for (const { name } of savedViews()) await savedView(page, name).waitFor();
  await savedView(page, 'What needs me').click();
  await listRows(page).filter({ hasText: 'Acme Scanner 4.4.3: SCAN_ERROR' }).first().waitFor();
  expect(new URL(page.url()).searchParams.get('query')).toBe(savedViews()[0]?.query);
  await page.close();
}, 60_000);

const questions = shiftQuestions(Date.now()).map((question, index) => ({ ...question, answer: shiftAnswers[index] }));

test.each(questions)(
  '$title is answered by a list with its subject, and two clicks from there',
  async ({ query, answer }) => {
    const { page, address } = stage;
    await page.goto(listAddress(address, query));
    const row = listRows(page).filter({ hasText: answer?.subject ?? 'no answer' });
    await row.first().waitFor();
    expect(await page.getByRole('columnheader').allInnerTexts()).toContain('StewardSubject');
    const { details = [] } = answer ?? {};
    if (details.length === 0) return;
    await row.first().getByRole('link').first().click();
    await page.getByRole('tab', { name: 'User Metadata' }).click();
    const body = currentDetails(page).locator('body');
    for (const text of details) await body.filter({ hasText: text }).waitFor();
  },
  60_000,
);
