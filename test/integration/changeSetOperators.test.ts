import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import {
  amendmentQuery,
  changeSetStatusQuery,
  changeSetWorkflowId,
  type ChangeSetStatus,
} from '../../src/workflows/changeSetRemediation/contract.ts';
import { changeSetWorld, finishedEvent, setPolicy } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf, historyText } from '@marketplace-steward/testing/history';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

type PutChangeSet = Parameters<StewardWorld['simulator']['control']['putChangeSet']>[0];
type PutChange = PutChangeSet['changes'][number];

let world: StewardWorld;
let handles: WorkflowHandle[];
let nextId = 0;
beforeAll(async () => {
  world = await changeSetWorld();
  handles = [];
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  world.mode = 'auto';
  world.dailyCap = 1_000;
  setPolicy(world, {});
  world.attempts.length = 0;
  world.notices.length = 0;
});

/** What must not enter any history: it stands in the details of every change set here. */
const secrets = ['5ca1ab1e', 'Unsaid title', 'scan-findings.example/secret'];
const secretDetails =
  '{"ProductTitle":"A title","Sku":"Unsaid title","Price":1.10,"LogoUrl":"https://b.example/l?X-Amz-Signature=5ca1ab1e"}';
const operator = { actor: 'ann', reason: 'checked it' };
const ago = (ms: number): string => `${new Date(Date.now() - ms).toISOString().slice(0, 19)}Z`;
const update = (entityId: string, values: Partial<PutChange> = {}): PutChange => ({
  changeType: 'UpdateInformation',
  entityType: 'SaaSProduct@1.0',
  identifier: entityId,
  details: secretDetails,
  ...values,
});

function put(changeSetId: string, entityId: string, values: Partial<PutChangeSet> = {}): void {
  world.simulator.control.putChangeSet({
    changeSetId,
    name: `Update ${changeSetId}`,
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: ago(120_000),
    endTime: ago(60_000),
    changes: [update(entityId)],
    ...values,
  });
}

/** The vendor's event of a failure arrives. */
async function fail(changeSetId: string, failureCode = 'SERVER_FAULT'): Promise<WorkflowHandle> {
  const detail = { FailureCode: failureCode, StartTime: ago(120_000), EndTime: ago(60_000) };
  await world.receive(finishedEvent('Failed', changeSetId, `Update ${changeSetId}`, detail));
  const handle = world.temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  handles.push(handle);
  return handle;
}

/** A change set of an entity of its own has failed, and its event has arrived. */
async function failed(values: Partial<PutChangeSet> = {}) {
  nextId += 1;
  const changeSetId = `operators${String(nextId).padStart(19, '0')}`;
  const entityId = `prod-operators-${nextId}`;
  put(changeSetId, entityId, { changes: [update(entityId)], ...values });
  return { changeSetId, entityId, handle: await fail(changeSetId, values.failureCode) };
}

/** One that waits for an operator, because of an error of the request. */
async function asked(code = 'INVALID_INPUT') {
  const errors = [{ code, message: 'See https://scan-findings.example/secret?token=5ca1ab1e for more.' }];
  const entityId = `prod-operators-${nextId + 1}`;
  const found = await failed({ failureCode: 'CLIENT_ERROR', changes: [update(entityId, { errors })] });
  await untilState(found.handle, 'awaitingDecision');
  return found;
}

const statusOf = (handle: WorkflowHandle): Promise<ChangeSetStatus> => handle.query(changeSetStatusQuery);
function untilStatus(handle: WorkflowHandle, holds: (status: ChangeSetStatus) => boolean): Promise<ChangeSetStatus> {
  return until(async () => {
    const status = await statusOf(handle);
    return holds(status) ? status : undefined;
  });
}
const untilState = (handle: WorkflowHandle, state: string): Promise<ChangeSetStatus> =>
  untilStatus(handle, (status) => status.state === state);
const untilAttempts = (name: string, times: number): Promise<true> =>
  until(() => (world.attempts.filter((one) => one === name).length >= times ? true : undefined));
const submitted = () =>
  world.simulator.control
    .log({ operation: 'StartChangeSet' })
    .flatMap((entry) => (entry.kind === 'call' && !entry.tokenRepeated ? [entry] : []));
/** The identities within the lineage, without the digests of what they are about. */
const noticeIds = (): string[] =>
  world.notices.map(({ id }) => id.replace(/^change-set:[^:]+:/, '').replace(/:[0-9a-f]{16}/, ''));
