import { setTimeout as pause } from 'node:timers/promises';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { kindHeading, otherKindsHeading } from '../../src/delivery/headings.ts';
import { sha256Of } from '../../src/delivery/held.ts';
import { heldQuery } from '../../src/delivery/holdLimit.ts';
import { startHeldWaker } from '../../src/delivery/heldWaker.ts';
import { createReceiverMemory, type ReceiverMemory } from '../../src/delivery/receive.ts';
import { received } from '@marketplace-steward/testing/received';
import { accountHeading } from '../../src/delivery/headings.ts';
import {
  heldEventsStatusQuery,
  heldEventsWorkflowId,
  type Heading,
  type HeldEventsStatus,
} from '../../src/workflows/heldEvents/contract.ts';
import { offerStatusQuery, offerWorkflowId } from '../../src/workflows/offerWatch/contract.ts';
import { quarantineWorkflowId } from '../../src/workflows/quarantinedEvent/contract.ts';
import { attentionAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { account as configured, changed } from '@marketplace-steward/testing/sampleEvents';
import { finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { silent } from '@marketplace-steward/testing/silent';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const operator = { actor: 'ann', reason: 'nobody needs them' };

let world: StewardWorld;
let memory: ReceiverMemory;
let account = '';
let accounts = 0;

beforeAll(async () => {
  world = await stewardWorld('real');
}, 120_000);
afterAll(() => world.close(), 60_000);
beforeEach(() => {
  memory = createReceiverMemory(world.client);
  accounts += 1;
  account = String(555_500_000_000 + accounts);
  world.context = { ...world.context, policies: {} };
  world.reset();
});

const bytesOf = (event: object): Buffer => Buffer.from(JSON.stringify(event));
/** The bytes of a success of a change set of the account. */
const success = (changeSetId: string, detail: Record<string, string> = {}): Buffer =>
  bytesOf({ ...finishedEvent('Succeeded', changeSetId, 'Name', detail), account });
const take = (bytes: Buffer) => received(world.client, world.context, 'eventbridge', bytes, memory);
const handleOf = (heading: Heading) => world.client.workflow.getHandle(heldEventsWorkflowId(heading));
const question = () => handleOf(accountHeading(account));
const statusOf = (heading: Heading): Promise<HeldEventsStatus> => handleOf(heading).query(heldEventsStatusQuery);
const status = () => statusOf(accountHeading(account));
const asked = () => until(async () => (await status()).state === 'awaitingConfiguration');
const notices = (): string[] =>
  world.notices
    .filter(({ workflowId }) => workflowId === `unconfigured:${account}`)
    .map(({ kind, severity }) => `${kind} ${severity}`);
const endOf = (changeSetId: string) => world.client.workflow.getHandle(changeSetWorkflowId(changeSetId)).result();

function configure(settings = configured): void {
  world.context = { ...world.context, accounts: { ...world.context.accounts, [account]: settings } };
}

/** What a worker does once it has taken a configuration. */
async function wake(): Promise<void> {
  const before = (await historyOf(question())).count('WORKFLOW_EXECUTION_SIGNALED');
  const waker = startHeldWaker(world.client, silent);
  waker.keep(Object.keys(world.context.accounts));
  await until(async () => (await historyOf(question())).count('WORKFLOW_EXECUTION_SIGNALED') > before);
  await waker.close();
}

async function attributesOf(workflowId: string): Promise<unknown[]> {
  const { typedSearchAttributes } = await world.client.workflow.getHandle(workflowId).describe();
  return [stateAttribute, attentionAttribute].map((key) => typedSearchAttributes.get(key));
}

describe('events of an account that is not configured', () => {
  test('are one question; once the account is configured, each is replayed, and the question closes', async () => {
    const ids = ['one', 'two', 'three'].map((name) => `${name}${account}`);
    const events = ids.map((id) => success(id));
    for (const event of events) {
      expect(await take(event)).toMatchObject({
        outcome: 'held',
        kind: 'changeSet.finished',
        workflowId: `unconfigured:${account}`,
        reason: expect.stringContaining(`accounts.${account}`),
      });
    }
    await asked();
    await until(async () => (await status()).held === 3);
    expect(await status()).toMatchObject({ count: 3, commands: ['replay', 'discard'] });
    expect(await attributesOf(`unconfigured:${account}`)).toEqual(['awaitingConfiguration', true]);
    for (const event of events) {
      expect(await attributesOf(quarantineWorkflowId(sha256Of(event)))).toEqual(['held', false]);
    }
    await until(() => notices().length > 0);
    expect(notices()).toEqual(['opening warning']);

    configure();
    await wake();
    expect(await question().result()).toMatchObject({ state: 'replayed', held: 0, replayed: 3, count: 3 });
    for (const id of ids) expect(await endOf(id)).toMatchObject({ state: 'succeeded' });
    for (const event of events) {
      expect(await attributesOf(quarantineWorkflowId(sha256Of(event)))).toEqual(['replayed', false]);
    }
    expect(notices()).toEqual(['opening warning', 'resolution information']);
    expect(world.notices.filter(({ workflowId }) => workflowId.startsWith('quarantine:'))).toEqual([]);
  }, 60_000);

  test('the same event twice is one', async () => {
    const event = success(`twice${account}`);
    await take(event);
    await take(event);
    await asked();
    await until(async () => (await historyOf(question())).count('WORKFLOW_EXECUTION_SIGNALED') === 2);
    expect(await status()).toMatchObject({ count: 1, held: 1 });
  }, 60_000);

  test('beyond what is held the sender keeps them: 503, also by another ingress, until some are replayed', async () => {
    const { policies } = world.context;
    world.context = { ...world.context, policies: { ...policies, quarantine: { heldEventsPerAccount: 2 } } };
    const first = success(`first${account}`);
    expect(await take(first)).toMatchObject({ outcome: 'held' });
    expect(await take(success(`second${account}`))).toMatchObject({ outcome: 'held' });
    await until(async () => (await world.client.workflow.count(heldQuery(accountHeading(account)))).count === 2);
    const third = success(`third${account}`);
    expect(await take(third)).toMatchObject({ outcome: 'unavailable', reason: expect.stringContaining('2 events') });
    memory = createReceiverMemory(world.client);
    expect(await take(third)).toMatchObject({ outcome: 'unavailable' });
    const { workflow } = world.client;
    await expect(workflow.getHandle(quarantineWorkflowId(sha256Of(third))).describe()).rejects.toThrow('not found');
    await asked();
    // Operators hear of it once, and can see it; a repeat of what is held is no event more.
    await until(() => notices().length === 2);
    expect(notices()).toEqual(['opening warning', 'reminder critical']);
    expect(await status()).toMatchObject({ count: 2, held: 2, full: { since: expect.any(String), most: 2 } });
    expect((await status()).refused).toBeGreaterThan(0);
    expect(await take(first)).toMatchObject({ outcome: 'held' });
    expect(await take(third)).toMatchObject({ outcome: 'unavailable' });
    expect(await status()).toMatchObject({ count: 2, held: 2 });

    // An operator discards what is held: there is room again, and a question of its own.
    await question().executeUpdate('discard', { args: [operator] });
    expect(await question().result()).toMatchObject({ state: 'discarded', held: 0 });
    memory = createReceiverMemory(world.client);
    await until(async () => (await world.client.workflow.count(heldQuery(accountHeading(account)))).count === 0);
    expect(await take(third)).toMatchObject({ outcome: 'held' });
    await asked();
    await until(() => notices().length === 4);
    const [, , ...afterwards] = notices();
    expect(afterwards).toEqual(['resolution information', 'opening warning']);
  }, 60_000);

  test('a catalog that is not configured waits for its own configuration', async () => {
    configure();
    await take(success(`china${account}`, { Catalog: 'AWSMarketplaceChina' }));
    await asked();
    await wake();
    await until(async () => (await historyOf(question())).count('ACTIVITY_TASK_COMPLETED') >= 3);
    const asks = `its catalog AWSMarketplaceChina is not configured`;
    expect(world.notices.filter((notice) => notice.account === account)).toMatchObject([
      { kind: 'opening', title: `Events of account ${account} are held: ${asks}` },
    ]);
    expect(await status()).toMatchObject({ state: 'awaitingConfiguration', held: 1 });
    configure({ ...configured, catalogs: ['AWSMarketplace', 'AWSMarketplaceChina'] });
    await wake();
    expect(await question().result()).toMatchObject({ state: 'replayed', replayed: 1 });
    expect(notices()).toEqual(['opening warning', 'resolution information']);
  }, 60_000);

  test('an account that is configured without the catalog: what can be replayed is, and the question names the catalog', async () => {
    await take(success(`here${account}`));
    await take(success(`china${account}`, { Catalog: 'AWSMarketplaceChina' }));
    await asked();
    configure();
    await wake();
    await until(async () => (await status()).replayed === 1 && (await status()).state === 'awaitingConfiguration');
    expect(await status()).toMatchObject({
      held: 1,
      reason: `Account ${account} is configured, but its catalog AWSMarketplaceChina is not (accounts.${account}.catalogs).`,
    });
    await until(() => notices().length >= 3);
    expect(notices()).toEqual(['opening warning', 'resolution information', 'opening warning']);
    configure({ ...configured, catalogs: ['AWSMarketplace', 'AWSMarketplaceChina'] });
    await wake();
    expect(await question().result()).toMatchObject({ state: 'replayed', replayed: 2 });
  }, 60_000);

  test('an ingress that lags behind the workers’ configuration asks nobody', async () => {
    const stale = world.context;
    configure();
    const event = success(`lagging${account}`);
    expect(await received(world.client, stale, 'eventbridge', event, memory)).toMatchObject({ outcome: 'held' });
    expect(await question().result()).toMatchObject({ state: 'replayed', replayed: 1 });
    expect(await endOf(`lagging${account}`)).toMatchObject({ state: 'succeeded' });
    expect(notices()).toEqual([]);
  }, 60_000);

  test.each(['held as well', 'taken afterwards'])(
    'an agreement is held, and found by a release that is %s',
    async (release) => {
      const offerId = `offer-${account}`;
      const buyer = '999988887777';
      const agreement = { offer: { id: offerId }, agreement: { id: 'agmt-held' }, acceptor: { accountId: buyer } };
      const offer = { id: offerId, expirationDate: new Date(Date.now() + 86_400_000).toISOString() };
      const party = { accountId: account };
      const released = { offer, manufacturer: party, sellerOfRecord: party, targetedBuyerAccountIds: [buyer] };
      const events = [
        changed(
          'agreementCreated.proposer',
          { ...agreement, proposer: party },
          { account, id: `agreement-${account}` },
        ),
        changed('offerReleased.isv', released, { account, id: `release-${account}` }),
      ];
      const held = release === 'held as well' ? events : events.slice(0, 1);
      for (const event of held) expect(await take(event)).toMatchObject({ outcome: 'held' });
      await asked();
      configure();
      await wake();
      expect(await question().result()).toMatchObject({ state: 'replayed', replayed: held.length });
      for (const event of events.slice(held.length)) expect(await take(event)).toMatchObject({ outcome: 'delivered' });
      const watch = world.client.workflow.getHandle(offerWorkflowId(account, offerId));
      await until(async () => (await watch.query(offerStatusQuery)).state === 'accepted');
      await until(() => world.notices.some(({ title }) => title === `Offer ${offerId} was accepted`));
    },
    60_000,
  );

  test('without a worker they are taken; the one that starts with the account configured replays them', async () => {
    await world.stopWorkers();
    const ids = Array.from({ length: 130 }, (_, index) => `mass${index}x${account}`);
    for (const id of ids) expect(await take(success(id))).toMatchObject({ outcome: 'held' });
    expect(await attributesOf(`unconfigured:${account}`)).toEqual(['awaitingConfiguration', true]);
    configure();
    // Some arrive while the replay goes on.
    const stale = { ...world.context, accounts: {} };
    await world.startWorker();
    const late = Array.from({ length: 20 }, (_, index) => `late${index}x${account}`);
    for (const id of late) {
      expect(await received(world.client, stale, 'eventbridge', success(id), memory)).toMatchObject({
        outcome: 'held',
      });
    }
    const left = async () => (await world.client.workflow.count(heldQuery(accountHeading(account)))).count;
    await until(async () => (await question().describe()).status.name === 'COMPLETED' && (await left()) === 0);
    for (const id of [...ids, ...late]) expect(await endOf(id)).toMatchObject({ state: 'succeeded' });
    expect(notices()).toEqual([]);
  }, 120_000);

  test('a worker that is stopped in the middle of a replay loses nothing', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `stop${index}x${account}`);
    for (const id of ids) await take(success(id));
    await asked();
    configure();
    await wake();
    await world.stopWorkers();
    await world.startWorker();
    expect(await question().result()).toMatchObject({ state: 'replayed', replayed: 40 });
    for (const id of ids) expect(await endOf(id)).toMatchObject({ state: 'succeeded' });
  }, 120_000);
});

