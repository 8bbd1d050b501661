import { listAddress, shiftQuestions } from '../../src/delivery/shift.ts';
import { setupScript } from '../../src/delivery/webUiSetup.ts';
import { shiftAnswers, shiftStage } from '@marketplace-steward/testing/shiftStage';
import { listRows, listUrl, openSavedViews, savedView } from '@marketplace-steward/testing/webUi';
import { take } from './take.ts';

/** As many rows as a question has here. */
const viewport = { width: 1440, height: 520 };

/** Takes the list that answers each question of a shift, on a namespace in which each has an answer. */
export async function takeShift(): Promise<void> {
  const { page, address, close } = await shiftStage();
  try {
    await page.setViewportSize(viewport);
    const questions = shiftQuestions(Date.now());
    for (const [index, { name, subject }] of shiftAnswers.entries()) {
      await page.goto(listAddress(address, questions[index]?.query ?? ''));
      await listRows(page).filter({ hasText: subject }).first().waitFor();
      await take(page.locator('main').first(), `shift-${name}.png`);
    }
    await page.evaluate(setupScript(address.namespace));
    await page.goto(listUrl(address));
    await listRows(page).first().waitFor();
    await openSavedViews(page);
    await savedView(page, 'What needs me').waitFor();
    await take(page.locator('main').first(), 'shift-setup.png');
  } finally {
    await close();
  }
}