async function detailsOf(handle: WorkflowHandle): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails;
}
async function refused(update: Promise<unknown>): Promise<string> {
  const error: unknown = await update.catch((reason: unknown) => reason);
  return error instanceof WorkflowUpdateFailedError ? (error.cause?.message ?? '') : 'it was not refused';
}
function end(changeSetId: string, status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED'): void {
  world.simulator.control.plan({ match: { changeSetId }, outcomes: [{ status, durationMs: 0 }] });
}

describe('locks', () => {
  const lockedBy = (blockerId: string): string =>
    `Requested change set has entities locked by change sets - entity: 'prod-1' change sets: ${blockerId}`;
  const refuse = (message: string, times: number): void =>
    world.simulator.control.addFault({
      fault: 'error',
      operation: 'StartChangeSet',
      type: 'ResourceInUseException',
      status: 423,
      message,
      times,
    });

  test('423: the blocker is waited for, with its id and age on screen, and no attempt is used', async () => {
    put('the-blocker', 'prod-elsewhere', { status: 'APPLYING', startTime: '2026-11-20T10:20:30Z' });
    refuse(lockedBy('the-blocker'), 1);
    const { handle } = await failed();
    const waiting = await untilState(handle, 'awaitingBlocker');
    expect(waiting).toMatchObject({ attempt: 0, nextStep: expect.stringContaining('the-blocker') as string });
    expect(await detailsOf(handle)).toMatch(/the-blocker, started .*2026-11-20.*10:20/);
    await untilAttempts('awaitEnd', 3);
    expect(submitted()).toEqual([]);
    end('the-blocker', 'SUCCEEDED');
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
    expect(submitted()).toHaveLength(1);
    expect(world.notices).toEqual([]);
  });

  test('423 without an id: tried again until the way is free', async () => {
    refuse('The product is in review.', 2);
    const { handle } = await failed();
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
    expect(world.attempts.filter((name) => name === 'submitSuccessor')).toHaveLength(3);
    expect(submitted()).toHaveLength(1);
  });

  test('one that runs on the same entities is found without a refusal', async () => {
    put('runs-older', `prod-operators-${nextId + 1}`, { status: 'APPLYING', startTime: ago(300_000) });
    const { handle } = await failed();
    expect((await untilState(handle, 'awaitingBlocker')).nextStep).toContain('runs-older');
    expect(world.attempts).not.toContain('submitSuccessor');
    end('runs-older', 'FAILED');
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
  });

  test.each([
    ['named', lockedBy('the-blocker')],
    ['not named', 'The product is in review.'],
  ])('past its deadline a blocker is an operator’s matter: %s', async (_, message) => {
    setPolicy(world, { blockerWithinMs: 1_000 });
    put('the-blocker', 'prod-elsewhere', { status: 'APPLYING' });
    refuse(message, 1_000);
    const { handle } = await failed();
    const waiting = await untilState(handle, 'awaitingDecision');
    expect(waiting).toMatchObject({ attempt: 0, nextStep: expect.stringContaining('in the way since') as string });
    expect(submitted()).toEqual([]);
  });
});

