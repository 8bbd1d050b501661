import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { readFixture, sampleEvent, withReplaced } from '@marketplace-steward/testing/fixtures';
import { testSource } from '../../src/events/testEvents.ts';
import { accountHealthWorkflowId } from '../../src/workflows/accountHealth/contract.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import type { CommandInput } from '../../src/workflows/shared/operatorCommands.ts';
import { testEventWorkflowId } from '../../src/workflows/testEvent/contract.ts';
import type { Demo } from '@marketplace-steward/demo/demoProcess';

/** What an operator does with the workflow of one scenario. */
interface Answer {
  readonly scenario: string;
  /** For the file's name. */
  readonly how: string;
  /** Resolves when the workflow has accepted it, and has ended where it ends by it. */
  readonly give: (handle: WorkflowHandle) => Promise<unknown>;
}

const command: CommandInput = { actor: 'ann', reason: 'answered for the record' };
const sample = { changeSetId: '76yesvf8y165pa4f98td2crtg', eventId: '01234567-0123-0123-0123-0123456789ab' };

/** One for each way in which a case is answered. */
export const answers: readonly Answer[] = [
  { scenario: 'CLIENT_ERROR: needs a decision', how: 'retried', give: endedBy('retry') },
  { scenario: 'an event that cannot be read', how: 'discarded', give: endedBy('discard') },
  { scenario: 'kinds of events that are not handled; one is new', how: 'discarded', give: endedBy('discard') },
  {
    scenario: 'security report, due in 10 days',
    how: 'acknowledged',
    give: (handle) => handle.executeUpdate('acknowledge', { args: [command] }),
  },
  { scenario: 'own offer released', how: 'cancelled', give: cancelled },
  { scenario: 'not buyable: one notice', how: 'cancelled', give: cancelled },
];

/** What is done with change sets that AWS does not know, so that they need a decision. */
export const answersToUnknown: readonly Answer[] = [
  { scenario: 'unknown to AWS', how: 'abandoned', give: endedBy('abandon') },
  { scenario: 'unknown to AWS', how: 'cancelled', give: cancelled },
];

/**
 * Posts the vendor's sample of a failure with a fresh id.
 * @returns the id of its workflow
 */
export async function postUnknown(demo: Demo): Promise<string> {
  const changeSetId = randomUUID().replaceAll('-', '').slice(0, sample.changeSetId.length);
  const event = withReplaced(
    readFixture('changeSetFailed'),
    new Map([
      [sample.changeSetId, changeSetId],
      [sample.eventId, randomUUID()],
    ]),
  );
  await post(demo, event);
  return changeSetWorkflowId(changeSetId);
}

/** Posts a test event. @returns the id of its workflow. */
export async function postTest(demo: Demo): Promise<string> {
  const testId = randomUUID();
  const sentAt = new Date().toISOString();
  await post(demo, sampleEvent('changeSetSucceeded', { source: testSource, id: randomUUID() }, { testId, sentAt }));
  return testEventWorkflowId(testId);
}

/** Posts an event of a merchant that names so many items, and so needs a workflow to deliver it. */
export async function postManyItems(demo: Demo, items: number): Promise<void> {
  const resources = Array.from({ length: items }, (_, index) => `businessProduct/recorded/items/item-${index}`);
  const ids = { idempotencyKey: randomUUID(), eventId: randomUUID() };
  await post(
    demo,
    sampleEvent('buyabilityChanged.eventBridge', { resources, id: randomUUID() }, { resources, ...ids }),
  );
}

/** Posts so many events that nobody can read: their notices are more than a channel gets one by one. */
export async function postManyUnreadable(demo: Demo, events: number): Promise<void> {
  for (let sent = 0; sent < events; sent += 1) await post(demo, { unreadable: randomUUID() });
}

async function post({ endpoints, credentials }: Demo, event: unknown): Promise<void> {
  const { header, value } = credentials.eventbridge;
  const response = await fetch(`${endpoints.ingress}/v1/events/eventbridge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [header]: value },
    body: JSON.stringify(event),
  });
  if (response.status !== 202) throw new Error(`the ingress answered ${response.status}: ${await response.text()}`);
}

/**
 * Lets the simulated AWS refuse the credentials of the account of the vendor's sample, and has the worker call it.
 * @returns the id of the account's alarm
 */
export async function refuseCredentials(demo: Demo): Promise<string> {
  const fault = { fault: 'error', operation: '*', type: 'ExpiredTokenException', status: 403, times: 20 };
  const response = await fetch(`${demo.endpoints.catalogSimulator}/_control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
  await postUnknown(demo);
  return accountHealthWorkflowId('123456789012');
}

async function cancelled(handle: WorkflowHandle): Promise<void> {
  await handle.cancel();
  await handle.result();
}

function endedBy(update: string): Answer['give'] {
  return async (handle) => {
    await handle.executeUpdate(update, { args: [command] });
    await handle.result();
  };
}
