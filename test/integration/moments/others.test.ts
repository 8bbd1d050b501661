import {
  accountHealthDefaults,
  backfillItemsDefaults,
  failingTasksDefaults,
  heldEventsDefaults,
  itemBuyabilityDefaults,
  offerDefaults,
  quarantineDefaults,
  reconcileDefaults,
  securityDefaults,
  submitPermitsDefaults,
} from '../../../src/policies/defaults.ts';
import { newHealth } from '../../../src/workflows/accountHealth/state.ts';
import { newFailingTasks } from '../../../src/workflows/failingTasks/state.ts';
import { newHeldEvents } from '../../../src/workflows/heldEvents/state.ts';
import type { ItemCase } from '../../../src/workflows/itemBuyability/state.ts';
import { newDigest } from '../../../src/workflows/noticeDigest/state.ts';
import {
  newCase as newSecurityCase,
  type OpenPhase,
  type SecurityPhase,
} from '../../../src/workflows/securityCase/state.ts';
import { noPermits, type Permits } from '../../../src/workflows/submitPermits/permits.ts';
import {
  held,
  refuses,
  scriptedWorld,
  type Answers,
  type Scripted,
  type ScriptedWorld,
} from '@marketplace-steward/testing/scriptedWorld';
import { history } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

let world: ScriptedWorld;
beforeAll(async () => {
  world = await scriptedWorld();
}, 60_000);
afterAll(() => world.close(), 60_000);

const account = '123456789012';
const catalog = 'AWSMarketplace';
const now = (): string => new Date().toISOString();
/** Seconds from now, as vendors give times. */
const second = (away: number): string => new Date((Math.floor(Date.now() / 1000) + away) * 1000).toISOString();
const completed = 'ACTIVITY_TASK_COMPLETED';
const failed = 'ACTIVITY_TASK_FAILED';
const operator = { actor: 'an operator', reason: 'a test' };
const command = (one: Scripted, name: string, values: object = {}): Promise<unknown> =>
  one.command(name, { ...operator, ...values });

describe('a fan-out', () => {
  const fanOut = (values: object, answers: Answers) =>
    world.start(
      'eventFanOut',
      { version: 1, account, parts: 1, envelope: 'eventbridge', bytesBase64: 'e30=', ...values },
      answers,
    );
  const problem = {
    carried: {
      version: 1,
      workflowId: 'fan-out:one',
      account,
      parts: 1,
      phase: { name: 'delivering' },
      arrivals: 1,
      problem: 'It failed.',
      notes: [],
    },
  };

  test('whose bytes are read otherwise by now ends with them kept', async () => {
    const result = { outcome: 'quarantined', workflowId: 'quarantine:one', reason: 'Nobody can read them.' };
    const one = await fanOut({}, { fanOut: [() => result] });
    expect(await one.handle.result()).toMatchObject({ state: 'quarantined' });
  });

  test('that fails in the moment of its cancellation is abandoned', async () => {
    const delivery = held(refuses('Bug'));
    const one = await fanOut({}, { fanOut: [delivery.answer] });
    await one.called('fanOut');
    await world.inOneTask(
      one,
      async () => {
        await one.handle.cancel();
        delivery.letGo();
      },
      failed,
    );
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('that is cancelled after its end has delivered', async () => {
    const last = held(() => ({ channels: [] }));
    const one = await fanOut(problem, {
      fanOut: [() => ({ outcome: 'delivered', parts: 1 })],
      sendNotice: [last.answer],
    });
    await one.untilState('delivered');
    await one.called('sendNotice');
    await one.handle.cancel();
    last.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'delivered' });
  });
});

describe('the alarm of failing tasks', () => {
  const group = { workflowType: 'one', cause: 'A cause', count: 1, workflowIds: ['one'] };
  const alarm = (answers: Answers) =>
    world.start(
      'failingTasks',
      {
        version: 1,
        policy: { ...failingTasksDefaults, checkEveryMs: 50 },
        carried: { ...newFailingTasks(0), groups: [{ ...group, since: now() }] },
      },
      answers,
    );

  test('checks again after a check that failed, and is cancelled', async () => {
    const one = await alarm({ watchFailingTasks: [refuses('Bug')] });
    await one.called('watchFailingTasks', 2);
    await one.handle.cancel();
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('that is cancelled after its end has recovered', async () => {
    const last = held(() => ({ channels: [] }));
    const one = await alarm({
      watchFailingTasks: [() => ({ groups: [], isComplete: true })],
      sendNotice: [last.answer],
    });
    await one.untilState('recovered');
    await one.called('sendNotice');
    await one.handle.cancel();
    last.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'recovered' });
  });
});

