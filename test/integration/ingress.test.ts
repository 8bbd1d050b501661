import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { Secret } from '../../src/config/secret.ts';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { largestBodyBytes } from '../../src/delivery/quarantine.ts';
import { startIngress, type RunningIngress } from '../../src/ingress/server.ts';
import { ensureSearchAttributes } from '../../src/delivery/searchAttributes.ts';
import {
  attentionAttribute,
  searchAttributeTypes,
  stateAttribute,
} from '../../src/workflows/shared/searchAttributes.ts';
import { changed, context, fixture } from '@marketplace-steward/testing/sampleEvents';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { silent as logger } from '@marketplace-steward/testing/silent';

const credential = { kind: 'header', header: 'x-api-key', value: new Secret('KEY', 'key') } as const;

function ingressFor(
  { connection, namespace }: Pick<TestTemporal, 'connection' | 'namespace'>,
  routing: RouteContext = context,
): Promise<RunningIngress> {
  const credentials = { eventbridge: [credential], webhook: [credential] };
  return startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials,
    signatures: {},
    context: routing,
    connection,
    namespace,
    logger,
  });
}

/** As a known sender, who sees the reason. */
const readyz = (ingress: RunningIngress) => fetch(`${ingress.url}/readyz`, { headers: { 'x-api-key': 'key' } });

