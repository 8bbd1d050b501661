import type { WorkflowHandle } from '@temporalio/client';
import { Secret } from '../../src/config/secret.ts';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { startIngress, type RunningIngress } from '../../src/ingress/server.ts';
import { offerStatusQuery, offerWorkflowId, type OfferStatus } from '../../src/workflows/offerWatch/contract.ts';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { history } from '@marketplace-steward/testing/history';
import { account as settings } from '@marketplace-steward/testing/sampleEvents';
import { silent as logger } from '@marketplace-steward/testing/silent';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const [manufacturer, partner] = ['123456789012', '987654321098'];
const [ann, ben] = ['999988887777', '111122223333'];
const dayMs = 86_400_000;
const context: RouteContext = {
  accounts: { [manufacturer]: settings, [partner]: { ...settings, kind: 'channelPartner' } },
  policies: {},
};

let world: StewardWorld;
let ingress: RunningIngress;
let events = 0;

beforeAll(async () => {
  world = await stewardWorld('real');
  const credential = { kind: 'header', header: 'x-api-key', value: new Secret('KEY', 'key') } as const;
  const { connection, namespace } = world.temporal;
  ingress = await startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: { eventbridge: [credential], webhook: [] },
    signatures: {},
    context,
    connection,
    namespace,
    logger,
  });
}, 60_000);
afterAll(async () => {
  await ingress.close();
  await world.close();
});
beforeEach(() => world.reset());

/** Posts a sample event under an id of its own. */
async function post(sample: string, detail: object, envelope: object = {}): Promise<object> {
  events += 1;
  const id = `00000000-0000-4000-8000-${String(events).padStart(12, '0')}`;
  const answer = await fetch(`${ingress.url}/v1/events/eventbridge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'key' },
    body: JSON.stringify(sampleEvent(sample, { id, time: new Date().toISOString(), ...envelope }, detail)),
  });
  expect(answer.status).toBe(202);
  return (await answer.json()) as object;
}

const watchOf = (offerId: string, account: string = manufacturer): WorkflowHandle =>
  world.client.workflow.getHandle(offerWorkflowId(account, offerId));
const statusOf = (handle: WorkflowHandle): Promise<OfferStatus> => handle.query(offerStatusQuery);
const expirationDate = new Date(Date.now() + 60 * dayMs).toISOString();
const agreed = (offerId: string, agreementId: string, accountId: string | null) => ({
  offer: { id: offerId },
  agreement: { id: agreementId },
  acceptor: accountId === null ? null : { accountId },
});

test('an agreement of an offer that nobody watches is ignored, and starts nothing', async () => {
  for (const party of ['proposer', 'manufacturer']) {
    expect(await post(`agreementCreated.${party}`, agreed('offer-unknown', 'agmt-1', ann))).toMatchObject({
      outcome: 'ignored',
      kind: 'agreement.created',
      workflowId: null,
    });
  }
  for (const account of [manufacturer, partner]) {
    await expect(watchOf('offer-unknown', account).describe()).rejects.toThrow(/not found/i);
  }
});

test('agreements of every targeted buyer end the reminders of both parties’ watches, by whichever event comes', async () => {
  const offer = { id: 'offer-both', name: 'For two', expirationDate };
  await post('offerReleased.channelPartner', { offer, targetedBuyerAccountIds: [ann, ben] });
  const [own, theirs] = [watchOf('offer-both', partner), watchOf('offer-both')];
  await until(() => world.notices.length === 2);

  expect(await post('agreementCreated.proposer', agreed('offer-both', 'agmt-ann', ann))).toMatchObject({
    outcome: 'delivered',
    kind: 'agreement.created',
    deliveries: [{ workflowId: own.workflowId }, { workflowId: theirs.workflowId }],
  });
  await post('agreementCreated.manufacturer', agreed('offer-both', 'agmt-ann', ann));
  for (const watch of [own, theirs]) {
    await until(async () => (await statusOf(watch)).agreements === 1);
    expect(await statusOf(watch)).toMatchObject({ state: 'watching' });
  }
  const last = await post('agreementCreated.manufacturer', agreed('offer-both', 'agmt-ben', ben));
  const { deliveries } = last as { readonly deliveries: ReadonlyArray<{ readonly eventId: string }> };
  await until(() => world.notices.length === 4);
  expect(world.notices.slice(2).map(({ id, kind }) => [id, kind])).toEqual(
    expect.arrayContaining(
      [own, theirs].map(({ workflowId }) => [`${workflowId}:accepted:${deliveries[0]?.eventId}`, 'resolution']),
    ),
  );
  for (const watch of [own, theirs]) {
    expect(await statusOf(watch)).toMatchObject({ state: 'accepted', agreements: 2 });
    expect((await watch.describe()).status.name).toBe('RUNNING');
  }
  // What everybody reads names no buyer: the one route of this world shows none.
  const shown = world.notices.map((notice) => ({ ...notice, buyerLines: [] }));
  expect(JSON.stringify([shown, await statusOf(own)])).not.toMatch(/999988887777|111122223333/);

  await post('agreementCreated.proposer', agreed('offer-both', 'agmt-ben', ben));
  await post('offerReleased.channelPartner', { offer, targetedBuyerAccountIds: [ann, ben] });
  await until(async () => (await history(own)).filter((name) => name === 'WORKFLOW_EXECUTION_SIGNALED').length === 6);
  expect(await statusOf(own)).toMatchObject({ state: 'accepted' });
  expect(world.notices).toHaveLength(4);
}, 60_000);

test('a single targeted buyer’s agreement is enough, also where the event does not name the buyer', async () => {
  const offer = { id: 'offer-single', expirationDate };
  await post('offerReleased.isv', { offer, targetedBuyerAccountIds: [ann] });
  await until(() => world.notices.length === 1);
  await post('agreementCreated.proposer', agreed('offer-single', 'agmt-1', null), { account: manufacturer });
  await until(() => world.notices.length === 2);
  expect(world.notices[1]).toMatchObject({ title: 'Offer offer-single was accepted' });
}, 60_000);

test('a signal that is no agreement does no harm', async () => {
  const offer = { id: 'offer-hand', expirationDate };
  await post('offerReleased.isv', { offer, targetedBuyerAccountIds: [ann] });
  await watchOf('offer-hand').signal('offerAccepted', { eventId: 'one' });
  await until(async () => (await statusOf(watchOf('offer-hand'))).notes.length === 1);
  expect(await statusOf(watchOf('offer-hand'))).toMatchObject({
    state: 'watching',
    agreements: 0,
    notes: [expect.stringContaining('agreementId (a text)')],
  });
}, 60_000);
