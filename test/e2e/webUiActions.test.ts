import type { WorkflowHandle } from '@temporalio/client';
import type { Browser, Page } from 'playwright-core';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import type { ChangeSetStatus } from '../../src/workflows/changeSetRemediation/contract.ts';
import * as webUi from '@marketplace-steward/testing/webUi';
import { stageWithinMs, webUiStage } from '@marketplace-steward/testing/webUiStage';
import { changeSetWorld, failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

/** A lineage and the run that its page shows. */
interface Lineage {
  readonly changeSetId: string;
  readonly name: string;
  readonly event: object;
  readonly handle: WorkflowHandle;
  readonly workflowId: string;
  readonly runId: string;
}

const operator = { actor: 'ann', reason: 'checked it' };
const attentionQuery = 'StewardAttention=true AND ExecutionStatus="Running"';
let world: StewardWorld;
let browser: Browser;
let address: webUi.WebUiAddress;
let page: Page;

let close: () => Promise<void>;

beforeAll(async () => {
  ({ world, browser, address, page, close } = await webUiStage(changeSetWorld));
}, stageWithinMs);
afterAll(() => close());
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
});

const statusOf = ({ handle }: Pick<Lineage, 'handle'>): Promise<ChangeSetStatus> => handle.query(changeSetStatusQuery);
/** Every call that could have made a change set, repeats of a token included. */
const submits = (): object[] => world.simulator.control.log({ operation: 'StartChangeSet' });

async function comesTo(
  { changeSetId, name, event }: Pick<Lineage, 'changeSetId' | 'name' | 'event'>,
  reached: (status: ChangeSetStatus) => boolean,
): Promise<Lineage> {
  await world.receive(event);
  const handle = world.temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  await until(async () => (reached(await statusOf({ handle })) ? true : undefined));
  const { runId } = await handle.describe();
  return { changeSetId, name, event, handle, workflowId: handle.workflowId, runId };
}

function awaitsDecision(): Promise<Lineage> {
  const errors = [{ code: 'INVALID_INPUT', message: 'The title is too long.' }];
  const failed = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors });
  return comesTo(failed, ({ state }) => state === 'awaitingDecision');
}

/** The successors run until the test ends them. */
function holdSuccessors({ changeSetId }: Pick<Lineage, 'changeSetId'>): void {
  const outcomes = [{ status: 'SUCCEEDED' as const, durationMs: 600_000 }];
  world.simulator.control.plan({ match: { nameContains: changeSetId }, outcomes });
}

function hasSuccessorInFlight(): Promise<Lineage> {
  const failed = failedChangeSet(world);
  holdSuccessors(failed);
  return comesTo(failed, ({ attempt }) => attempt === 1);
}

/** Ends the successor that the lineage holds for its own. */
async function succeeds(lineage: Lineage): Promise<unknown> {
  const { members } = await statusOf(lineage);
  const changeSetId = members[1]?.changeSetId ?? 'none';
  world.simulator.control.plan({ match: { changeSetId }, outcomes: [{ status: 'SUCCEEDED', durationMs: 0 }] });
  return lineage.handle.result();
}

const titleOf = ({ name }: Lineage, heading: string, on: Page) =>
  webUi.currentDetails(on).getByRole('heading', { name: `${heading}: ${name}` });

async function showDetails(lineage: Lineage, heading: string, on = page): Promise<void> {
  await on.goto(webUi.workflowUrl(address, lineage));
  await titleOf(lineage, heading, on).waitFor();
}

const refreshDetails = (lineage: Lineage, heading: string): Promise<void> =>
  webUi.refreshUntil(page, titleOf(lineage, heading, page));

test('amend: a wrong index is refused with a sentence; the difference is shown, and approve sends it as it was typed', async () => {
  const lineage = await awaitsDecision();
  await showDetails(lineage, 'Needs a decision');
  const amend = await webUi.openUpdate(page, 'amend');
  await webUi.submitUpdate(amend, { ...operator, changes: [{ index: 1, details: '{}' }] });
  await expect(webUi.refusal(amend, 'changes[0]').textContent()).resolves.toContain(
    'changes[0].index must be a whole number from 0 to 0, the position of the change. For example "changes": [{"index": 0,',
  );
  expect(await amend.innerText()).not.toMatch(/\.[jt]s:\d/);

  const details = '{"ProductTitle": "Größe & <b>",\n "Rate":1.10,"Id":12345678901234567890,"Text":"\\u00e9\\/\\"  "}';
  await webUi.submitUpdate(amend, { ...operator, changes: [{ index: 0, details }] });
  await amend.waitFor({ state: 'hidden' });
  await until(async () => ((await statusOf(lineage)).commands.includes('approve') ? true : undefined));
  await refreshDetails(lineage, 'Needs a decision');
  const shown = webUi.currentDetails(page);
  await shown.getByText('Proposed by ann, not submitted yet:').waitFor();
  const lines = await shown.getByRole('listitem').allInnerTexts();
  expect(lines).toContainEqual(
    expect.stringMatching(/^changes\[0\] UpdateInformation ProductTitle: “.*” becomes “Größe & <b>”$/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^changes\[0\] UpdateInformation Rate: added, number of 4 /));
  expect(lines.join()).not.toContain('12345678901234567890');
  expect(submits()).toEqual([]);

  await webUi.submitUpdate(await webUi.openUpdate(page, 'approve'), operator);
  await expect(lineage.handle.result()).resolves.toMatchObject({
    state: 'remediated',
    audit: [{ command: 'amend' }, { command: 'approve', ...operator }],
  });
  expect(submits()).toMatchObject([{ kind: 'call', request: { ChangeSet: [{ Details: details }] } }]);
});

