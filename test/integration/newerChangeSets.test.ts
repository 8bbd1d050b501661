import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { changeSetWorld, finishedEvent, setPolicy } from '@marketplace-steward/testing/changeSetWorld';
import type { StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import {
  changeSetStatusQuery,
  changeSetWorkflowId,
  type ChangeSetStatus,
} from '../../src/workflows/changeSetRemediation/contract.ts';

type PutChangeSet = Parameters<StewardWorld['simulator']['control']['putChangeSet']>[0];
type PutChange = PutChangeSet['changes'][number];

let world: StewardWorld;
let nextId = 0;
let productId: string;
const open: WorkflowHandle[] = [];
beforeAll(async () => {
  world = await changeSetWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.reset();
  setPolicy(world, { watchEveryMs: 300 });
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  nextId += 1;
  productId = `prod-newer-${nextId}`;
  world.simulator.control.putEntity({
    entityId: productId,
    entityType: 'AmiProduct@1.0',
    lastModified: '2026-01-01T00:00:00Z',
  });
});
afterEach(async () => {
  for (const handle of open.splice(0)) await handle.terminate('the test is over').catch(() => undefined);
});

const ago = (seconds: number): string => `${new Date(Date.now() - seconds * 1_000).toISOString().slice(0, 19)}Z`;
const unsaid = 'A text that no history may hold';
const version = (title: string): object => ({
  Version: { VersionTitle: title, ReleaseNotes: unsaid },
  DeliveryOptions: [{ Details: { AmiDeliveryOptionDetails: { UsageInstructions: unsaid } } }],
});

function changeOf(changeType: string, details: object, errors: PutChange['errors'] = []): PutChange {
  return { changeType, entityType: 'AmiProduct@1.0', identifier: productId, details: JSON.stringify(details), errors };
}

/** Puts a change set that started so many seconds ago. */
function put(name: string, seconds: number, change: PutChange, values: Partial<PutChangeSet>): string {
  const changeSetId = `${name.toLowerCase()}${String(nextId).padStart(25 - name.length, '0')}`;
  world.simulator.control.putChangeSet({
    changeSetId,
    name,
    status: 'SUCCEEDED',
    startTime: ago(seconds),
    endTime: ago(seconds - 1),
    changes: [change],
    ...values,
  });
  return changeSetId;
}

async function failed(
  name: string,
  seconds: number,
  change: PutChange,
  failureCode: 'CLIENT_ERROR' | 'SERVER_FAULT',
): Promise<WorkflowHandle> {
  const changeSetId = put(name, seconds, change, { status: 'FAILED', failureCode });
  const times = { StartTime: ago(seconds), EndTime: ago(seconds - 1) };
  await world.receive(finishedEvent('Failed', changeSetId, name, { FailureCode: failureCode, ...times }));
  const handle = world.temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  open.push(handle);
  return handle;
}

const untilStatus = (handle: WorkflowHandle, holds: (status: ChangeSetStatus) => boolean): Promise<ChangeSetStatus> =>
  until(async () => {
    const status = await handle.query(changeSetStatusQuery);
    return holds(status) ? status : undefined;
  });
const asked = (handle: WorkflowHandle): Promise<ChangeSetStatus> =>
  untilStatus(handle, ({ state }) => state === 'awaitingDecision');
const scanError = [{ code: 'SCAN_ERROR', message: 'Fix the weakness.' }];

describe('a newer success, while an operator is asked', () => {
  test.each([
    ['x86_64', 'arm64'],
    ['arm64', 'x86_64'],
  ])('the %s version stays a question when the %s version goes out', async (failing, published) => {
    const handle = await failed(
      'Failing',
      60,
      changeOf('AddDeliveryOptions', version(failing), scanError),
      'CLIENT_ERROR',
    );
    await asked(handle);
    const twin = put('Twin', 1, changeOf('AddDeliveryOptions', version(published)), {});
    const { state, notes } = await untilStatus(handle, (status) => status.notes.length > 0);
    expect(state).toBe('awaitingDecision');
    expect(notes.join()).toMatch(new RegExp(`${twin} \\(Twin\\), which leaves something of this one undone`));
    const notice = await until(() => world.notices.find(({ id }) => id.includes('elsewhere')));
    expect(notice.lines.join(' ')).toContain(twin);
    const { events } = await handle.fetchHistory();
    const texts = (events ?? []).map((event) =>
      Buffer.from(temporal.api.history.v1.HistoryEvent.encode(event).finish()),
    );
    expect(texts.some((text) => text.includes('another Version.VersionTitle'))).toBe(true);
    expect(texts.some((text) => text.includes(unsaid))).toBe(false);
  });

  test.each([
    ['the same', { LongDescription: 'x' }, /carries the same changes/],
    ['another value of the same field', { LongDescription: 'y', Sku: '1' }, /other values replaced those of this one/],
  ])('%s settles it, and is said as it is', async (_, details, words) => {
    const change = changeOf('UpdateInformation', { LongDescription: 'x' }, [
      { code: 'INVALID_INPUT', message: 'A field is wrong.' },
    ]);
    const handle = await failed('Failing', 60, change, 'CLIENT_ERROR');
    await asked(handle);
    put('Fix', 1, changeOf('UpdateInformation', details), {});
    const { state, notes } = (await handle.result()) as ChangeSetStatus;
    expect(state).toBe('resolvedElsewhere');
    expect(notes.join()).toMatch(words);
  });

  test.each([
    ['another field', 'UpdateInformation', { LongDescription: 'x' }, { Sku: '1' }],
    [
      'another delivery option',
      'UpdateDeliveryOptions',
      { DeliveryOptions: [{ Id: 'do-1' }] },
      { DeliveryOptions: [{ Id: 'do-2' }] },
    ],
    ['another region', 'AddRegions', { Regions: ['us-east-1'] }, { Regions: ['eu-west-1'] }],
    ['what cannot be compared', 'UpdateSomethingNew', { A: 1 }, { A: 1 }],
  ])('%s leaves it open', async (_, changeType, older, newer) => {
    const errors = [{ code: 'INVALID_INPUT', message: 'A field is wrong.' }];
    const handle = await failed('Failing', 60, changeOf(changeType, older, errors), 'CLIENT_ERROR');
    await asked(handle);
    const other = put('Other', 1, changeOf(changeType, newer), {});
    const { state, notes } = await untilStatus(handle, (status) => status.notes.length > 0);
    expect([state, notes.join().includes(other)]).toEqual(['awaitingDecision', true]);
  });
});

describe('a newer failure', () => {
  test('of other fields: both are followed up, the older one by an operator', async () => {
    const text = changeOf('UpdateInformation', { LongDescription: 'x' });
    const sku = changeOf('UpdateInformation', { Sku: '1' });
    put('Newer', 60, sku, { status: 'FAILED', failureCode: 'SERVER_FAULT' });
    const older = await failed('Older', 120, text, 'SERVER_FAULT');
    expect((await asked(older)).nextStep).toContain('(UpdateInformation: LongDescription)');
    const newer = await failed('Newer', 60, sku, 'SERVER_FAULT');
    expect(await newer.result()).toMatchObject({ state: 'remediated', attempt: 1 });
    const sent = world.simulator.control.log({ operation: 'StartChangeSet' });
    expect(JSON.stringify(sent)).toContain('Sku');
    expect(JSON.stringify(sent)).not.toContain('LongDescription');
  });

  test('found by the last check before a submit, it takes the place of the older one only where it covers it', async () => {
    setPolicy(world, { retryBackOffMs: [1_500] });
    const older = await failed('Older', 120, changeOf('UpdateInformation', { Sku: '1' }), 'SERVER_FAULT');
    await untilStatus(older, ({ nextStep }) => nextStep.includes('after a wait'));
    put('Newer', 60, changeOf('UpdateInformation', { Sku: '2' }), { status: 'FAILED', failureCode: 'SERVER_FAULT' });
    const { state, notes } = (await older.result()) as ChangeSetStatus;
    expect(state).toBe('superseded');
    expect(notes.join()).toMatch(/other values replaced those of this one/);
  });
});

describe('a newer failure that covers it', () => {
  const newerOne = changeOf.bind(undefined, 'UpdateInformation');

  test('takes its place while somebody follows it up, and not once it was abandoned', async () => {
    const newer = await failed('Newer', 60, newerOne({ Sku: 'oops' }, scanError), 'CLIENT_ERROR');
    await asked(newer);
    const early = await failed('Early', 120, newerOne({ Sku: 'good' }), 'SERVER_FAULT');
    expect(await early.result()).toMatchObject({ state: 'superseded' });
    await newer.executeUpdate('abandon', { args: [{ actor: 'ann', reason: 'the older one was right' }] });
    await newer.result();
    const late = await failed('Late', 90, newerOne({ Sku: 'good' }), 'SERVER_FAULT');
    const { nextStep } = await asked(late);
    expect(nextStep).toMatch(/other values replaced those of this one, and which nobody follows up any more/);
  });
});