describe('a morning digest', () => {
  const input = {
    version: 1,
    digestId: 'morning-digest:team:0123456789abcdef',
    at: '07:30',
    timeZone: 'Europe/Berlin',
    lateAfterMs: 900_000,
    skipAfterMs: 21_600_000,
  };
  const facts = {
    at: now(),
    needsYou: { total: 0, rows: [] },
    due: { withinDays: 7, total: 0, rows: [] },
    done: { since: now(), until: now(), total: 0, states: [], others: 0, failed: 0 },
    lost: { roundsWithLost: 0, quarantined: 0, held: 0, recorded: 0, deadLetterQueues: 0 },
    lists: [],
  };
  const collected = () => ({ outcome: 'collected', day: '2026-12-01', facts });

  test('is sent, and waits for its channel', async () => {
    const one = await world.start('morningDigest', input, {
      collectMorning: [collected],
      sendNotice: [refuses('NoticeRefused')],
    });
    expect(await one.handle.result()).toMatchObject({ state: 'reported', notes: [expect.stringMatching(/^Not sent/)] });
  });

  test('that cannot be collected sends nothing', async () => {
    const one = await world.start('morningDigest', input, { collectMorning: [refuses('Bug')] });
    expect(await one.handle.result()).toMatchObject({ state: 'failed' });
  });

  test('that is cancelled before it is collected sends nothing', async () => {
    const asking = held(collected);
    const one = await world.start('morningDigest', input, { collectMorning: [asking.answer] });
    await one.called('collectMorning');
    await one.handle.cancel();
    await one.untilState('abandoned');
    asking.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('that is cancelled in the moment in which it turns out that nobody asks for it stays so', async () => {
    const asking = held(() => ({ outcome: 'notAsked' }));
    const one = await world.start('morningDigest', input, { collectMorning: [asking.answer] });
    await one.called('collectMorning');
    await world.inOneTask(one, async () => {
      asking.letGo();
      await until(async () => (await history(one.handle)).includes(completed) || undefined);
      await one.handle.cancel();
    });
    expect(await one.handle.result()).toMatchObject({ state: 'notAsked' });
  });

  test('refuses an input without an hour', async () => {
    const { at: _at, ...without } = input;
    const one = await world.start('morningDigest', without, {});
    await expect(one.handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
  });
});

describe('held events', () => {
  test('refuse an input without a heading', async () => {
    const one = await world.start('heldEvents', { version: 1, heading: {}, policy: heldEventsDefaults });
    await expect(one.handle.result()).rejects.toThrow('Workflow execution failed');
  });

  test('whose pass fails wait on', async () => {
    const one = await world.start(
      'heldEvents',
      { version: 1, heading: { by: 'account', account }, policy: heldEventsDefaults },
      { settleHeld: [refuses('Bug', 'It failed.')] },
    );
    const sha256 = 'a'.repeat(64);
    await one.handle.signal('eventsSeen', { count: 1, receivedAt: now(), reason: 'No account.', sha256 });
    await one.untilState('awaitingConfiguration');
    await command(one, 'discard');
    await one.called('settleHeld', 2);
    expect(await one.handle.query('status')).toMatchObject({ state: 'discarding' });
    await one.handle.terminate();
  });
});

test('held events that have no bytes wait for no date', async () => {
  const heading = { by: 'account', account } as const;
  const carried = {
    ...newHeldEvents({ version: 1, heading }, Date.now()),
    phase: { name: 'awaitingConfiguration' },
    count: 1,
    notified: true,
  };
  const one = await world.start(
    'heldEvents',
    { version: 1, heading, policy: heldEventsDefaults, carried },
    { settleHeld: [() => ({ settled: [], decided: [], isCut: false })] },
  );
  await one.untilState('awaitingConfiguration');
  await command(one, 'discard');
  expect(await one.handle.result()).toMatchObject({ state: 'discarded' });
});

describe('quarantined bytes', () => {
  const input = {
    version: 1,
    sha256: 'b'.repeat(64),
    envelope: 'eventbridge',
    bytesBase64: 'e30=',
    policy: quarantineDefaults,
  };
  const arrival = () => ({ receivedAt: now(), reason: 'Nobody can read them.' });

  async function kept(answers: Answers): Promise<Scripted> {
    const one = await world.start('quarantinedEvent', input, answers);
    await one.handle.signal('quarantined', arrival());
    return one;
  }

  test('of an unknown envelope are refused', async () => {
    const one = await world.start('quarantinedEvent', { ...input, envelope: 'a letter' });
    await expect(one.handle.result()).rejects.toThrow('Workflow execution failed');
  });

  test('that come again, and whose replay fails, wait on until they are discarded', async () => {
    const one = await kept({ redeliver: [refuses('Bug', 'It failed.')] });
    await one.handle.signal('quarantined', arrival());
    await command(one, 'replay');
    await one.untilState('quarantined');
    await one.called('redeliver');
    await one.handle.signal('quarantined', arrival());
    await command(one, 'discard');
    expect(await one.handle.result()).toMatchObject({ state: 'discarded' });
  });

  test('that are cancelled while a replay cannot read them are discarded', async () => {
    const replay = held(() => ({ outcome: 'unreadable', reason: 'Nobody can.' }));
    const one = await kept({ redeliver: [replay.answer] });
    await command(one, 'replay');
    await one.called('redeliver');
    await one.handle.cancel();
    replay.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'discarded' });
  });

  test('that are cancelled after their end stay what they are', async () => {
    const last = held(() => ({ channels: [] }));
    const one = await kept({ sendNotice: [() => ({ channels: [] }), last.answer] });
    await one.called('sendNotice');
    await command(one, 'discard');
    await one.called('sendNotice', 2);
    await one.handle.cancel();
    last.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'discarded', audit: [expect.anything()] });
  });
});

