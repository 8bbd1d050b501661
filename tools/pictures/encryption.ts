import { encryptedStage } from '@marketplace-steward/testing/encryptedStage';
import {
  chooseCodecServer,
  currentDetails,
  signInAtCodecServer,
  workflowUrl,
} from '@marketplace-steward/testing/webUi';
import { take } from './take.ts';

/** Takes the page of one change set with and without the codec server. */
export async function takeEncryption(): Promise<void> {
  const { page, address, codecServer, password, awaitsDecision, close } = await encryptedStage();
  try {
    const url = workflowUrl(address, await awaitsDecision('LogoUrl: the image must be at least 110 pixels wide.'));
    const main = page.locator('main').first();
    await page.goto(url);
    await page.getByText('No summary available').waitFor();
    await take(main, 'encrypted.png');
    await signInAtCodecServer(page, codecServer.url, password);
    await page.goto(url);
    await chooseCodecServer(page, codecServer.url);
    await page.reload();
    await currentDetails(page).getByRole('heading').first().waitFor();
    await take(main, 'decrypted.png');
  } finally {
    await close();
  }
}