describe('a kind that no document names', () => {
  const started = (detailType: string, changeSetId: string, source = 'aws.marketplacecatalog') =>
    bytesOf({ ...finishedEvent('Succeeded', changeSetId, 'Name'), 'detail-type': detailType, source });
  const reports = (heading: Heading) =>
    world.notices.filter(({ workflowId }) => workflowId === heldEventsWorkflowId(heading));

  test('is reported once, and its first bodies are kept; closed, it is never reported again', async () => {
    const detailType = `Change Set Started ${account}`;
    const heading = kindHeading(`aws.marketplacecatalog/${detailType}`);
    const events = [started(detailType, 'a'), started(detailType, 'b')];
    for (const event of events) {
      expect(await take(event)).toMatchObject({ outcome: 'ignored', workflowId: heldEventsWorkflowId(heading) });
    }
    await until(async () => (await statusOf(heading)).held === 2);
    expect(await statusOf(heading)).toMatchObject({ state: 'recorded', count: 2 });
    expect(await attributesOf(heldEventsWorkflowId(heading))).toEqual(['recorded', false]);
    expect(await attributesOf(quarantineWorkflowId(sha256Of(events[0]!)))).toEqual(['held', false]);
    await until(() => reports(heading).length > 0);
    expect(reports(heading).map(({ kind, severity }) => `${kind} ${severity}`)).toEqual(['report information']);

    // This version does not know it either: a replay leaves everything as it is, and stops.
    await handleOf(heading).executeUpdate('replay', { args: [operator] });
    await until(async () => (await statusOf(heading)).state === 'recorded');
    expect(await statusOf(heading)).toMatchObject({ held: 2, count: 2 });

    await handleOf(heading).executeUpdate('discard', { args: [operator] });
    expect(await handleOf(heading).result()).toMatchObject({ state: 'discarded' });
    for (const state of ['with what it knows', 'by another process']) {
      expect([state, await take(started(detailType, 'c'))]).toMatchObject([state, { outcome: 'ignored' }]);
      memory = createReceiverMemory(world.client);
    }
    const { workflow } = world.client;
    const body = started(detailType, 'c');
    await expect(workflow.getHandle(quarantineWorkflowId(sha256Of(body))).describe()).rejects.toThrow('not found');
    expect((await handleOf(heading).describe()).status.name).toBe('COMPLETED');
    expect(reports(heading)).toHaveLength(1);
  }, 120_000);

  test('keeps ten bodies, and then calls Temporal no more than once an hour', async () => {
    const detailType = `Change Set Paused ${account}`;
    const heading = kindHeading(`aws.marketplacecatalog/${detailType}`);
    for (let index = 0; index < 30; index += 1) await take(started(detailType, `many${index}`));
    await until(async () => (await world.client.workflow.count(heldQuery(heading))).count === 10);
    await until(async () => (await statusOf(heading)).held === 10);
    const { count } = await historyOf(handleOf(heading));
    expect(count('WORKFLOW_EXECUTION_SIGNALED')).toBeLessThanOrEqual(12);
    // Another process, or this one after a restart.
    memory = createReceiverMemory(world.client);
    for (let index = 0; index < 5; index += 1) await take(started(detailType, `more${index}`));
    await pause(300);
    expect((await world.client.workflow.count(heldQuery(heading))).count).toBe(10);
    expect(reports(heading)).toHaveLength(1);
  }, 60_000);

  test('of another source is reported once, and nothing of it is kept', async () => {
    const detailType = `Purchase Agreement Forgotten ${account}`;
    const heading = kindHeading(`aws.agreement-marketplace/${detailType}`);
    for (const id of ['a', 'b', 'c']) {
      expect(await take(started(detailType, id, 'aws.agreement-marketplace'))).toMatchObject({ outcome: 'ignored' });
    }
    await until(() => reports(heading).length === 1);
    expect(await statusOf(heading)).toMatchObject({ state: 'recorded', held: 0 });
    expect((await world.client.workflow.count(heldQuery(heading))).count).toBe(0);
    await expect(handleOf(heading).executeUpdate('replay', { args: [operator] })).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining('No bytes are held') }),
    });
    await handleOf(heading).executeUpdate('discard', { args: [operator] });
    expect(await handleOf(heading).result()).toMatchObject({ state: 'discarded' });
  }, 60_000);

  test('beyond ten new kinds of a source within a day, all others are one report', async () => {
    const kindOf = (index: number) => `Renamed ${index} ${account}`;
    const others = otherKindsHeading('aws.agreement-marketplace');
    for (let index = 0; index < 60; index += 1) {
      const event = started(kindOf(index), `id${index}`, 'aws.agreement-marketplace');
      expect(await take(event)).toMatchObject({ outcome: 'ignored' });
    }
    await until(() => reports(others).length === 1);
    const alone = () => world.notices.filter(({ title }) => title.includes('Renamed'));
    await until(() => alone().length >= 10);
    await pause(300);
    expect(alone()).toHaveLength(10);
    expect(reports(others)).toHaveLength(1);
    expect(reports(others)[0]?.lines.join()).toContain(kindOf(10));
    expect(heldEventsWorkflowId(others)).toBe('unknown-kind:aws.agreement-marketplace:others');
  }, 60_000);

  test('that the vendor documents is ignored in silence', async () => {
    const event = started('Disbursement Paused', 'x', 'aws.marketplace');
    expect(await take(event)).toEqual({
      outcome: 'ignored',
      kind: 'aws.marketplace/Disbursement Paused',
      reason: expect.any(String),
      eventId: expect.any(String),
    });
    expect(world.notices).toEqual([]);
  });
});