describe('a dead-letter queue', () => {
  const letters = (answers: Answers) =>
    world.start(
      'deadLetterQueue',
      { version: 1, region: 'us-east-1', name: `${account}/steward-dead`, source: `${account}/steward` },
      answers,
    );
  const counted = ({ handle }: Scripted, count: number) => handle.signal('deadLettersCounted', { count, at: now() });

  test('that is cancelled is let go', async () => {
    const one = await letters({});
    await counted(one, 2);
    await one.untilState('filled');
    await one.handle.cancel();
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned', count: 2 });
  });

  test('that is counted and cancelled once it is emptied stays so', async () => {
    const first = held(() => ({ channels: [] }));
    const one = await letters({ sendNotice: [first.answer, () => ({ channels: [] })] });
    await counted(one, 2);
    await counted(one, 0);
    await one.untilState('emptied');
    await counted(one, 0);
    await one.handle.cancel();
    first.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'emptied', count: 0 });
    await one.called('sendNotice', 2);
  });
});

describe('a digest', () => {
  const subject = { channel: 'one', account, matter: 'change-set' };
  const grouped = (id: string) => ({ id, kind: 'opening', severity: 'warning', title: 'One' });
  const digest = (values: object, answers: Answers, everyMs = 60_000) =>
    world.start(
      'noticeDigest',
      {
        version: 1,
        ...subject,
        everyMs,
        carried: { ...newDigest({ workflowId: 'notice-digest:one', subject, everyMs }, Date.now()), ...values },
      },
      answers,
    );

  test('of an impossible period is refused', async () => {
    const one = await digest({}, {}, 5);
    await expect(one.handle.result()).rejects.toMatchObject({ cause: { message: expect.stringContaining('everyMs') } });
  });

  test('counts a notice that is grouped again once, and reports it when it is cancelled', async () => {
    const one = await digest({}, {});
    await one.handle.signal('noticeGrouped', grouped('one'));
    await one.handle.signal('noticeGrouped', grouped('one'));
    await one.handle.cancel();
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned', reported: 1 });
  });

  test('that is cancelled after its end stays what it is', async () => {
    const last = held(() => ({ channels: [] }));
    const one = await digest({ waiting: [grouped('one')] }, { sendNotice: [last.answer] }, 1_000);
    await one.untilState('quiet');
    await one.handle.cancel();
    last.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'quiet' });
  });

  test('that is full in the moment in which its period ends begins the next one', async () => {
    const everyMs = 2_500;
    const waiting = Array.from({ length: 999 }, (_, index) => grouped(`one-${index}`));
    const one = await digest({ waiting }, {}, everyMs);
    await one.untilState('gathering');
    await world.inOneTask(one, () => one.handle.signal('noticeGrouped', grouped('last')), 'TIMER_FIRED');
    await one.called('sendNotice');
    await one.handle.cancel();
    expect(await one.handle.result()).toMatchObject({ reported: 1_000, digests: 1 });
  });
});

