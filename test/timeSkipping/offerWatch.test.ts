import { readFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { receive } from '../../src/delivery/receive.ts';
import { offerDefaults } from '../../src/policies/defaults.ts';
import {
  offerReleasedSignal,
  offerStatusQuery,
  offerWatchType,
  offerWorkflowId,
  type OfferReleasedMessage,
  type OfferWatchInput,
} from '../../src/workflows/offerWatch/contract.ts';
import { next } from '../../src/workflows/offerWatch/transitions/next.ts';
import { newWatch } from '../../src/workflows/offerWatch/state.ts';
import type { Carried } from '../../src/workflows/shared/case.ts';
import {
  attentionAttribute,
  dueAtAttribute,
  entitiesAttribute,
  stateAttribute,
} from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { history } from '@marketplace-steward/testing/history';
import { actions, dayMs, endRun, passDays, quiet } from '@marketplace-steward/testing/skipping';
import { until } from '@marketplace-steward/testing/until';

describe('an offer watch, as time passes', () => {
  let world: SkippingWorld;
  let handle: WorkflowHandle;
  let offerId = '';
  let startMs = 0;
  let releases = 0;

  beforeAll(async () => {
    world = await stewardWorld('skipping');
  }, 120_000);
  afterAll(() => world.close(), 60_000);

  beforeEach(async () => {
    startMs = await world.environment.currentTimeMs();
    offerId = `offer-${startMs}`;
    handle = world.client.workflow.getHandle(offerWorkflowId(account, offerId));
    world.reset();
    world.simulator.control.reset();
  });
  afterEach(() => endRun(handle));

  const day = (days: number): string => new Date(startMs + days * dayMs).toISOString();
  const names = (): string[] =>
    world.notices.flatMap(({ id, workflowId }) =>
      workflowId === handle.workflowId ? [id.slice(workflowId.length + 1)] : [],
    );

  /** Hands in a vendor's sample with the test's own offer. */
  async function release(sample: string, offer: object, detail: object = {}): Promise<void> {
    releases += 1;
    const id = `00000000-0000-4000-8000-${String(releases).padStart(12, '0')}`;
    const time = new Date(await world.environment.currentTimeMs()).toISOString();
    const event = sampleEvent(sample, { id, time }, { offer: { id: offerId, name: 'Spring', ...offer }, ...detail });
    expect(await world.receive(event)).toMatchObject({ outcome: 'delivered' });
  }

  async function attributes(): Promise<unknown> {
    const { typedSearchAttributes } = await handle.describe();
    return [stateAttribute, attentionAttribute, dueAtAttribute].map((key) => typedSearchAttributes.get(key));
  }

  test('reports an own offer once, reminds three times, and ends with the offer', async () => {
    shows(day(90));
    await release('offerReleased.isv', { expirationDate: day(90) });
    await until(() => world.notices.length === 1);
    const opened = await quiet(handle);
    // Besides the start: the timer and the notice.
    expect([opened.length, actions(opened) - 1]).toEqual([12, 2]);
    expect(await attributes()).toEqual(['watching', false, new Date(day(90))]);
    expect(world.notices[0]?.lines[0]).toContain('You released this offer');
    await passDays(world, handle, 89.5);
    await world.environment.sleep(dayMs);
    expect(await handle.result()).toMatchObject({ state: 'expired', role: 'ownOffer', expiresAt: day(90) });
    const ended = await history(handle);
    // The whole of it: eleven checks in between, three reminders, and the end with one check and one upsert.
    expect([ended.length, actions(ended) - 1]).toEqual([12 + 11 * 11 + 3 * 17 + 12, 2 + 11 * 2 + 3 * 3 + 2]);
    expect(names().slice(1)).toEqual(
      ['before-30d', 'before-7d', 'before-1d'].map((reminder) => `${day(90)}:${reminder}`),
    );
    expect(await attributes()).toEqual(['expired', false, new Date(day(90))]);
    const reminder = ['describeOffer', 'sendNotice'];
    const checks = (count: number): string[] => Array.from({ length: count }, () => 'describeOffer');
    const [weekly, last] = [checks(8), checks(3)];
    expect(world.attempts).toEqual([
      'sendNotice',
      ...weekly,
      ...reminder,
      ...last,
      ...reminder,
      ...reminder,
      ...checks(1),
    ]);
  }, 60_000);

  test('a reminder costs three actions and 17 events, a check in between two and 11, a repeat of a release one and 4', async () => {
    await release('offerReleased.isv', { expirationDate: day(40) });
    await until(() => world.notices.length === 1);
    const opened = await quiet(handle);
    await passDays(world, handle, 8);
    const checked = await quiet(handle);
    expect([checked.length - opened.length, actions(checked.slice(opened.length))]).toEqual([11, 2]);
    await passDays(world, handle, 3);
    const reminded = await quiet(handle);
    expect(names().slice(1)).toEqual([`${day(40)}:before-30d`]);
    expect([reminded.length - checked.length, actions(reminded.slice(checked.length))]).toEqual([17, 3]);

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

  test('a channel partner’s offer without an end date is reported and kept for a day', async () => {
    const theirs = {
      manufacturer: { accountId: account },
      sellerOfRecord: { accountId: '987654321098', name: 'Seller' },
    };
    await release('offerReleased.isvProductUsedByPartner', { expirationDate: undefined }, theirs);
    await until(() => world.notices.length === 1);
    expect(world.notices[0]?.nextStep).toContain('only the channel partner can change this offer');
    expect(await quiet(handle)).not.toContain('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
    expect(await attributes()).toEqual(['noEndDate', false, undefined]);
    await world.environment.sleep(0.9 * dayMs);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await world.environment.sleep(0.2 * dayMs);
    expect(await handle.result()).toMatchObject({ state: 'noEndDate', role: 'partnerOfferOnOwnProduct' });
    expect(world.notices).toHaveLength(1);
  }, 60_000);

  test('released again with another date, it reports so once and reminds of that one only', async () => {
    await release('offerReleased.isv', { expirationDate: day(40) });
    await until(() => world.notices.length === 1);
    const opened = await quiet(handle);
    await release('offerReleased.isv', { expirationDate: day(80) });
    await until(() => world.notices.length === 2);
    const moved = (await quiet(handle)).slice(opened.length);
    // The signal, the new date as an attribute, the notice, and the timer in place of the other one.
    expect(actions(moved)).toBe(4);
    expect(world.notices[1]?.title).toContain('has another end');
    await passDays(world, handle, 51);
    expect(await attributes()).toEqual(['watching', false, new Date(day(80))]);
    expect(names().slice(1)).toEqual([expect.stringMatching(/^moved:offer\.released:/), `${day(80)}:before-30d`]);
  }, 60_000);

  const movedTo = (days: number, times: number): unknown =>
    expect.stringContaining(`moved:${day(days)}:${times}:offer`);

  /** What AWS shows of the offer from now on. */
  function shows(AvailabilityEndDate: string, id = offerId): void {
    const summary = { State: 'Released', AvailabilityEndDate };
    world.simulator.control.putEntity({ entityId: id, entityType: 'Offer@1.0', account, summary });
  }

  test('an end that AWS shows moved is followed, also in the last moment, and reported once', async () => {
    shows(day(40));
    await release('offerReleased.isv', { expirationDate: day(40) });
    await until(() => world.notices.length === 1);
    await passDays(world, handle, 11);
    expect(names().slice(1)).toEqual([`${day(40)}:before-30d`]);
    expect(world.notices[1]?.lines.join()).not.toContain('AWS');
    await passDays(world, handle, 28);
    shows(day(60));
    await passDays(world, handle, 1);
    expect(await attributes()).toEqual(['watching', false, new Date(day(60))]);
    expect(await handle.query(offerStatusQuery)).toMatchObject({ expiresAt: day(60) });
    shows(day(60.25));
    await passDays(world, handle, 21);
    expect(await handle.result()).toMatchObject({ state: 'expired', expiresAt: day(60.25) });
    expect(names().slice(1)).toEqual([
      ...['before-30d', 'before-7d', 'before-1d'].map((reminder) => `${day(40)}:${reminder}`),
      movedTo(60, 1),
      movedTo(60.25, 2),
      ...['before-7d', 'before-1d'].map((reminder) => `${day(60.25)}:${reminder}`),
    ]);
  }, 60_000);

  test('an end that is moved nearer than the next known reminder is noticed within a week', async () => {
    shows(day(120));
    await release('offerReleased.isv', { expirationDate: day(120) });
    await until(() => world.notices.length === 1);
    await passDays(world, handle, 8);
    shows(day(23));
    await passDays(world, handle, 7);
    expect(names().slice(1)).toEqual([movedTo(23, 1)]);
    await passDays(world, handle, 9);
    expect(await handle.result()).toMatchObject({ state: 'expired', expiresAt: day(23) });
    expect(names().slice(2)).toEqual(['before-7d', 'before-1d'].map((reminder) => `${day(23)}:${reminder}`));
  }, 60_000);

  test('a withdrawn offer ends the watch', async () => {
    await release('offerReleased.isv', { expirationDate: day(40) });
    await until(() => world.notices.length === 1);
    shows('2023-01-01');
    await passDays(world, handle, 11);
    expect(await handle.result()).toMatchObject({ state: 'withdrawn', remindersSent: [] });
    expect(names().slice(1)).toEqual([expect.stringMatching(/^withdrawn:2023-01-01T23:59:59.999Z:1:offer/)]);
    expect(await attributes()).toEqual(['withdrawn', false, new Date('2023-01-01T23:59:59.999Z')]);
  }, 60_000);

  test('an account that may not read its offer is reminded all the same, and hears why; nobody else is alarmed', async () => {
    await release('offerReleased.isv', { expirationDate: day(2) });
    await until(() => world.notices.length === 1);
    world.simulator.control.addFault({
      fault: 'error',
      operation: 'DescribeEntity',
      type: 'AccessDeniedException',
      status: 403,
      times: 100,
    });
    await passDays(world, handle, 3);
    expect(await handle.result()).toMatchObject({ state: 'expired' });
    expect(names().slice(1)).toEqual([`${day(2)}:before-1d`]);
    expect(world.notices[1]?.lines.join()).toContain('allow aws-marketplace:DescribeEntity to its role');
    expect(world.notices[1]?.nextStep).toContain('this watch cannot follow');
  }, 60_000);

  test('while AWS is away a reminder is late by an hour at most, and the end waits a day for an answer', async () => {
    await release('offerReleased.isv', { expirationDate: day(2) });
    await until(() => world.notices.length === 1);
    await quiet(handle);
    const fault = {
      fault: 'error',
      operation: 'DescribeEntity',
      type: 'InternalServiceException',
      status: 500,
    } as const;
    world.simulator.control.addFault({ ...fault, times: 100_000 });
    const hourMs = dayMs / 24;
    await world.environment.sleep(dayMs - 60_000);
    expect(names()).toHaveLength(1);
    await world.environment.sleep(hourMs + 120_000);
    await until(() => world.notices.length === 2);
    expect(names().slice(1)).toEqual([`${day(2)}:before-1d`]);
    expect(world.notices[1]?.lines.join()).toContain('AWS could not be asked whether the end has moved');
    await world.environment.sleep(1.2 * dayMs);
    expect((await handle.query(offerStatusQuery)).nextStep).toContain('asks AWS whether the end has moved');
    world.simulator.control.reset();
    shows(day(30));
    await passDays(world, handle, 1);
    expect(await attributes()).toEqual(['watching', false, new Date(day(30))]);
    const own = world.notices.filter(({ workflowId }) => workflowId === handle.workflowId);
    expect(own.slice(2).map(({ id }) => id.slice(handle.workflowId.length + 1))).toEqual([movedTo(30, 1)]);
    // That AWS was away for more than an hour is reported by the account's alarm.
    const others = world.notices.filter((notice) => !own.includes(notice));
    expect(others.map(({ kind, workflowId }) => `${kind} ${workflowId}`)).toEqual([
      `opening account:${account}:ServiceFault`,
      `resolution account:${account}:ServiceFault`,
    ]);
  }, 60_000);

  test('an offer set is one watch, until the first of its offers ends', async () => {
    const offerSet = { id: offerId, name: 'Bundle' };
    const associatedOffers = [
      { offer: { id: 'offer-a', expirationDate: day(3) } },
      { offer: { id: 'offer-b', expirationDate: day(2) } },
    ];
    await release('offerSetReleased', {}, { offerSet, associatedOffers });
    await until(() => world.notices.length === 1);
    expect(await quiet(handle)).not.toContain('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
    expect(world.notices[0]?.lines[0]).toContain('An offer set with 2 offers was released');
    expect(await attributes()).toEqual(['watching', false, new Date(day(2))]);
    await world.environment.sleep(3 * dayMs);
    expect(await handle.result()).toMatchObject({ state: 'expired' });
    expect(names().slice(1)).toEqual([`${day(2)}:before-1d`]);
  }, 60_000);

  test('an offer of a set has a watch of its own beside the set’s, once its own event comes', async () => {
    const own = world.client.workflow.getHandle(offerWorkflowId(account, `${offerId}-a`));
    const associatedOffers = [{ offer: { id: `${offerId}-a` } }, { offer: { id: `${offerId}-b` } }];
    await release('offerSetReleased', {}, { offerSet: { id: offerId }, associatedOffers });
    await release('offerReleased.isv', { id: `${offerId}-a`, expirationDate: day(2) });
    await until(() => world.notices.length === 2);
    await quiet(handle);
    await quiet(own);
    await world.environment.sleep(3 * dayMs);
    // The set's event has no dates: the offer's own watch is the one that reminds.
    expect(await handle.result()).toMatchObject({ state: 'noEndDate', role: 'unknown', remindersSent: [] });
    expect(await own.result()).toMatchObject({
      state: 'expired',
      role: 'ownOffer',
      remindersSent: [`${day(2)}:before-1d`],
    });
    const kindsOf = (watch: WorkflowHandle): string[] =>
      world.notices.flatMap(({ workflowId, kind }) => (workflowId === watch.workflowId ? [kind] : []));
    expect([kindsOf(handle), kindsOf(own)]).toEqual([['opening'], ['opening', 'reminder']]);
    expect(world.notices).toHaveLength(3);
  }, 60_000);

  test('of two parties that are both configured here each is notified once, in its role, whichever event comes', async () => {
    const partner = '987654321098';
    const settings = { mode: 'observe' as const, catalogs: ['AWSMarketplace'], dailyCap: 50 };
    const context: RouteContext = {
      accounts: { [account]: { ...settings, kind: 'vendor' }, [partner]: { ...settings, kind: 'channelPartner' } },
      policies: {},
    };
    const theirs = world.client.workflow.getHandle(offerWorkflowId(partner, offerId));
    const send = async (sample: string, id: string): Promise<unknown> => {
      const event = JSON.parse(
        readFileSync(new URL(`../../packages/testing/fixtures/events/${sample}.json`, import.meta.url), 'utf8'),
      );
      const offer = { ...event.detail.offer, id: offerId, expirationDate: day(3) };
      const bytes = Buffer.from(JSON.stringify({ ...event, id, time: day(0), detail: { ...event.detail, offer } }));
      return receive(world.client, context, 'eventbridge', bytes);
    };
    expect(await send('offerReleased.isvProductUsedByPartner', 'to the manufacturer')).toMatchObject({
      outcome: 'delivered',
      deliveries: [{ workflowId: handle.workflowId }, { workflowId: theirs.workflowId }],
    });
    await until(() => world.notices.length === 2);
    await send('offerReleased.channelPartner', 'to the partner');
    await send('offerReleased.channelPartner', 'to the partner');
    await quiet(handle);
    await quiet(theirs);
    await world.environment.sleep(3.5 * dayMs);
    expect(await handle.result()).toMatchObject({ state: 'expired', role: 'partnerOfferOnOwnProduct' });
    expect(await theirs.result()).toMatchObject({ state: 'expired', role: 'ownOfferAsPartner' });
    const sent = (watch: WorkflowHandle) =>
      world.notices
        .filter(({ workflowId }) => workflowId === watch.workflowId)
        .map(({ kind, lines }) => [kind, lines[0]]);
    const released = 'The channel partner Seller Account Name released this offer for your product, “Product Title”.';
    expect(sent(handle)).toEqual([
      ['opening', released],
      ['reminder', released],
    ]);
    expect(sent(theirs)[0]?.[1]).toContain('You released this offer as channel partner');
    expect(sent(theirs)).toHaveLength(2);
    expect(new Set(world.notices.map(({ account: toWhom }) => toWhom))).toEqual(new Set([account, partner]));
  }, 60_000);

  test('an end in the year 9999 is waited for by timers of a year', async () => {
    await release('offerReleased.isv', { expirationDate: '9999-12-31T23:59:59Z' });
    await until(() => world.notices.length === 1);
    await quiet(handle);
    await world.environment.sleep(366 * dayMs);
    expect((await quiet(handle)).filter((name) => name === 'TIMER_STARTED')).toHaveLength(2);
    expect(await attributes()).toEqual(['watching', false, new Date('9999-12-31T23:59:59Z')]);
    expect(world.notices).toHaveLength(1);
  }, 60_000);

  test('an end that is past is reported as such; the watch stays for a day and closes', async () => {
    await release('offerReleased.isv', { expirationDate: day(-1) });
    await until(() => world.notices.length === 1);
    await quiet(handle);
    expect(world.notices[0]).toMatchObject({ nextStep: expect.stringContaining('can no longer be bought') });
    expect(await attributes()).toEqual(['expired', false, new Date(day(-1))]);
    await world.environment.sleep(1.1 * dayMs);
    expect(await handle.result()).toMatchObject({ state: 'expired', remindersSent: [] });
    expect(world.notices).toHaveLength(1);
  }, 60_000);

  test('a run that continues another repeats nothing of it', async () => {
    const policy = offerDefaults;
    const message: OfferReleasedMessage = {
      eventId: 'one',
      releasedAt: day(0),
      role: 'ownOffer',
      offer: { id: offerId, expirationDate: day(40) },
      associatedOffers: [],
      targetedBuyerCount: 1,
    };
    const opened = next(
      newWatch({ account, offerId }, policy, startMs),
      { type: 'released', release: message },
      {
        policy,
        nowMs: startMs,
      },
    );
    const later = { policy, nowMs: startMs + 10 * dayMs };
    const woken = next(opened.state, { type: 'woken' }, later);
    const reminded = next(woken.state, { type: 'checked', finding: { found: 'offer', endsAt: day(40) } }, later);
    expect([...opened.notices, ...reminded.notices]).toHaveLength(2);
    // The reminder is on the schedule again, as it is where a release moves the end away and back.
    const [, ...ahead] = opened.state.phase.name === 'watching' ? opened.state.phase.schedule : [];
    const schedule = [{ reminder: 'before-30d', atMs: startMs + 12 * dayMs }, ...ahead];
    const phase = { name: 'watching', expiresAt: day(40), schedule } as const;
    const input: OfferWatchInput & Carried = {
      version: 1,
      account,
      offerId,
      carried: { ...reminded.state, phase },
    };
    await world.client.workflow.start(offerWatchType, {
      workflowId: handle.workflowId,
      taskQueue: stewardTaskQueue,
      args: [input],
    });
    await handle.signal(offerReleasedSignal, message);
    await passDays(world, handle, 34);
    expect(await attributes()).toEqual(['watching', false, new Date(day(40))]);
    expect(names()).toEqual([`${day(40)}:before-7d`]);
  }, 60_000);

  test('a cancelled run ends cleanly, and a later release starts it again', async () => {
    await release('offerReleased.isv', { expirationDate: day(90) });
    await until(() => world.notices.length === 1);
    await handle.cancel();
    expect(await handle.result()).toMatchObject({
      state: 'abandoned',
      nextStep: 'The run was cancelled: no reminder goes out. A later release starts it again.',
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
    expect((await handle.query(offerStatusQuery)).notes[0]).toContain('Ignored a release');
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
