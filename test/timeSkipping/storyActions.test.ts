import type { WorkflowHandle } from '@temporalio/client';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { successorName } from '../../src/workflows/changeSetRemediation/lineage.ts';
import { itemWorkflowId } from '../../src/workflows/itemBuyability/contract.ts';
import { offerWorkflowId } from '../../src/workflows/offerWatch/contract.ts';
import { securityWorkflowId, type AffectedProducts } from '../../src/workflows/securityCase/contract.ts';
import { actionsOf } from '@marketplace-steward/testing/actions';
import { account } from '@marketplace-steward/testing/changeSets';
import { finishedEvent, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { plannedProducts } from '@marketplace-steward/testing/plannedProducts';
import { account as sampleAccount } from '@marketplace-steward/testing/sampleEvents';
import { dayMs, endRun, passDays, quiet } from '@marketplace-steward/testing/skipping';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { storyActions } from '../../tools/cost/stories.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const subject = 'AMISecurity/prod-1/do-1';
const affected: AffectedProducts = {
  readable: true,
  options: [
    {
      entityId: 'prod-1',
      productTitle: 'My AMI',
      deliveryOptionId: 'do-1',
      versionTitle: '1.0',
      problems: ['cve: CRITICAL (openssl)'],
    },
  ],
  total: 1,
  failed: [{ subject, failedAt: '2023-10-30T00:00:00Z' }],
  passed: [],
  missing: [],
  fingerprint: 'one failed',
};

let world: SkippingWorld;
let handle: WorkflowHandle;
let nextId = 0;
const products = plannedProducts();
const accounts = { [account]: sampleAccount };

beforeAll(async () => {
  world = await stewardWorld('skipping', {
    parts: () => ({ products }),
    activities: (composed) => ({ ...composed, affectedProducts: () => Promise.resolve(affected) }),
  });
}, 120_000);
afterAll(() => world.close(), 60_000);
beforeEach(() => {
  world.reset();
  world.context = { accounts, policies: {} };
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  nextId += 1;
});
afterEach(() => endRun(handle));

const serverMs = (): Promise<number> => world.environment.currentTimeMs();
const idOf = (what: string): string => `${what}${String(nextId).padStart(25 - what.length, '0')}`;

/** A change set of one update that ended a minute ago, with its event. */
async function ended(status: 'SUCCEEDED' | 'FAILED', failureCode?: 'SERVER_FAULT' | 'CLIENT_ERROR'): Promise<void> {
  const nowMs = await serverMs();
  const changeSetId = idOf('set');
  const entityId = `prod-story-${nextId}`;
  const entityType = 'SaaSProduct@1.0';
  const times = { startTime: vendorTime(nowMs - 2 * minuteMs), endTime: vendorTime(nowMs - minuteMs) };
  world.simulator.control.putEntity({ entityId, entityType, lastModified: vendorTime(nowMs - 400 * dayMs) });
  world.simulator.control.putChangeSet({
    changeSetId,
    name: 'Update',
    status,
    ...(failureCode === undefined ? {} : { failureCode }),
    ...times,
    changes: [{ identifier: entityId, changeType: 'UpdateInformation', entityType, details: '{"ProductTitle":"One"}' }],
  });
  handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  const detail = {
    StartTime: times.startTime,
    EndTime: times.endTime,
    ...(failureCode === undefined ? {} : { FailureCode: failureCode }),
  };
  await world.receive(finishedEvent(status === 'FAILED' ? 'Failed' : 'Succeeded', changeSetId, 'Update', detail));
}

test('a change set that succeeded', async () => {
  await ended('SUCCEEDED');
  await handle.result();
  expect(await actionsOf(handle, world.attempts.length)).toEqual(storyActions.changeSetSucceeded);
});

test('a failure that is submitted again, its successor succeeds after ten minutes by its event', async () => {
  const outcomes = [{ status: 'SUCCEEDED', durationMs: 10 * minuteMs } as const];
  world.simulator.control.plan({ match: { nameContains: 'Update' }, outcomes });
  await ended('FAILED', 'SERVER_FAULT');
  await until(async () => {
    await world.environment.sleep(minuteMs / 2);
    return world.attempts.includes('awaitOutcome');
  });
  const successor = await until(async () => {
    const { members } = await handle.query(changeSetStatusQuery);
    return members.find(({ attempt }) => attempt === 1)?.changeSetId;
  });
  await world.environment.sleep(10 * minuteMs);
  await world.receive(finishedEvent('Succeeded', successor, successorName('Update', idOf('set'), 1)));
  await handle.result();
  expect(await actionsOf(handle, world.attempts.length)).toEqual(storyActions.retriedInTenMinutes);
});

test('an item without data that is never found: 72 hours of queries, then a week of daily checks', async () => {
  products.answers = ['notFound'];
  const itemId = idOf('item');
  handle = world.client.workflow.getHandle(itemWorkflowId('merchant-1', itemId));
  const body = {
    idempotencyKey: itemId,
    eventDescriptor: 'BUYABILITY_CHANGED',
    resources: [`businessProduct/merchant-1/items/${itemId}`],
    eventId: itemId,
    apiVersion: '2024-11-01',
    subscriptionId: 'subscription',
    eventTime: new Date(await serverMs()).toISOString(),
    data: {},
  };
  expect(await world.receive(body, 'webhook')).toMatchObject({ outcome: 'delivered' });
  for (let hour = 0; hour < 12 * 24; hour += 1) {
    await world.environment.sleep(hourMs);
    if (hour > 72) await quiet(handle);
  }
  expect(await actionsOf(handle, world.attempts.length)).toEqual(storyActions.itemNeverFound);
}, 180_000);

test('a security report whose issues stay open for 45 days, until its due date', async () => {
  const startMs = await serverMs();
  handle = world.client.workflow.getHandle(securityWorkflowId(account));
  const envelope = { id: `00000000-0000-4000-8000-${String(nextId).padStart(12, '0')}`, time: vendorTime(startMs) };
  const values = { newIssuesFound: true, upcomingResolutionDueDate: vendorTime(startMs + 45 * dayMs) };
  await world.receive(sampleEvent('securityReportCreated', envelope, values));
  await until(() => world.notices.length === 1);
  await passDays(world, handle, 45);
  // The check of the last day comes some moments after it.
  await world.environment.sleep(hourMs);
  await quiet(handle);
  expect(await actionsOf(handle, world.attempts.length)).toEqual(storyActions.securityCaseOf45Days);
}, 120_000);

test('an offer of a year', async () => {
  const startMs = await serverMs();
  const offerId = idOf('offer-');
  handle = world.client.workflow.getHandle(offerWorkflowId(account, offerId));
  const end = new Date(startMs + 365 * dayMs).toISOString();
  const summary = { State: 'Released', AvailabilityEndDate: end };
  world.simulator.control.putEntity({ entityId: offerId, entityType: 'Offer@1.0', account, summary });
  const envelope = { id: `00000000-0000-4000-8000-${String(nextId).padStart(12, '0')}`, time: vendorTime(startMs) };
  const offer = { id: offerId, name: 'Spring', expirationDate: end };
  await world.receive(sampleEvent('offerReleased.isv', envelope, { offer }));
  await until(() => world.notices.length === 1);
  await passDays(world, handle, 366);
  expect(await handle.result()).toMatchObject({ state: 'expired' });
  expect(await actionsOf(handle, world.attempts.length)).toEqual(storyActions.offerOfAYear);
}, 180_000);

test('an event that cannot be read', async () => {
  const receipt = await world.receive({ 'detail-type': 'Change Set Succeeded', story: nextId });
  expect(receipt).toMatchObject({ outcome: 'quarantined' });
  const [workflowId] = 'workflowId' in receipt ? [receipt.workflowId] : [];
  handle = world.client.workflow.getHandle(String(workflowId));
  await until(() => world.notices.length === 1);
  await quiet(handle);
  expect(await actionsOf(handle, world.attempts.length)).toEqual(storyActions.unreadableEvent);
});