describe('an alarm of refused access', () => {
  const refused = (eventId: string, values: object = {}) => ({
    eventId,
    operation: 'DescribeChangeSet',
    failureType: 'AccessDenied',
    message: 'It is refused.',
    at: now(),
    ...values,
  });
  const alarm = (answers: Answers, policy: object = {}, carried?: object) =>
    world.start(
      'accountHealth',
      {
        version: 1,
        account,
        catalog,
        carried,
        policy: { ...accountHealthDefaults, recheckFirstMs: 200, quietMs: 200, ...policy },
      },
      answers,
    );

  test('counts a refusal once, and no more kinds than it holds', async () => {
    const refusals = Array.from({ length: 30 }, (_, index) => ({
      key: `Operation${index}`,
      operation: 'DescribeChangeSet',
      failureType: 'AccessDenied',
      message: 'It is refused.',
      lastAtMs: Date.now() + 60_000,
      count: 1,
    }));
    const one = await alarm({}, {}, { ...newHealth({ account, catalog }, Date.now()), refusals });
    await one.handle.signal('accessRefused', refused('one'));
    await one.handle.signal('accessRefused', refused('one'));
    await one.untilStatus((status) => JSON.stringify(status).includes('More is refused'));
    await one.handle.cancel();
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test.each([
    ['of a call that it has checked', 200, {}],
    ['of another call, long ago', 1, { operation: 'ListChangeSets' }],
  ])('checks again after a refusal %s, which came while it checked', async (_, firstMs, values) => {
    const check = held(() => undefined);
    const one = await alarm(
      { checkAccess: [check.answer, () => undefined] },
      { recheckFirstMs: firstMs, quietMs: firstMs },
    );
    await one.handle.signal('accessRefused', refused('one'));
    await one.called('checkAccess');
    await one.handle.signal('accessRefused', refused('two', values));
    // A repeat, so that the histories of the two differ in shape.
    if ('operation' in values) await one.handle.signal('accessRefused', refused('two', values));
    check.letGo();
    expect(await one.handle.result()).toMatchObject({ state: 'recovered' });
  });
});

describe('an item', () => {
  const knownAt = second(-60);
  const item = (values: Partial<ItemCase>, answers: Answers = {}, policy: object = {}) => {
    const carried = {
      version: 1,
      businessProductId: 'product',
      itemId: 'one',
      asOf: knownAt,
      ledBy: knownAt,
      noticesOpened: 0,
      queries: 1,
      lastEventAtMs: Date.now(),
      seen: [],
      notes: [],
      ...values,
    };
    return world.start(
      'itemBuyability',
      {
        version: 1,
        businessProductId: 'product',
        itemId: 'one',
        carried,
        policy: { ...itemBuyabilityDefaults, ...policy },
      },
      answers,
    );
  };
  const event = (eventTime: string, buyabilityStatus?: string) => ({
    eventId: `event:${eventTime}:${buyabilityStatus}`,
    eventTime,
    ...(buyabilityStatus === undefined ? {} : { product: { buyabilityStatus } }),
  });
  const answer = (askedAt: string, buyabilityStatus?: string) => () => ({
    askedAt,
    ...(buyabilityStatus === undefined ? {} : { product: { buyabilityStatus } }),
  });
  const completing = (since: string) => ({ name: 'completing', query: 1, since }) as const;
  const querying = (dueTo: 'noData' | 'unproven' = 'noData') =>
    ({ name: 'querying', query: 1, untilMs: Date.now() + 600_000, dueTo }) as const;
  const end = async (one: Scripted): Promise<unknown> => {
    await one.handle.cancel();
    return one.handle.result();
  };

  test.each([
    ['does not find the product', knownAt, answer(second(-10)), 'NOT_BUYABLE'],
    ['shows it buyable', knownAt, answer(second(-10), 'BUYABLE'), 'BUYABLE'],
    ['of the time of a newer event shows it buyable', second(-120), answer(knownAt, 'BUYABLE'), 'querying'],
  ])('whose notice waits for a query that %s', async (_, since, answered, state) => {
    const one = await item({ phase: completing(since) }, { queryProduct: [answered] });
    await one.called('queryProduct');
    await one.untilState(state);
    await one.handle.signal('buyabilityChanged', event(second(-200), 'BUYABLE'));
    expect(await end(one)).toMatchObject({ itemId: 'one' });
  });

  test.each([
    ['takes a newer answer', second(-20), answer(second(-10), 'BUYABLE'), completed, 'BUYABLE'],
    ['leaves an older answer', second(-20), answer(second(-40), 'BUYABLE'), completed, 'querying'],
    [
      'takes an answer of the same time',
      knownAt.replace(/.*/, second(-20)),
      answer(second(-20), 'BUYABLE'),
      completed,
      'BUYABLE',
    ],
    ['leaves a failure', second(-20), refuses('RequestRejected'), failed, 'querying'],
    ['leaves a refusal', second(-20), refuses('AccessDenied'), failed, 'querying'],
  ])('%s to a query that an event has replaced in the same moment', async (name, eventTime, answered, kind, state) => {
    const query = held(answered);
    const one = await item({ phase: querying() }, { awaitProduct: [query.answer] });
    await one.called('awaitProduct');
    await world.inOneTask(
      one,
      async () => {
        await one.handle.signal('buyabilityChanged', event(eventTime));
        query.letGo();
      },
      kind,
    );
    await one.untilState(state);
    // A late event, so that the histories of a failure and of a refusal differ in shape.
    if (name.includes('refusal')) await one.handle.signal('buyabilityChanged', event(second(-200), 'BUYABLE'));
    expect(await end(one)).toMatchObject({ itemId: 'one' });
  });

  test('leaves an answer that comes in the moment of its cancellation', async () => {
    const query = held(answer(second(-10), 'BUYABLE'));
    const one = await item({ phase: querying() }, { awaitProduct: [query.answer] });
    await one.called('awaitProduct');
    await world.inOneTask(
      one,
      async () => {
        await one.handle.cancel();
        query.letGo();
      },
      completed,
    );
    expect(await one.handle.result()).toMatchObject({ state: 'UNKNOWN' });
  });

  test.each([
    ['that is not found', { name: 'verifying', query: 1, fromMs: Date.now() }, 'NOT_BUYABLE'],
    ['whose tie no query has settled', { name: 'watching', verdict: 'UNVERIFIED', unanswered: 'disputed' }, 'querying'],
    ['of which nothing is known', { name: 'watching', verdict: 'UNVERIFIED' }, 'NOT_BUYABLE'],
  ] as const)('%s takes data of the same time', async (_, phase, state) => {
    const one = await item({ phase });
    await one.handle.signal('buyabilityChanged', event(knownAt, 'NOT_BUYABLE'));
    await one.untilState(state);
    await one.handle.signal('buyabilityChanged', event(second(-200), 'BUYABLE'));
    expect(await end(one)).toMatchObject({ itemId: 'one' });
  });

  test('that is not found goes on where a check fails, and leaves out those that are late', async () => {
    const phase = { name: 'verifying', query: 1, fromMs: Date.now() - 2_000 } as const;
    const one = await item(
      { phase },
      { queryProduct: [refuses('RequestRejected', 'It failed.')] },
      { verifyEveryMs: 1_500, verifyForMs: 4_000 },
    );
    await one.called('queryProduct');
    await one.untilStatus((status) => JSON.stringify(status).includes('It failed.'));
    expect(await end(one)).toMatchObject({ itemId: 'one' });
  });

  test('whose access is refused for good is unverified', async () => {
    const phase = {
      name: 'awaitingAccess',
      query: 1,
      dueTo: 'noData',
      since: second(-60),
      sentence: 'It is refused.',
    } as const;
    const one = await item({ phase }, { queryProduct: [refuses('Bug')] }, { queryFirstMs: 10 });
    await one.untilState('UNVERIFIED');
    expect(await end(one)).toMatchObject({ itemId: 'one' });
  });
});

describe('a security case', () => {
  const report = (values: object = {}) => ({
    eventId: `report:${JSON.stringify(values)}`,
    reportedAt: second(-60),
    numberOfProductsWithIssues: 1,
    numberOfVersionsWithIssues: 1,
    numberOfLatestVersionsWithIssues: 1,
    newIssuesFound: false,
    ...values,
  });
  const none = { numberOfProductsWithIssues: 0, numberOfVersionsWithIssues: 0, numberOfLatestVersionsWithIssues: 0 };
  const affected = { readable: false, sentence: 'Nobody may read it.', fingerprint: 'one' } as const;
  const dueAt = new Date(Date.now() + 86_400_000).toISOString();
  const open = (values: Partial<OpenPhase> = {}): OpenPhase => ({
    name: 'open',
    report: report(),
    affected,
    schedule: [],
    ...values,
  });
  const securityCase = (phase: SecurityPhase, answers: Answers = {}) =>
    world.start(
      'securityCase',
      { version: 1, account, carried: { ...newSecurityCase(account, 'first'), phase }, policy: securityDefaults },
      answers,
    );
  const end = async (one: Scripted): Promise<unknown> => {
    await one.handle.cancel();
    return one.handle.result();
  };

  test('without a due date waits for reports, and leaves an older one', async () => {
    const one = await securityCase(open());
    await one.called('watchAssessments');
    await one.handle.signal('securityReport', report({ reportedAt: second(-600) }));
    await one.handle.signal('securityReport', report({ reportedAt: second(-10) }));
    expect(await end(one)).toMatchObject({ state: 'abandoned' });
  });

  test('that a report closes in the moment of a check is clear', async () => {
    const check = held(() => ({ readable: false, missing: [], fingerprint: 'two' }));
    const { affected: _, ...unchecked } = open({ announce: 'opened' });
    const one = await securityCase(unchecked, { affectedProducts: [check.answer] });
    await one.called('affectedProducts');
    await world.inOneTask(
      one,
      async () => {
        await one.handle.signal('securityReport', report({ ...none, reportedAt: second(-10) }));
        check.letGo();
      },
      completed,
    );
    await one.untilState('clear');
    expect(await end(one)).toMatchObject({ state: 'abandoned' });
  });

  test('that new issues reopen in the moment in which the configuration changes checks again', async () => {
    const watch = held(() => ({ policy: securityDefaults }));
    const one = await securityCase(open(), { watchAssessments: [watch.answer] });
    await one.called('watchAssessments');
    await world.inOneTask(
      one,
      async () => {
        await one.handle.signal('securityReport', report({ newIssuesFound: true, reportedAt: second(-10) }));
        watch.letGo();
      },
      completed,
    );
    await one.called('affectedProducts');
    expect(await end(one)).toMatchObject({ state: 'abandoned' });
  });

  test.each([
    ['closes', none, 'clear'],
    ['gives another date', { upcomingResolutionDueDate: new Date(Date.now() + 2 * 86_400_000).toISOString() }, 'open'],
  ])('whose reminder is due in the moment in which a report %s it does not remind', async (_, values, state) => {
    const schedule = [{ reminder: 'before-1d', atMs: Date.now() + 2_500, quiet: false, firm: false }];
    const one = await securityCase(open({ dueAt, schedule }), {});
    await one.called('watchAssessments');
    await world.inOneTask(
      one,
      () => one.handle.signal('securityReport', report({ ...values, reportedAt: second(-10) })),
      'TIMER_FIRED',
    );
    await one.untilState(state);
    expect(await end(one)).toMatchObject({ state: 'abandoned' });
  });

  test.each([
    [
      'in doubt',
      () => ({ dueAt, quietReminders: 0, reminders: [], doubt: 'They are doubtful.' }),
      'They are doubtful.',
    ],
    ['refused', refuses('RequestRejected', 'No date.'), 'without reminders'],
  ])('goes on with a plan that is %s', async (_, plan, note) => {
    const { schedule: _schedule, ...unplanned } = open({ dueAt });
    const one = await securityCase(unplanned, { planReminders: [plan] });
    await one.untilStatus((status) => JSON.stringify(status).includes(note));
    await one.handle.signal('securityReport', report({ reportedAt: second(-10), upcomingResolutionDueDate: dueAt }));
    expect(await end(one)).toMatchObject({ state: 'abandoned' });
  });
});

describe('the permits of an account', () => {
  const asked = {
    token: 'one',
    authority: 'policy',
    dailyCap: 1_000,
    startsPerSecond: 10,
    usedWithinMs: 60_000,
    settleMs: 10,
  };
  const permits = (values: Partial<Permits>, answers: Answers = {}) =>
    world.start(
      'submitPermits',
      {
        version: 1,
        account,
        catalog,
        policy: submitPermitsDefaults,
        carried: { ...noPermits, counted: true, ...values },
      },
      answers,
    );
  const inFlight = (count: number): Permits['permits'] =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, { days: [], inFlight: true }]));
  const ask = ({ handle }: Scripted, values: object = {}) =>
    handle.executeUpdate('permit', { args: [{ ...asked, ...values }] });

  test('a recount lets go of what has ended', async () => {
    const one = await permits({ permits: inFlight(150) }, { runningSubmits: [() => ['t0']] });
    expect(await ask(one)).toMatchObject({ outcome: 'granted' });
    await one.untilStatus((status) => 'inFlight' in status && status.inFlight === 2);
    expect(await ask(one, { token: 'two' })).toMatchObject({ outcome: 'granted' });
    await one.handle.terminate();
  });

  test('a recount that fails counts on, as many as may be wait, and a late return changes nothing', async () => {
    const one = await permits({ permits: inFlight(200) }, { runningSubmits: [refuses('Bug')] });
    expect(await ask(one)).toMatchObject({ outcome: 'later', because: 'inFlight' });
    await one.called('runningSubmits');
    await one.handle.executeUpdate('returnPermit', { args: [{ token: 't0', grant: 7, fate: 'unsent', settleMs: 10 }] });
    expect(await ask(one, { token: 'two' })).toMatchObject({ outcome: 'later', because: 'inFlight' });
    await one.handle.terminate();
  });

  test('what the pace would keep for long comes back later', async () => {
    const one = await permits({ nextStartMs: Date.now() + 60_000 });
    expect(await ask(one)).toMatchObject({ outcome: 'later', because: 'pace' });
    expect(await ask(one, { token: 'two' })).toMatchObject({ outcome: 'later', because: 'pace' });
    await one.handle.terminate();
  });
});

