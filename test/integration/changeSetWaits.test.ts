import { changeSetDefaults } from '../../src/policies/defaults.ts';
import type { WorkflowHandle } from '@temporalio/client';
import {
  changeSetRemediationType,
  changeSetWorkflowId,
  type ChangeSetRemediationInput,
} from '../../src/workflows/changeSetRemediation/contract.ts';
import { newCase } from '../../src/workflows/changeSetRemediation/state.ts';
import type { Carried } from '../../src/workflows/shared/case.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account, catalog } from '@marketplace-steward/testing/changeSets';
import { historyOf } from '@marketplace-steward/testing/history';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { changeSetWorld, finishedEvent, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

type PutChangeSet = Parameters<StewardWorld['simulator']['control']['putChangeSet']>[0];
type PutChange = PutChangeSet['changes'][number];

let world: StewardWorld;
let nextId = 0;
let product: string;
beforeAll(async () => {
  world = await changeSetWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.reset();
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  nextId += 1;
  product = `prod-waits-${nextId}`;
  const lastModified = ago(86_400_000);
  world.simulator.control.putEntity({ entityId: product, entityType: 'ContainerProduct@1.0', lastModified });
});

const { handleOf, untilState, submits, letSucceed } = lineagesOf(() => world);
const ago = (ms: number): string => vendorTime(Date.now() - ms);
const idOf = (what: string): string => `${what}${String(nextId).padStart(25 - what.length, '0')}`;

function put(what: string, change: Partial<PutChange>, values: Partial<PutChangeSet>): string {
  const changeSetId = idOf(what);
  world.simulator.control.putChangeSet({
    changeSetId,
    name: `Set ${what}`,
    status: 'FAILED',
    startTime: ago(120_000),
    ...(values.status === 'PREPARING' ? {} : { endTime: ago(60_000) }),
    changes: [
      {
        changeType: 'AddDeliveryOptions',
        entityType: 'ContainerProduct@1.0',
        identifier: product,
        details: '{"Version":{"VersionTitle":"4.4.3"}}',
        ...change,
      },
    ],
    ...values,
  });
  return changeSetId;
}

/** A change set of the product fails, and its event arrives. */
async function failed(code: string, values: Partial<PutChangeSet> = {}): Promise<WorkflowHandle> {
  const given = { failureCode: 'CLIENT_ERROR' as const, ...values };
  const changeSetId = put('failed', { errors: [{ code, message: 'Fix it.' }] }, given);
  await world.receive(finishedEvent('Failed', changeSetId, 'Set failed', { FailureCode: 'CLIENT_ERROR' }));
  return handleOf(changeSetId);
}

describe('waiting is for what would be submitted', () => {
  const review = { changeType: 'UpdateVisibility', details: '{"TargetVisibility":"Public"}' };

  test('an error of the contents behind a running review is asked at once; the operator’s retry waits for the review', async () => {
    const running = put('review', review, { status: 'PREPARING', startTime: ago(600_000) });
    const handle = await failed('SCAN_ERROR');
    const { nextStep } = await untilState(handle, 'awaitingDecision');
    expect(nextStep).toContain(`SCAN_ERROR. A change set runs on the same entities: ${running} (Set review).`);
    await until(() => world.notices.length > 0);
    expect(world.notices.map(({ kind, lines }) => [kind, lines.join(' ').includes(running)])).toEqual([
      ['opening', true],
    ]);
    await handle.executeUpdate('retry', { args: [{ actor: 'ann', reason: 'the image is fixed' }] });
    expect((await untilState(handle, 'awaitingBlocker')).nextStep).toContain(running);
    expect(submits()).toEqual([]);
    world.simulator.control.plan({
      match: { changeSetId: running },
      outcomes: [{ status: 'CANCELLED', durationMs: 0 }],
    });
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
    expect(submits()).toHaveLength(1);
  });

  test('a duplicate that fails while the first is in flight is asked at once', async () => {
    const first = put('first', {}, { status: 'PREPARING', startTime: ago(300_000) });
    const handle = await failed('DUPLICATE_VERSION_TITLE');
    expect((await untilState(handle, 'awaitingDecision')).nextStep).toContain(first);
  });

  test.each([
    ['while another change set runs', { status: 'PREPARING' as const }],
    [
      'with a newer success on the product',
      { status: 'SUCCEEDED' as const, startTime: ago(30_000), endTime: ago(1_000) },
    ],
  ])('a validation that failed is reported: %s', async (_, values) => {
    put('other', review, values);
    const handle = await failed('SCAN_ERROR', { intent: 'VALIDATE' });
    expect(await handle.result()).toMatchObject({ state: 'reported' });
    // A notice of the test before may still be on its way.
    const own = world.notices.filter(({ workflowId }) => workflowId === handle.workflowId);
    expect(own.map(({ kind }) => kind)).toEqual(['resolution']);
  });
});

test('on the real server, the attempt that comes after the usual time ends the activity, and another waits on', async () => {
  const changeSetId = put('runs', {}, { status: 'PREPARING', startTime: ago(1_000) });
  const usualMs = 6 * 3_600_000;
  const phaseSinceMs = Date.now() - usualMs + 3_000;
  const input: ChangeSetRemediationInput & Carried = {
    version: 1,
    account,
    catalog,
    changeSetId,
    policy: { ...changeSetDefaults, pollFirstMs: 500 },
    carried: {
      ...newCase({ account, catalog, changeSetId }, phaseSinceMs),
      phase: { name: 'awaitingOutcome', changeSetId },
    },
  };
  const handle = await world.client.workflow.start(changeSetRemediationType, {
    workflowId: changeSetWorkflowId(changeSetId),
    taskQueue: stewardTaskQueue,
    args: [input],
  });
  await until(() => world.notices.length > 0);
  const lateMs = Date.now() - (phaseSinceMs + usualMs);
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(3_000);
  letSucceed(changeSetId);
  expect(await handle.result()).toMatchObject({ state: 'succeeded' });
  const { count } = await historyOf(handle);
  expect([count('ACTIVITY_TASK_COMPLETED'), count('TIMER_STARTED')]).toEqual([3, 0]);
  expect(world.notices.map(({ kind }) => kind)).toEqual(['report']);
});