describe('newer work', () => {
  beforeEach(() => setPolicy(world, { watchEveryMs: 300 }));

  test('a success that appears during the back-off is found at the submit', async () => {
    setPolicy(world, { retryBackOffMs: [1_500] });
    const { handle, entityId } = await failed();
    await untilStatus(handle, ({ nextStep }) => nextStep.includes('after a wait'));
    put('appeared', entityId, { status: 'SUCCEEDED', startTime: ago(1_000) });
    const { nextStep } = await untilState(handle, 'awaitingDecision');
    expect(nextStep).toContain('appeared');
    expect(submitted()).toEqual([]);
  });

  test.each(['is there already', 'comes during the back-off'])(
    'two failed edits of one entity, only the newest goes out; the newer %s',
    async (when) => {
      setPolicy(world, { retryBackOffMs: [1_000] });
      const newer = `newer-${nextId}-${when.length}`;
      const entityId = `prod-operators-${nextId + 1}`;
      const putNewer = (): void => put(newer, entityId, { startTime: ago(90_000) });
      world.simulator.control.putEntity({ entityId, entityType: 'SaaSProduct@1.0', lastModified: ago(600_000) });
      const early = when === 'is there already';
      if (early) putNewer();
      const { handle } = await failed();
      if (!early) {
        await untilStatus(handle, ({ nextStep }) => nextStep.includes('after a wait'));
        putNewer();
      }
      const newest = await fail(newer);
      expect(await handle.result()).toMatchObject({ state: 'superseded', attempt: 0 });
      expect(await newest.result()).toMatchObject({ state: 'remediated', attempt: 1 });
      expect(submitted().map(({ changeSetName }) => changeSetName)).toEqual([`Update ${newer}+retry.${newer}.1`]);
    },
  );

  test('a fix made in the console ends it', async () => {
    const { handle, entityId } = await asked();
    put('from-the-console', entityId, { status: 'SUCCEEDED', startTime: ago(1_000) });
    const result = (await handle.result()) as ChangeSetStatus;
    expect(result).toMatchObject({ state: 'resolvedElsewhere', attempt: 0 });
    expect(result.notes.join()).toContain('from-the-console');
    expect(submitted()).toEqual([]);
    expect(noticeIds()).toEqual(['question:0:row11', 'end:0:resolvedElsewhere']);
  });

  test('a validation in the console ends nothing', async () => {
    const { handle, entityId } = await asked();
    put('only-validated', entityId, { status: 'SUCCEEDED', startTime: ago(1_000), intent: 'VALIDATE' });
    world.attempts.length = 0;
    await untilAttempts('watchElsewhere', 2);
    expect(await statusOf(handle)).toMatchObject({ state: 'awaitingDecision', notes: [] });
  });

  test('one notice reports somebody else’s revision, and the question stays open', async () => {
    const { handle, entityId } = await asked();
    world.simulator.control.putEntity({ entityId, entityType: 'SaaSProduct@1.0', revision: 9 });
    await until(() => (world.notices.length >= 2 ? true : undefined));
    world.attempts.length = 0;
    await untilAttempts('watchElsewhere', 3);
    expect(noticeIds()).toEqual(['question:0:row11', 'elsewhere']);
    expect(await statusOf(handle)).toMatchObject({ state: 'awaitingDecision', attempt: 0 });
    await handle.executeUpdate('retry', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'remediated' });
  });
});

