import type { WorkflowHandle } from '@temporalio/client';
import {
  offerReleasedSignal,
  offerStatusQuery,
  offerWatchType,
  offerWorkflowId,
  type OfferWatchInput,
} from '../../src/workflows/offerWatch/messages.ts';
import {
  attentionAttribute,
  dueAtAttribute,
  entitiesAttribute,
  stateAttribute,
} from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { actions, dayMs, endRun, history, quiet, timeSkippingWorld, until, type TimeSkippingWorld } from './world.ts';

const account = '123456789012';

describe('an offer watch, as time passes', () => {
  let world: TimeSkippingWorld;
  let handle: WorkflowHandle;
  let offerId = '';
  let startMs = 0;
  let releases = 0;

  beforeAll(async () => {
    world = await timeSkippingWorld(account);
  }, 120_000);
  afterAll(() => world.close(), 60_000);

  beforeEach(async () => {
    startMs = await world.environment.currentTimeMs();
    offerId = `offer-${startMs}`;
    handle = world.client.workflow.getHandle(offerWorkflowId(account, offerId));
    world.notices.length = 0;
    world.tries.length = 0;
  });
  afterEach(() => endRun(handle));

  const day = (days: number): string => new Date(startMs + days * dayMs).toISOString();
  const names = (): string[] => world.notices.map(({ id }) => id.slice(handle.workflowId.length + 1));

  /** Hands in a vendor's sample with the test's own offer. */
  async function release(sample: string, offer: object, detail: object = {}): Promise<void> {
    releases += 1;
    const id = `00000000-0000-4000-8000-${String(releases).padStart(12, '0')}`;
    const time = new Date(await world.environment.currentTimeMs()).toISOString();
    await world.receive(sample, { id, time }, { offer: { id: offerId, name: 'Spring', ...offer }, ...detail });
  }

  async function attributes(): Promise<unknown> {
    const { typedSearchAttributes } = await handle.describe();
    return [stateAttribute, attentionAttribute, dueAtAttribute].map((key) => typedSearchAttributes.get(key));
  }

  test('tells of an own offer once, reminds three times, and ends with the offer', async () => {
    await release('offerReleased.isv', { expirationDate: day(90) });
    await until(() => world.notices.length === 1);
    expect(await quiet(handle)).not.toContain('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
    expect(await attributes()).toEqual(['watching', false, new Date(day(90))]);
    expect(world.notices[0]?.lines[0]).toContain('You released this offer');
    await world.pass(handle, 89.5);
    await world.environment.sleep(dayMs);
    expect(await handle.result()).toMatchObject({ state: 'expired', role: 'ownOffer', expiresAt: day(90) });
    expect(names().slice(1)).toEqual(['before-30d', 'before-7d', 'before-1d'].map((rung) => `${day(90)}:${rung}`));
    expect(await attributes()).toEqual(['expired', false, new Date(day(90))]);
    expect(world.tries).toEqual(['sendNotice', 'sendNotice', 'sendNotice', 'sendNotice']);
  }, 60_000);

  test('a rung costs two actions and eleven events, a repeat of a release four', async () => {
    await release('offerReleased.isv', { expirationDate: day(40) });
    await until(() => world.notices.length === 1);
    const opened = await quiet(handle);
    await world.pass(handle, 11);
    const reminded = await quiet(handle);
    expect(names().slice(1)).toEqual([`${day(40)}:before-30d`]);
    expect(reminded.length - opened.length).toBe(11);
    expect(actions(reminded.slice(opened.length))).toBe(2);

    const { events } = await handle.fetchHistory();
    const payload = events?.find(({ workflowExecutionSignaledEventAttributes: signaled }) => signaled)
      ?.workflowExecutionSignaledEventAttributes?.input?.payloads?.[0]?.data;
    await handle.signal(offerReleasedSignal, JSON.parse(Buffer.from(payload ?? []).toString('utf8')));
    await until(async () => (await history(handle)).length > reminded.length + 3);
    expect((await quiet(handle)).slice(reminded.length)).toEqual([
      'WORKFLOW_EXECUTION_SIGNALED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
    ]);
  }, 60_000);

  test('a channel partner’s offer without an end date is told and kept for a day', async () => {
    const theirs = {
      manufacturer: { accountId: account },
      sellerOfRecord: { accountId: '987654321098', name: 'Seller' },
    };
    await release('offerReleased.isvProductUsedByPartner', { expirationDate: undefined }, theirs);
    await until(() => world.notices.length === 1);
    expect(world.notices[0]?.nextStep).toContain('only the channel partner can change this offer');
    await quiet(handle);
    expect(await attributes()).toEqual(['noEndDate', false, undefined]);
    await world.environment.sleep(0.9 * dayMs);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await world.environment.sleep(0.2 * dayMs);
    expect(await handle.result()).toMatchObject({ state: 'noEndDate', role: 'partnerOfferOnOwnProduct' });
    expect(world.notices).toHaveLength(1);
  }, 60_000);

  test('released again with another date, it reminds of that one only', async () => {
    await release('offerReleased.isv', { expirationDate: day(40) });
    await until(() => world.notices.length === 1);
    await release('offerReleased.isv', { expirationDate: day(80) });
    await until(async () => (await handle.query(offerStatusQuery)).expiresAt === day(80));
    await world.pass(handle, 51);
    expect(await attributes()).toEqual(['watching', false, new Date(day(80))]);
    expect(names().slice(1)).toEqual([`${day(80)}:before-30d`]);
  }, 60_000);

  test('an offer set is one watch, until the first of its offers ends', async () => {
    const offerSet = { id: offerId, name: 'Bundle' };
    const associatedOffers = [
      { offer: { id: 'offer-a', expirationDate: day(3) } },
      { offer: { id: 'offer-b', expirationDate: day(2) } },
    ];
    await release('offerSetReleased', {}, { offerSet, associatedOffers });
    await until(() => world.notices.length === 1);
    await quiet(handle);
    expect(world.notices[0]?.lines[0]).toContain('An offer set with 2 offers was released');
    expect(await attributes()).toEqual(['watching', false, new Date(day(2))]);
    await world.environment.sleep(3 * dayMs);
    expect(await handle.result()).toMatchObject({ state: 'expired' });
    expect(names().slice(1)).toEqual([`${day(2)}:before-1d`]);
  }, 60_000);

  test('a cancelled run ends cleanly, and a later release starts it again', async () => {
    await release('offerReleased.isv', { expirationDate: day(90) });
    await until(() => world.notices.length === 1);
    await handle.cancel();
    expect(await handle.result()).toMatchObject({
      state: 'abandoned',
      nextStep: 'The run was cancelled: nobody is reminded. A later release starts it again.',
    });
    await release('offerReleased.isv', { expirationDate: day(90) });
    await until(() => world.notices.length === 2);
    expect((await handle.query(offerStatusQuery)).state).toBe('watching');
  }, 60_000);

  test('started by hand it sets every attribute itself, and a signal that is no release does no harm', async () => {
    const input: OfferWatchInput = { version: 1, account, offerId };
    await world.client.workflow.start(offerWatchType, {
      workflowId: handle.workflowId,
      taskQueue: stewardTaskQueue,
      args: [input],
    });
    await handle.signal('offerReleased');
    await until(async () => (await handle.query(offerStatusQuery)).notes.length === 1);
    expect((await handle.query(offerStatusQuery)).notes[0]).toContain('A release was not taken');
    expect(await attributes()).toEqual(['noEndDate', false, undefined]);
    expect((await handle.describe()).typedSearchAttributes.get(entitiesAttribute)).toEqual([offerId]);
  });

  test('started with an input that lacks the offer, it fails with the field’s name', async () => {
    const started = await world.client.workflow.start(offerWatchType, {
      workflowId: handle.workflowId,
      taskQueue: stewardTaskQueue,
      args: [{ version: 1, account }],
    });
    await expect(started.result()).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('offerId') },
    });
  });
});