test('resolve: it ends with the change set that settled it', async () => {
  const lineage = await awaitsDecision();
  await showDetails(lineage, 'Needs a decision');
  const dialog = await webUi.openUpdate(page, 'resolve');
  await webUi.submitUpdate(dialog, { ...operator, changeSetId: 'settled-by-hand' });
  await dialog.waitFor({ state: 'hidden' });
  const note = 'Settled by settled-by-hand, as ann says.';
  await expect(lineage.handle.result()).resolves.toMatchObject({ state: 'resolvedElsewhere', notes: [note] });
  await refreshDetails(lineage, 'resolvedElsewhere');
  await webUi.currentDetails(page).getByText(note).waitFor();
  expect(submits()).toEqual([]);
});

test('retry clicked twice, and by somebody else whose dialog was open too: one submit', async () => {
  const lineage = await awaitsDecision();
  holdSuccessors(lineage);
  const otherPage = await webUi.openPage(browser, address);
  await Promise.all([showDetails(lineage, 'Needs a decision'), showDetails(lineage, 'Needs a decision', otherPage)]);
  const other = await webUi.openUpdate(otherPage, 'retry');
  await webUi.fillData(other, { actor: 'bob', reason: 'did not see it' });
  const dialog = await webUi.openUpdate(page, 'retry');
  await webUi.fillData(dialog, operator);
  await webUi.confirmButton(dialog).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  await until(async () => ((await statusOf(lineage)).attempt === 1 ? true : undefined));

  await webUi.confirmButton(other).click();
  await webUi.refusal(other, 'It is retrying; retry is taken in').waitFor();
  await otherPage.close();
  await expect(succeeds(lineage)).resolves.toMatchObject({ state: 'remediated', audit: [operator] });
  expect(submits()).toHaveLength(1);
});

test('Request Cancellation abandons a lineage that waits, and submits nothing', async () => {
  const lineage = await awaitsDecision();
  await showDetails(lineage, 'Needs a decision');
  await webUi.confirm(await webUi.openCancellation(page));
  await expect(lineage.handle.result()).resolves.toMatchObject({
    state: 'abandoned',
    audit: [{ command: 'abandon', actor: 'unknown (cancellation request)' }],
  });
  await refreshDetails(lineage, 'abandoned');
  expect(submits()).toEqual([]);
});

test('Terminate after a submit, and the event again: the new run adopts the successor', async () => {
  const lineage = await hasSuccessorInFlight();
  await showDetails(lineage, 'retrying');
  const dialog = await webUi.openAction(page, 'terminate');
  await dialog.getByTestId('workflow-termination-reason').fill('it seemed to hang');
  await webUi.confirm(dialog);
  await until(async () => ((await lineage.handle.describe()).status.name === 'TERMINATED' ? true : undefined));

  const again = await comesTo(lineage, ({ attempt }) => attempt === 1);
  expect(again.runId).not.toBe(lineage.runId);
  await expect(succeeds(again)).resolves.toMatchObject({ state: 'remediated', attempt: 1 });
  expect(submits()).toHaveLength(1);
});

test('Reset to the first task after an answer and its submit: the new run adopts the successor', async () => {
  const lineage = await awaitsDecision();
  holdSuccessors(lineage);
  await lineage.handle.executeUpdate('retry', { args: [operator] });
  await until(async () => ((await statusOf(lineage)).attempt === 1 ? true : undefined));
  await showDetails(lineage, 'retrying');
  const dialog = await webUi.openAction(page, 'reset');
  await webUi.chooseFirstTask(dialog);
  await dialog.getByTestId('reset-reason').fill('to check again');
  await webUi.confirm(dialog);
  await page.getByRole('link', { name: 'here' }).click();
  await page.waitForURL(({ pathname }) => !pathname.includes(lineage.runId));

  await until(async () => ((await statusOf(lineage)).attempt === 1 ? true : undefined));
  await expect(succeeds(lineage)).resolves.toMatchObject({ state: 'remediated', attempt: 1 });
  expect(submits()).toHaveLength(1);
});

test('two lineages that wait are cancelled from the list; the third waits on', async () => {
  const [first, second, third] = await Promise.all([awaitsDecision(), awaitsDecision(), awaitsDecision()]);
  const listed = [first, second, third].map(({ workflowId }) => `"${workflowId}"`).join(', ');
  const query = `${attentionQuery} AND WorkflowId IN (${listed})`;
  await until(async () => ((await world.temporal.client.workflow.count(query)).count === 3 ? true : undefined));
  await page.goto(webUi.listUrl(address, attentionQuery));
  const dialog = await webUi.openBatchCancellation(page, [first.workflowId, second.workflowId]);
  await dialog.getByText('Are you sure you want to Cancel 2 running workflows?').waitFor();
  await webUi.confirm(dialog);
  for (const { handle } of [first, second]) {
    await expect(handle.result()).resolves.toMatchObject({ state: 'abandoned', attempt: 0 });
  }
  await expect(statusOf(third)).resolves.toMatchObject({ state: 'awaitingDecision', audit: [] });
  expect(submits()).toEqual([]);
});
