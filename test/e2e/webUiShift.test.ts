import { listAddress, shiftQuestions } from '../../src/delivery/shift.ts';
import { shiftAnswers, shiftStage } from '@marketplace-steward/testing/shiftStage';
import { currentDetails, listRows } from '@marketplace-steward/testing/webUi';
import { stageWithinMs } from '@marketplace-steward/testing/webUiStage';

let stage: Awaited<ReturnType<typeof shiftStage>>;
beforeAll(async () => {
  stage = await shiftStage();
  stage.page.setDefaultTimeout(20_000);
}, stageWithinMs);
afterAll(() => stage?.close());

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