async function post(ingress: RunningIngress, body: Uint8Array | string, envelope = 'eventbridge') {
  const answer = await fetch(`${ingress.url}/v1/events/${envelope}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'key' },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  const reported: unknown = await answer.json();
  return { status: answer.status, body: reported as { outcome: string; workflowId: string; eventId: string } };
}

describe('a namespace that is ready', () => {
  let server: TestTemporal;
  let ingress: RunningIngress;
  beforeAll(async () => {
    server = await testTemporal(searchAttributeTypes);
    ingress = await ingressFor(server);
  });
  afterAll(async () => {
    await ingress.close();
    await server.close();
  });

  const decoded = (payloads: temporal.api.common.v1.IPayloads | null | undefined): unknown =>
    defaultPayloadConverter.fromPayload(payloads!.payloads![0]!);

  /** What the first two events of a history hold: nobody has worked on it, so there is no more. */
  async function stored(workflowId: string) {
    const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
    const started = events?.find((event) => event.workflowExecutionStartedEventAttributes);
    const signals = events?.flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => (signal ? [signal] : []));
    return {
      type: started?.workflowExecutionStartedEventAttributes?.workflowType?.name,
      input: decoded(started?.workflowExecutionStartedEventAttributes?.input),
      signals: signals?.map(({ signalName, input }) => ({ name: signalName, message: decoded(input) })),
    };
  }

  test('is reported as ready', async () => {
    const answer = await readyz(ingress);
    expect([answer.status, await answer.json()]).toEqual([200, { ready: true }]);
  });

  test.each([
    ['changeSetFailed', 'changeSet.finished', 'changeSetRemediation', 'changeSetOutcome'],
    ['changeSetSucceeded', 'changeSet.finished', 'changeSetRemediation', 'changeSetOutcome'],
    ['changeSetCancelled', 'changeSet.finished', 'changeSetRemediation', 'changeSetOutcome'],
    ['offerReleased.isv', 'offer.released', 'offerWatch', 'offerReleased'],
    ['offerSetReleased', 'offerSet.released', 'offerWatch', 'offerReleased'],
    ['securityReportCreated', 'securityReport.created', 'securityCase', 'securityReport'],
    ['buyabilityChanged.eventBridge', 'buyability.changed', 'itemBuyability', 'buyabilityChanged'],
    ['buyabilityChanged.eventBridgeDeprecated', 'buyability.changed', 'itemBuyability', 'buyabilityChanged'],
    ['buyabilityChanged.webhook', 'buyability.changed', 'itemBuyability', 'buyabilityChanged', 'webhook'],
  ])(
    '%s: 202 once the workflow has it, without any worker',
    async (name, kind, type, signal, envelope = 'eventbridge') => {
      const { status, body } = await post(ingress, fixture(name), envelope);
      expect(status).toBe(202);
      expect(body).toEqual({ outcome: 'delivered', kind, eventId: expect.any(String), workflowId: expect.any(String) });
      const { type: storedType, input, signals } = await stored(body.workflowId);
      expect(storedType).toBe(type);
      expect(input).toMatchObject({ version: 1 });
      expect(signals).toContainEqual({ name: signal, message: expect.objectContaining({ eventId: body.eventId }) });
      const description = await server.client.workflow.getHandle(body.workflowId).describe();
      expect(description.typedSearchAttributes.get(stateAttribute)).toEqual(expect.any(String));
      expect(await description.staticSummary()).toEqual(expect.any(String));
    },
  );

  test.each([
    ['offerReleased.channelPartner', 'ownOfferAsPartner', 'partnerOfferOnOwnProduct', ['987654321098', '123456789012']],
    [
      'offerReleased.isvProductUsedByPartner',
      'partnerOfferOnOwnProduct',
      'ownOfferAsPartner',
      ['123456789012', '987654321098'],
    ],
  ])('%s, both parties configured: 202 once the watch of each has it', async (name, own, other, accounts) => {
    const watches = accounts.map((account) => `offer:${account}:offer-1234567890123`);
    const { status, body } = await post(ingress, fixture(name));
    expect(status).toBe(202);
    const deliveries = watches.map((workflowId) => ({ outcome: 'delivered', workflowId }));
    expect(body).toMatchObject({ outcome: 'delivered', kind: 'offer.released', deliveries });
    for (const [index, role] of [own, other].entries()) {
      const { type, signals } = await stored(watches[index] ?? '');
      expect(type).toBe('offerWatch');
      expect(signals).toContainEqual({ name: 'offerReleased', message: expect.objectContaining({ role }) });
    }
  });

  test('an event about several items has a delivery for each', async () => {
    const resources = ['businessProduct/several/items/one', 'businessProduct/several/items/two'];
    const { status, body } = await post(
      ingress,
      changed('buyabilityChanged.eventBridge', { resources }, { resources }),
    );
    expect(status).toBe(202);
    expect(body).toMatchObject({
      outcome: 'delivered',
      kind: 'buyability.changed',
      deliveries: [
        { outcome: 'delivered', workflowId: 'item:several:one' },
        { outcome: 'delivered', workflowId: 'item:several:two' },
      ],
    });
    expect((await stored('item:several:two')).input).toMatchObject({ itemId: 'two' });
  });

  test('known noise is acknowledged and dropped', async () => {
    const noise = {
      source: 'aws.marketplacecatalog',
      'detail-type': 'AWS API Call via CloudTrail',
      id: 'id',
      detail: {},
    };
    expect(await post(ingress, JSON.stringify(noise))).toMatchObject({
      status: 202,
      body: {
        outcome: 'ignored',
        kind: 'aws.marketplacecatalog/AWS API Call via CloudTrail',
        eventId: 'id',
        workflowId: null,
        reason: expect.any(String),
      },
    });
  });

  test('what cannot be read is kept whole, and the same bytes again are counted in one place', async () => {
    const bytes = changed('changeSetFailed', { ChangeSetId: 7 });
    const workflowId = `quarantine:${createHash('sha256').update(bytes).digest('hex')}`;
    for (let time = 0; time < 2; time += 1) {
      expect(await post(ingress, bytes)).toEqual({
        status: 202,
        body: {
          outcome: 'quarantined',
          kind: null,
          eventId: expect.stringMatching(/^[\da-f]{64}$/),
          workflowId,
          reason: expect.stringContaining('detail.ChangeSetId'),
        },
      });
    }
    const { input, signals } = await stored(workflowId);
    expect(input).toMatchObject({ envelope: 'eventbridge', bytesBase64: bytes.toString('base64') });
    expect(signals).toHaveLength(2);
    expect(signals?.[0]).toMatchObject({ name: 'quarantined', message: { reason: expect.any(String) } });
  });

  test('an event of an account that is not configured is held, and the account is asked about', async () => {
    const bytes = changed('changeSetFailed', {}, { account: '111122223333' });
    expect(await post(ingress, bytes)).toEqual({
      status: 202,
      body: {
        outcome: 'held',
        kind: 'changeSet.finished',
        eventId: 'change-set:76yesvf8y165pa4f98td2crtg:FAILED',
        workflowId: 'unconfigured:111122223333',
        reason: expect.stringContaining('111122223333'),
      },
    });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const question = await stored('unconfigured:111122223333');
    expect(question.type).toBe('heldEvents');
    expect(question.signals).toEqual([
      { name: 'eventsSeen', message: expect.objectContaining({ count: 1, sha256, catalog: 'AWSMarketplace' }) },
    ]);
    const held = await stored(`quarantine:${sha256}`);
    expect(held.input).toMatchObject({ bytesBase64: bytes.toString('base64') });
    expect(held.signals).toMatchObject([{ message: { holding: { heldBy: 'unconfigured:111122223333' } } }]);
    const states = ['unconfigured:111122223333', `quarantine:${sha256}`].map(async (workflowId) => {
      const { typedSearchAttributes } = await server.client.workflow.getHandle(workflowId).describe();
      return [typedSearchAttributes.get(stateAttribute), typedSearchAttributes.get(attentionAttribute)];
    });
    expect(await Promise.all(states)).toEqual([
      ['awaitingConfiguration', true],
      ['held', false],
    ]);
  });

  test('more than may be held of an account stays with its sender: 503, and never 202', async () => {
    const account = '111122224444';
    const few = await ingressFor(server, { ...context, policies: { quarantine: { heldEventsPerAccount: 5 } } });
    try {
      const events = Array.from({ length: 20 }, (_, index) =>
        changed('changeSetFailed', { ChangeSetId: `held${index}` }, { account }),
      );
      const answers = await Promise.all(events.map((bytes) => post(few, bytes)));
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
      const refused = answers.filter(({ status }) => status === 503);
      expect(refused).toHaveLength(15);
      expect(refused[0]?.body).toMatchObject({ outcome: 'unavailable', reason: expect.stringContaining('5 events') });
      // What was acknowledged is there.
      for (const [index, { status }] of answers.entries()) {
        const sha256 = createHash('sha256').update(events[index]!).digest('hex');
        const found = await server.client.workflow
          .getHandle(`quarantine:${sha256}`)
          .describe()
          .catch(() => undefined);
        expect([status, found?.status.name]).toEqual(status === 202 ? [202, 'RUNNING'] : [503, undefined]);
      }
    } finally {
      await few.close();
    }
  });

  test('the largest body that is taken fits the quarantine', async () => {
    const { status, body } = await post(ingress, Buffer.alloc(largestBodyBytes, 'x'));
    expect([status, body.outcome]).toEqual([202, 'quarantined']);
    const { input } = await stored(body.workflowId);
    expect(input).toMatchObject({ bytesBase64: Buffer.alloc(largestBodyBytes, 'x').toString('base64') });
  });

  test('long lists and long names are taken: attributes and summary are cut to what the server allows', async () => {
    const offers = Array.from({ length: 500 }, (_, index) => ({ offer: { id: `offer-${'x'.repeat(200)}-${index}` } }));
    const set = { offerSet: { id: 'offerset-long', name: '😀"\\'.repeat(300) }, associatedOffers: offers };
    expect(await post(ingress, changed('offerSetReleased', set))).toMatchObject({
      status: 202,
      body: { outcome: 'delivered' },
    });
    const name = { ChangeSetId: 'long-name', ChangeSetName: '\u{1f600}\u0001'.repeat(50) };
    expect(await post(ingress, changed('changeSetFailed', name))).toMatchObject({
      status: 202,
      body: { outcome: 'delivered' },
    });
    const ids = { ChangeSetId: 'x'.repeat(255), ChangeSetName: 'again' };
    expect(await post(ingress, changed('changeSetFailed', ids))).toMatchObject({
      status: 202,
      body: { outcome: 'delivered' },
    });
  });

  test('gzip bodies and other spellings of the path arrive; what is no gzip is kept as it came', async () => {
    const send = async (path: string, encoding: string, body: Buffer) => {
      const answer = await fetch(`${ingress.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': 'key', 'content-encoding': encoding },
        body: new Uint8Array(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const zipped = gzipSync(changed('changeSetFailed', { ChangeSetId: 'zipped' }));
    const misspelt = changed('changeSetFailed', { ChangeSetId: 'misspelt' });
    expect(await send('/v1/events/eventbridge', 'gzip', zipped)).toMatchObject({
      status: 202,
      body: { outcome: 'delivered', workflowId: 'change-set:zipped' },
    });
    expect(await send('//V1/events/EventBridge/', 'identity', misspelt)).toMatchObject({
      status: 202,
      body: { outcome: 'delivered', workflowId: 'change-set:misspelt' },
    });
    const half = zipped.subarray(0, -10);
    const kept = await send('/v1/events/eventbridge', 'gzip', half);
    expect(kept).toMatchObject({
      status: 202,
      body: { outcome: 'quarantined', reason: expect.stringContaining('not gzip') },
    });
    const { input } = await stored(kept.body['workflowId'] ?? '');
    expect(input).toMatchObject({ bytesBase64: half.toString('base64') });
  });

  test('a burst of one event is one workflow with every delivery in it', async () => {
    const bytes = changed('changeSetFailed', { ChangeSetId: 'burst' });
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(ingress, bytes)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect((await stored('change-set:burst')).signals).toHaveLength(40);
  });
});

