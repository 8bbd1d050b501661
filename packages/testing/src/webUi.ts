import { chromium } from 'playwright-core';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { listColumns } from '../../../src/delivery/shift.ts';

/** A namespace in a running Web UI. */
export interface WebUiAddress {
  /** URL. */
  readonly ui: string;
  readonly namespace: string;
}

/** The size of the page in CSS pixels: a usual laptop. */
export const viewport = { width: 1440, height: 900 } as const;

/** Kept off the network and out of the sandbox that containers don't have. */
const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-proxy-server',
];

/** How long a page has to show what it was asked for, before it is asked again. */
const refreshedWithinMs = 5_000;
const refreshesAtMost = 6;

/** Starts a headless Chromium, which its caller closes. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: browserFlags });
}

/** A page with the steward's columns in its workflow list. */
export async function openPage(browser: Browser, { namespace }: WebUiAddress): Promise<Page> {
  const page = await browser.newPage({ viewport, locale: 'en-US', timezoneId: 'UTC' });
  const columns = JSON.stringify({ [namespace]: listColumns.map((label) => ({ label })) });
  // Runs in the page, which has a localStorage; the types of browsers are not the project's.
  await page.addInitScript(`localStorage.setItem('namespace-workflow-table-columns', ${JSON.stringify(columns)})`);
  return page;
}

/** The list of workflows, narrowed by a list filter. */
export function listUrl({ ui, namespace }: WebUiAddress, query = ''): string {
  const list = `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows`;
  return query === '' ? list : `${list}?query=${encodeURIComponent(query)}`;
}

/** One of a workflow's pages. */
export function workflowUrl(
  address: WebUiAddress,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
  tab: 'user-metadata' | 'timeline' | 'history' = 'user-metadata',
): string {
  return `${listUrl(address)}/${encodeURIComponent(workflowId)}/${runId}/${tab}`;
}

/** The rows of the list. */
export function listRows(page: Page): Locator {
  return page.getByTestId('workflows-summary-configurable-table-row');
}

/** Opens the menu of the lists that are saved in this browser. */
export async function openSavedViews(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Saved Views' }).filter({ visible: true }).click();
}

/** One of them, in the open menu. */
export function savedView(page: Page, name: string): Locator {
  return page.getByText(name, { exact: true }).filter({ visible: true });
}

/** What a workflow says of itself now, as the page renders it. */
export function currentDetails(page: Page): FrameLocator {
  return page.frameLocator('#user-metadata-current-details');
}

/** The dialog that is open. */
function openDialog(page: Page): Locator {
  return page.locator('dialog[open]');
}

/**
 * Request Cancellation, which the page of a running workflow shows as its main button.
 * @returns the dialog that asks whether to
 */
export async function openCancellation(page: Page): Promise<Locator> {
  // Every button is there twice, for wide and narrow pages.
  await page.getByRole('button', { name: 'Request Cancellation' }).filter({ visible: true }).click();
  return openDialog(page);
}

/**
 * More Actions → one of a running workflow's actions.
 * @returns its dialog
 */
export async function openAction(page: Page, action: 'reset' | 'terminate' | 'update'): Promise<Locator> {
  await page.getByRole('button', { name: 'More Actions' }).filter({ visible: true }).click();
  await page.getByTestId(`${action}-button`).filter({ visible: true }).click();
  return openDialog(page);
}

/**
 * More Actions → Send an Update → one of the updates.
 * @returns the dialog, ready for the data
 */
export async function openUpdate(page: Page, update: string): Promise<Locator> {
  const dialog = await openAction(page, 'update');
  await dialog.getByTestId('update-select-button').click();
  await dialog.getByRole('option', { name: new RegExp(`^\\s*${update}`) }).click();
  return dialog;
}

/** Picks the first workflow task in the dialog of a reset: what came after it is done again. */
export async function chooseFirstTask(dialog: Locator): Promise<void> {
  await dialog.getByTestId('workflow-reset-event-id-select-button').click();
  await dialog.getByRole('option').first().click();
}

/** The button of a dialog that carries out what it asks for. */
export function confirmButton(dialog: Locator): Locator {
  return dialog.getByTestId('confirm-modal-button');
}

/** Confirms a dialog and waits until it has closed: it stays open where the server refuses. */
export async function confirm(dialog: Locator): Promise<void> {
  await confirmButton(dialog).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Fills in the data of an update and leaves the box, so that Submit can be clicked. */
export async function fillData(dialog: Locator, data: object): Promise<void> {
  const box = dialog.getByRole('textbox', { name: 'Data' });
  await box.fill(JSON.stringify(data));
  await box.blur();
  // Left, the box lays the JSON out over several lines and Submit moves: a click before that is lost.
  const lines = JSON.stringify(data, undefined, 2).split('\n').length;
  await box
    .locator('.cm-line')
    .nth(lines - 1)
    .waitFor();
}

/** Fills in the data and submits; what comes of it is the caller's to wait for. */
export async function submitUpdate(dialog: Locator, data: object): Promise<void> {
  await fillData(dialog, data);
  await confirmButton(dialog).click();
}

/** What the dialog of an update says when the workflow refused it: the first line, above the failure's stack. */
export function refusal(dialog: Locator, beginning: string): Locator {
  return dialog.getByRole('paragraph').filter({ hasText: beginning });
}

/**
 * Ticks workflows in the list and asks for their cancellation.
 * @returns the dialog that asks whether to
 */
export async function openBatchCancellation(page: Page, workflowIds: readonly string[]): Promise<Locator> {
  for (const workflowId of workflowIds) {
    const row = listRows(page).filter({ hasText: workflowId });
    // The box itself is hidden under its label.
    await row.getByRole('checkbox').locator('..').click();
  }
  await page.getByTestId('bulk-cancel-button').filter({ visible: true }).click();
  return openDialog(page);
}

/**
 * Start Workflow, with one JSON value as its input.
 * @param named what the page's address fills in
 */
export async function startWorkflow(
  page: Page,
  address: WebUiAddress,
  named: { readonly workflowId: string; readonly workflowType: string; readonly taskQueue: string },
  input: object,
): Promise<void> {
  await page.goto(`${listUrl(address)}/start-workflow?${new URLSearchParams(named).toString()}`);
  const box = page.getByRole('textbox', { name: 'Data' });
  await box.fill(JSON.stringify(input));
  await box.blur();
  await page.getByTestId('start-workflow-button').filter({ visible: true }).click();
}

/** The page fetches a workflow's details again when it is asked to. While a dialog closes it hears no key: it is asked again. */
export async function refreshUntil(page: Page, shown: Locator): Promise<void> {
  for (let asked = 1; ; asked += 1) {
    await page.keyboard.press('r');
    try {
      return await shown.waitFor(asked < refreshesAtMost ? { timeout: refreshedWithinMs } : {});
    } catch (error) {
      if (asked === refreshesAtMost) throw error;
    }
  }
}

/** Signs in at the codec server, as an operator does in the browser that shows the Web UI. @param url of the server. */
export async function signInAtCodecServer(page: Page, url: string, password: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
}

/** The glasses → this browser's own codec server, with the cookie of its sign-in. The page that is open is a workflow's. */
export async function chooseCodecServer(page: Page, url: string): Promise<void> {
  await page.getByTestId(/^data-encoder-status/).click();
  const dialog = openDialog(page);
  await dialog.getByTestId('use-local-endpoint-input').check();
  await dialog.getByLabel('Codec Server browser endpoint').fill(url);
  await dialog.getByText('Include cross-origin credentials').click();
  await confirm(dialog);
}
