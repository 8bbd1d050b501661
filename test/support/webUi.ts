import { chromium } from 'playwright-core';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';

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

/** The columns that operators are told to set: the state first, and no run id, which would push them off the page. */
const listColumns = [
  'Status',
  'StewardState',
  'StewardAttention',
  'StewardAttempt',
  'StewardDueAt',
  'Workflow ID',
  'Type',
  'Start',
];

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
  tab: 'user-metadata' | 'timeline' = 'user-metadata',
): string {
  return `${listUrl(address)}/${encodeURIComponent(workflowId)}/${runId}/${tab}`;
}

/** The rows of the list. */
export function listRows(page: Page): Locator {
  return page.getByTestId('workflows-summary-configurable-table-row');
}

/** What a workflow says of itself now, as the page renders it. */
export function currentDetails(page: Page): FrameLocator {
  return page.frameLocator('#user-metadata-current-details');
}

/**
 * More Actions → Send an Update → one of the updates.
 * @returns the dialog, ready for the data
 */
export async function openUpdate(page: Page, update: string): Promise<Locator> {
  // Every button is there twice, for wide and narrow pages.
  await page.getByRole('button', { name: 'More Actions' }).filter({ visible: true }).click();
  await page.getByTestId('update-button').filter({ visible: true }).click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByTestId('update-select-button').click();
  await dialog.getByRole('option', { name: new RegExp(`^\\s*${update}`) }).click();
  return dialog;
}

/** Fills in the data and submits; what comes of it is the caller's to wait for. */
export async function submitUpdate(dialog: Locator, data: object): Promise<void> {
  const box = dialog.getByRole('textbox', { name: 'Data' });
  await box.fill(JSON.stringify(data));
  await box.blur();
  // Left, the box lays the JSON out over several lines and Submit moves: a click before that is lost.
  await box.locator('.cm-line').nth(2).waitFor();
  await dialog.getByTestId('confirm-modal-button').click();
}