describe('amendments', () => {
  const amendedText = '{"ProductTitle": "Better", "Price":1.20, "Weight":12345678901234567890}';
  const amend = (handle: WorkflowHandle, changes: unknown): Promise<unknown> =>
    handle.executeUpdate('amend', { args: [{ ...operator, changes } as never] });
  async function described(handle: WorkflowHandle): Promise<readonly string[]> {
    await amend(handle, [{ index: 0, details: amendedText }]);
    return until(async () => (await handle.query(amendmentQuery))?.difference);
  }

  test('proposed, shown without what is secret, approved, and sent byte for byte', async () => {
    const { handle } = await asked();
    expect(await handle.query(amendmentQuery)).toBeNull();
    const difference = await described(handle);
    expect(difference).toHaveLength(5);
    expect(difference.join()).toMatch(
      /“A title” becomes “Better”.*Price: number of 4.*Weight: added.*LogoUrl: removed/,
    );
    expect(difference.join()).not.toMatch(/1\.[12]0|12345678901234567890/);
    expect(submitted()).toEqual([]);
    await handle.executeUpdate('approve', { args: [{ actor: 'bob', reason: 'right' }] });
    expect(await handle.result()).toMatchObject({
      state: 'remediated',
      attempt: 1,
      audit: [
        { command: 'amend', actor: 'ann' },
        { command: 'approve', actor: 'bob' },
      ],
    });
    expect(submitted().map(({ body }) => body.includes(JSON.stringify(amendedText)))).toEqual([true]);
  });

  test('approved by the name of the one that was seen: another one that came meanwhile is not submitted', async () => {
    const { handle } = await asked();
    const propose = (actor: string, title: string): Promise<unknown> =>
      handle.executeUpdate('amend', {
        args: [{ actor, reason: 'typo', changes: [{ index: 0, details: JSON.stringify({ ProductTitle: title }) }] }],
      });
    const approve = (data: object): Promise<unknown> =>
      handle.executeUpdate('approve', { args: [{ actor: 'bob', reason: 'as seen', ...data }] });
    const seen = () => until(async () => ((view) => view?.difference && view)(await handle.query(amendmentQuery)));
    await propose('ann', 'Anns title');
    const { proposal } = await seen();
    await propose('carl', 'Carls title');
    const now = await seen();
    expect(await detailsOf(handle)).toContain(`"proposal": "${now.proposal}"`);
    expect(await refused(approve({ proposal }))).toMatch(/carl proposed it at .* UTC: .*“Carls title”/);
    expect(await refused(approve({}))).toMatch(/could mean another one than .*carl proposed it/);
    expect(submitted()).toEqual([]);
    await approve({ proposal: now.proposal });
    expect(await handle.result()).toMatchObject({
      state: 'remediated',
      audit: [{ actor: 'ann' }, { actor: 'carl' }, { command: 'approve', actor: 'bob', proposal: now.proposal }],
    });
    expect(submitted().map(({ body }) => /Anns|Carls/.exec(body)?.[0])).toEqual(['Carls']);
  });

  test('refused once the mode becomes observe meanwhile, it is what goes out after another change of mode', async () => {
    const { handle } = await asked();
    await described(handle);
    world.mode = 'observe';
    for (const name of ['approve', 'retry']) {
      expect(await refused(handle.executeUpdate(name, { args: [operator] }))).toMatch(/observe mode.*Set accounts\./);
    }
    expect(await statusOf(handle)).toMatchObject({ state: 'awaitingDecision', proposedBy: 'ann', attempt: 0 });
    expect(await detailsOf(handle)).toMatch(/\*\*approve\*\* by ann.*refused:.*observe mode/);
    world.mode = 'auto';
    await handle.executeUpdate('approve', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
    expect(submitted().map(({ body }) => body.includes(JSON.stringify(amendedText)))).toEqual([true]);
  });

  test('proposed but not approved, retry sends the original', async () => {
    const { handle } = await asked();
    await described(handle);
    await handle.executeUpdate('retry', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'remediated' });
    expect(submitted().map(({ body }) => body.includes(JSON.stringify(secretDetails)))).toEqual([true]);
  });

  test('refused with the field named, and nothing of it is kept', async () => {
    const { handle } = await asked();
    const problem = (changes: unknown): Promise<string> => refused(amend(handle, changes));
    expect(await problem([{ index: 1, details: '{}' }])).toContain('changes[0].index must be a whole number from 0');
    expect(await problem('all')).toContain('"changes" must be a list');
    expect(await problem([{ index: 0, details: '{"A":' }])).toContain('changes[0].details must be a JSON object');
    for (const ampersand of ['&', '\\u0026', '&amp;']) {
      const details = `{"U":"https://b.example/l?a=1${ampersand}X-Amz-Signature=5ca1ab1e"}`;
      const said = await problem([{ index: 0, details }]);
      expect(said).toContain('changes[0].details holds a signed address');
      expect(said).not.toContain('5ca1ab1e');
    }
    for (const secret of [
      '//admin:5ca1ab1e@db.example.com/x',
      'https://hooks.slack.com/services/T0/B0/5ca1ab1e',
      Buffer.from('password: 5ca1ab1e').toString('base64'),
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    ]) {
      const said = await problem([{ index: 0, details: JSON.stringify({ ShortDescription: secret }) }]);
      expect(said).toContain('changes[0].details: ShortDescription holds a secret');
      expect(said).not.toContain(secret);
    }
    expect((await historyOf(handle)).count('WORKFLOW_EXECUTION_UPDATE_ACCEPTED')).toBe(0);
    expect(await handle.query(amendmentQuery)).toBeNull();
  });

  test('refused while nobody is asked', async () => {
    setPolicy(world, { retryBackOffMs: [600_000] });
    const { handle } = await failed();
    await untilStatus(handle, ({ nextStep }) => nextStep.includes('after a wait'));
    for (const name of ['amend', 'approve', 'retry', 'resolve']) {
      const command = { ...operator, changes: [{ index: 0, details: '{}' }] };
      const said = await refused(handle.executeUpdate(name, { args: [command] }));
      expect(said).toContain(`${name} is taken in awaitingDecision or observed`);
    }
    await handle.executeUpdate('abandon', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'abandoned' });
    expect(submitted()).toEqual([]);
  });
});