describe('a namespace that is not ready', () => {
  test('without search attributes: not ready and 503 until they are registered', async () => {
    const server = await testTemporal();
    const ingress = await ingressFor(server);
    try {
      const answer = await readyz(ingress);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toEqual({
        ready: false,
        reason: expect.stringContaining('StewardState'),
        commands: expect.arrayContaining([expect.stringContaining(`${server.namespace} --name StewardState`)]),
      });
      expect(await post(ingress, fixture('changeSetFailed'))).toMatchObject({
        status: 503,
        body: { outcome: 'unavailable' },
      });
      // What cannot be read is no exception: it is not stored either.
      expect(await post(ingress, 'no json')).toMatchObject({ status: 503 });
      expect(await ensureSearchAttributes(server.connection, server.namespace)).toEqual([]);
      expect((await readyz(ingress)).status).toBe(200);
      expect(await post(ingress, fixture('changeSetFailed'))).toMatchObject({ status: 202 });
    } finally {
      await ingress.close();
      await server.close();
    }
  });

  test('with an attribute of another type: both types are named, and nothing is registered over it', async () => {
    const server = await testTemporal({ ...searchAttributeTypes, StewardState: 'BOOL' });
    const ingress = await ingressFor(server);
    const reported = /StewardState.*BOOL.*KEYWORD/;
    try {
      expect(await (await readyz(ingress)).json()).toEqual({
        ready: false,
        reason: expect.stringMatching(reported),
      });
      expect(await post(ingress, fixture('changeSetFailed'))).toMatchObject({ status: 503 });
      await expect(ensureSearchAttributes(server.connection, server.namespace)).rejects.toThrow(reported);
    } finally {
      await ingress.close();
      await server.close();
    }
  });

  test('an unknown namespace: not ready and 503', async () => {
    const server = await testTemporal(searchAttributeTypes);
    const ingress = await ingressFor({ connection: server.connection, namespace: 'nobody-made-this' });
    try {
      const answer = await readyz(ingress);
      expect([answer.status, await answer.json()]).toEqual([
        503,
        { ready: false, reason: expect.stringContaining('nobody-made-this') },
      ]);
      expect(await post(ingress, fixture('changeSetFailed'))).toMatchObject({ status: 503 });
    } finally {
      await ingress.close();
      await server.close();
    }
  });
});
