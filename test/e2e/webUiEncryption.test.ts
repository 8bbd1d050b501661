import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  encryptedStage,
  type EncryptedLineage,
  type EncryptedStage,
} from '@marketplace-steward/testing/encryptedStage';
import { historyText } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';
import * as webUi from '@marketplace-steward/testing/webUi';
import { stageWithinMs } from '@marketplace-steward/testing/webUiStage';
import { amendmentQuery } from '../../src/workflows/changeSetRemediation/contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'encryption-'));
const said = 'The logo of Rosalind Franklin Ltd is too small.';

let stage: EncryptedStage;
let lineage: EncryptedLineage;
beforeAll(async () => {
  stage = await encryptedStage(join(folder, 'temporal.db'));
  lineage = await stage.awaitsDecision(said);
}, stageWithinMs);
afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true });
});

const details = (): ReturnType<typeof webUi.currentDetails> => webUi.currentDetails(stage.page);
const title = (heading: string) => details().getByRole('heading', { name: `${heading}: ${lineage.name}` });

test('without the codec server the Web UI says that it cannot read, and shows nothing of the matter', async () => {
  const { page, address } = stage;
  await page.goto(webUi.workflowUrl(address, lineage));
  await page.getByText('Codec Server could not connect').filter({ visible: true }).first().waitFor();
  await page.getByText('No summary available').waitFor();
  await page.goto(webUi.workflowUrl(address, lineage, 'history'));
  await page.getByText('Workflow Execution Started').first().waitFor();
  const text = await page.locator('body').innerText();
  for (const secret of [lineage.name, 'Rosalind', 'INVALID_INPUT']) expect(text).not.toContain(secret);
});

test('once an operator has signed in, it shows the summary, the details and the history', async () => {
  const { page, address, codecServer, password } = stage;
  await webUi.signInAtCodecServer(page, codecServer.url, password);
  await page.goto(webUi.workflowUrl(address, lineage));
  await webUi.chooseCodecServer(page, codecServer.url);
  await page.reload();
  await title('Needs a decision').waitFor();
  expect(await details().locator('body').innerText()).toContain(said);
  await page.frameLocator('#user-metadata-summary').getByText(lineage.name).waitFor();
});

test('an answer given there is encrypted before it leaves the browser, and a refusal is shown in words', async () => {
  const { page } = stage;
  const dialog = await webUi.openUpdate(page, 'amend');
  const operator = { actor: 'ann', reason: 'Rosalind asked for it' };
  await webUi.submitUpdate(dialog, { ...operator, changes: [{ index: 7, details: '{}' }] });
  await expect(webUi.refusal(dialog, 'changes[0]').textContent()).resolves.toContain('changes[0].index must be');
  await webUi.submitUpdate(dialog, {
    ...operator,
    changes: [{ index: 0, details: '{"ProductTitle":"The double helix"}' }],
  });
  await dialog.waitFor({ state: 'hidden' });
  const amendment = await until(async () => (await lineage.handle.query(amendmentQuery)) ?? undefined);
  expect(amendment).toMatchObject({ proposedBy: 'ann' });
  expect(await historyText(lineage.handle)).not.toMatch(/Rosalind|double helix/);
});

test('the database holds nothing of it', () => {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const holds = (text: string): boolean => files.some((bytes) => bytes.includes(text));
  // What it needs to find a workflow by it has in clear.
  expect(holds(lineage.changeSetId)).toBe(true);
  expect(holds('awaitingDecision')).toBe(true);
  for (const secret of ['Rosalind', 'double helix', 'too small', lineage.name, 'asked for it']) {
    expect([secret, holds(secret)]).toEqual([secret, false]);
  }
});