describe('other answers of operators', () => {
  test('with nothing to approve, approve is refused', async () => {
    const { handle } = await asked();
    expect(await refused(handle.executeUpdate('approve', { args: [operator] }))).toContain('nothing to approve');
  });

  test('resolve ends it, and names the change set that did it', async () => {
    const { handle } = await asked();
    const bad = { ...operator, changeSetId: 'no id' };
    expect(await refused(handle.executeUpdate('resolve', { args: [bad] }))).toContain('"changeSetId" must be');
    await handle.executeUpdate('resolve', { args: [{ ...operator, changeSetId: 'did-it' }] });
    const result = (await handle.result()) as ChangeSetStatus;
    expect(result).toMatchObject({ state: 'resolvedElsewhere', audit: [{ command: 'resolve', ...operator }] });
    expect(result.notes.join()).toContain('did-it');
  });

  test.each(['retry', 'resolve', 'abandon'])('a double click on %s is harmless', async (name) => {
    const { handle } = await asked();
    const clicks = await Promise.allSettled(
      Array.from({ length: 3 }, () => handle.executeUpdate(name, { args: [operator] })),
    );
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { audit } = (await handle.result()) as ChangeSetStatus;
    expect(audit).toHaveLength(1);
    expect(submitted()).toHaveLength(name === 'retry' ? 1 : 0);
  });

  test('the same click delivered twice has one answer', async () => {
    const { handle } = await asked();
    const click = () => handle.executeUpdate('retry', { args: [operator], updateId: 'one-click' });
    const [one, two] = await Promise.all([click(), click()]);
    expect(one).toEqual(two);
    expect(await handle.result()).toMatchObject({ state: 'remediated', audit: [{ command: 'retry' }] });
    expect(submitted()).toHaveLength(1);
  });

  test('approve lets out what the mode holds', async () => {
    world.mode = 'approve';
    const { handle } = await failed();
    await untilState(handle, 'awaitingDecision');
    await handle.executeUpdate('approve', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
    expect(submitted()).toHaveLength(1);
  });

  test('the daily cap holds, until an operator lets it out', async () => {
    world.dailyCap = 0;
    const { handle } = await failed();
    expect((await untilState(handle, 'awaitingDecision')).nextStep).toContain('cap');
    expect(submitted()).toEqual([]);
    await handle.executeUpdate('approve', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
  });
});

describe('while nobody answers', () => {
  test('reminders go out once each, and in the end it expires', async () => {
    setPolicy(world, { remindAfterMs: [300, 600, 900], expireAfterMs: 1_500 });
    const { handle } = await asked();
    expect(await handle.result()).toMatchObject({ state: 'expired' });
    expect(noticeIds()).toEqual([
      'question:0:row11',
      'question:0:row11:reminder:1',
      'question:0:row11:reminder:2',
      'question:0:row11:reminder:3',
      'end:0:expired',
    ]);
    expect(submitted()).toEqual([]);
  });

  test('permissions that take effect late: one automatic repeat, and no second', async () => {
    setPolicy(world, { spreadingRepeatMs: 700 });
    const again = { changeIndex: 0, code: 'ASSET_NOT_FOUND', message: 'Not there.' };
    world.simulator.control.plan({
      match: {},
      outcomes: [{ status: 'FAILED', failureCode: 'CLIENT_ERROR', errors: [again], durationMs: 0 }],
    });
    const { handle } = await asked('ASSET_NOT_FOUND');
    expect(await detailsOf(handle)).toContain('it is submitted again at');
    await untilStatus(handle, ({ state, attempt }) => state === 'awaitingDecision' && attempt === 1);
    expect(await detailsOf(handle)).not.toContain('it is submitted again at');
    expect(submitted()).toHaveLength(1);
    await until(() => (world.notices.length === 2 ? true : undefined));
    expect(noticeIds()).toEqual(['question:0:row10', 'question:1:row10']);
  });
});

test.each([
  ['SERVER_FAULT', []],
  ['CLIENT_ERROR', [{ code: 'ASSET_NOT_FOUND', message: 'Not there.' }]],
])('a private marketplace’s change set is never submitted again automatically (%s)', async (failureCode, errors) => {
  const change = {
    changeType: 'AllowProducts',
    entityType: 'Experience@1.0',
    identifier: `exp-${failureCode.length}`,
    details: secretDetails,
    errors,
  };
  const { handle } = await failed({ failureCode: failureCode as 'SERVER_FAULT', changes: [change] });
  const { nextStep } = await untilState(handle, 'awaitingDecision');
  expect(nextStep).toContain('private marketplace');
  expect(await detailsOf(handle)).not.toContain('it is submitted again at');
  expect(submitted()).toEqual([]);
});

test('nothing secret stands in any history', async () => {
  expect(handles.length).toBeGreaterThan(25);
  for (const handle of handles) {
    const history = await historyText(handle);
    expect(history).toContain('changeSetRemediation');
    for (const secret of secrets) expect(history).not.toContain(secret);
  }
});