describe('an offer', () => {
  const released = (eventId: string, releasedAt: string) => ({
    eventId,
    releasedAt,
    role: 'ownOffer',
    offer: { id: 'offer-one' },
    associatedOffers: [],
    targetedBuyerCount: 1,
  });

  test('leaves a release that is older than the newest', async () => {
    const input = { version: 1, account, offerId: 'offer-one', policy: offerDefaults };
    const one = await world.start('offerWatch', input);
    await one.handle.signal('offerReleased', released('one', second(-10)));
    await one.called('sendNotice');
    await one.handle.signal('offerReleased', released('two', second(-60)));
    await one.handle.query('status');
    await one.handle.cancel();
    expect(await one.handle.result()).toMatchObject({ state: 'abandoned' });
  });
});

describe('a backfill of items', () => {
  test('whose delivery fails for good counts its items as failed', async () => {
    const policy = { ...backfillItemsDefaults, retryAfterMs: [] };
    const input = { version: 1, businessProductId: 'product', items: ['one'], policy };
    const one = await world.start('backfillItems', input, { deliverItems: [refuses('Bug')] });
    expect(await one.handle.result()).toMatchObject({ given: 1, failed: 1 });
  });
});

describe('a check for lost events', () => {
  test('of a round that fails leaves its accounts to the next', async () => {
    const input = {
      version: 1,
      accounts: [{ account, catalogs: [catalog], since: second(-600) }],
      policy: reconcileDefaults,
    };
    const one = await world.start('reconcileChangeSets', input, { checkAccounts: [refuses('Bug')] });
    expect(await one.handle.result()).toMatchObject({ state: 'incomplete' });
  });

  test('opens those that are late before it delivers those that are lost', async () => {
    const found = (changeSetId: string) => ({
      account,
      catalog,
      row: { changeSetId, status: 'FAILED' },
    });
    const checked = { account, outcome: 'checked', listed: 1, known: 0 };
    const input = { version: 1, account, policy: reconcileDefaults };
    const one = await world.start('reconcileChangeSets', input, {
      checkAccounts: [() => ({ accounts: [checked], missed: [found('lost')], late: [found('late')] })],
      openLate: [() => ['late']],
      deliverMissed: [() => ({ undelivered: [], left: [] })],
    });
    expect(await one.handle.result()).toMatchObject({ state: 'missedFound', missed: 1, late: 1 });
  });
});
