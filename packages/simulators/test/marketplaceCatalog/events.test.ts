import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CancelChangeSetCommand, StartChangeSetCommand } from '@aws-sdk/client-marketplace-catalog';
import { ACCOUNT, LONG_MS, clientFor, simulatorForFile, validStart } from './support.ts';

const simulator = simulatorForFile({ defaultDurationMs: 5 });

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly event: Record<string, unknown> & { readonly detail: Record<string, unknown> };
}

/** In place of a status: the connection is cut without an answer. */
const CUT = 0;

/** A receiver on loopback: answers with the statuses it is given, then 202; `until` waits for so many deliveries. */
class Receiver {
  readonly received: Received[] = [];
  readonly statuses: number[] = [];
  readonly #server: Server;
  #arrived: (() => void)[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.received.push({ headers: request.headers, event: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
        const status = this.statuses.shift() ?? 202;
        if (status === CUT) request.socket.destroy();
        else response.writeHead(status).end();
        for (const arrived of this.#arrived.splice(0)) arrived();
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/events`;
  }

  async until(count: number): Promise<Received[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.#arrived.push(resolve));
    return this.received;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let receiver: Receiver;
beforeEach(async () => {
  receiver = new Receiver();
  await receiver.listen();
  simulator().control.setEvents({ target: { url: receiver.url, headers: { 'x-api-key': 'let-me-in' } } });
});
afterEach(() => receiver.close());

async function start(ChangeSetName = 'Create my product'): Promise<string> {
  const { ChangeSetId = '' } = await clientFor(simulator()).send(
    new StartChangeSetCommand(validStart({ ChangeSetName })),
  );
  return ChangeSetId;
}
const settle = async (name?: string): Promise<string> => {
  const id = await start(name);
  await simulator().control.settled(id);
  return id;
};
const namesOf = (received: readonly Received[]) => received.map(({ event }) => event.detail.ChangeSetName);
async function loggedEvents(count: number) {
  let entries = simulator().control.log({ kind: 'event' });
  while (entries.length < count) {
    await new Promise((resolve) => setImmediate(resolve));
    entries = simulator().control.log({ kind: 'event' });
  }
  return entries;
}

/** Cleaned copies of the vendor's samples (AWS Marketplace Catalog API Amazon EventBridge events). */
const sampleOf = (detailType: string, arnId: string, more: object = {}) => ({
  version: '0',
  id: '01234567-0123-0123-0123-0123456789ab',
  'detail-type': detailType,
  source: 'aws.marketplacecatalog',
  account: '123456789012',
  time: '2022-11-01T13:12:22Z',
  region: 'us-east-1',
  resources: [`arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/ChangeSet/${arnId}`],
  detail: {
    requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb',
    Catalog: 'AWSMarketplace',
    ChangeSetId: arnId,
    ChangeSetName: 'Create my product',
    StartTime: '2018-02-27T13:45:22Z',
    EndTime: '2018-02-27T14:55:22Z',
    ...more,
  },
});

/** What a sample says, with what differs from event to event replaced by its form. */
const formOf = (sample: ReturnType<typeof sampleOf>) => {
  const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  return { ...sample, id: uuid, time, detail: { ...sample.detail, requestId: uuid, StartTime: time, EndTime: time } };
};

describe('the form of the vendor’s samples', () => {
  test.each([
    ['SUCCEEDED', 'Change Set Succeeded', {}],
    ['FAILED', 'Change Set Failed', { FailureCode: 'CLIENT_ERROR' }],
    ['CANCELLED', 'Change Set Cancelled', {}],
  ] as const)('%s: keys, their case and order, and fixed values', async (status, detailType, more) => {
    simulator().control.plan({
      match: {},
      outcomes: [{ status, ...(status === 'FAILED' ? { failureCode: 'CLIENT_ERROR' } : {}) }],
    });
    const id = await settle();
    const [delivery] = await receiver.until(1);
    const sample = sampleOf(detailType, id, more);
    expect(delivery?.event).toEqual(formOf(sample));
    expect(Object.keys(delivery?.event ?? {})).toEqual(Object.keys(sample));
    expect(Object.keys(delivery?.event.detail ?? {})).toEqual(Object.keys(sample.detail));
    expect(delivery?.headers).toMatchObject({
      'x-api-key': 'let-me-in',
      'content-type': expect.stringContaining('application/json'),
    });
    expect(await loggedEvents(1)).toMatchObject([
      { changeSetId: id, result: 'answered', status: 202, attempts: 1, event: delivery?.event },
    ]);
  });

  test('a failure without a code has no FailureCode', async () => {
    simulator().control.plan({ match: {}, outcomes: [{ status: 'FAILED' }] });
    const id = await settle();
    const [delivery] = await receiver.until(1);
    expect(delivery?.event).toEqual(formOf(sampleOf('Change Set Failed', id)));
  });

  test('a cancellation by the owner has its event', async () => {
    simulator().control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: LONG_MS }] });
    const ChangeSetId = await start();
    await clientFor(simulator()).send(new CancelChangeSetCommand({ Catalog: 'AWSMarketplace', ChangeSetId }));
    const [delivery] = await receiver.until(1);
    expect(delivery?.event).toEqual(formOf(sampleOf('Change Set Cancelled', ChangeSetId)));
  });

  test('history put with emitEvent has its event, of its account and times', async () => {
    simulator().control.putChangeSet({
      changeSetId: '76yesvf8y165pa4f98td2crtg',
      account: '111122223333',
      name: 'Create my product',
      status: 'FAILED',
      failureCode: 'SERVER_FAULT',
      startTime: '2026-11-01T13:45:22Z',
      endTime: '2026-11-01T14:55:22Z',
      changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-x' }],
      emitEvent: true,
    });
    const [delivery] = await receiver.until(1);
    expect(delivery?.event).toMatchObject({
      account: '111122223333',
      resources: ['arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/ChangeSet/76yesvf8y165pa4f98td2crtg'],
      detail: { StartTime: '2026-11-01T13:45:22Z', EndTime: '2026-11-01T14:55:22Z', FailureCode: 'SERVER_FAULT' },
    });
  });
});

describe('trying again', () => {
  test.each([401, 407, 409, 429, 500, 503])('an answer %i is tried again', async (status) => {
    receiver.statuses.push(status);
    await settle();
    const [first, second] = await receiver.until(2);
    expect(second?.event).toEqual(first?.event);
    expect(await loggedEvents(1)).toMatchObject([{ result: 'answered', status: 202, attempts: 2 }]);
  });

  test.each([400, 403, 404, 422])('an answer %i is final', async (status) => {
    receiver.statuses.push(status);
    await settle();
    expect(await loggedEvents(1)).toMatchObject([{ result: 'answered', status, attempts: 1 }]);
    expect(receiver.received).toHaveLength(1);
  });

  test('a connection that is cut is tried again', async () => {
    receiver.statuses.push(CUT);
    await settle();
    await receiver.until(2);
    expect(await loggedEvents(1)).toMatchObject([{ result: 'answered', status: 202, attempts: 2 }]);
  });

  test('without a target the event is noted and goes nowhere', async () => {
    simulator().control.setEvents({ target: null });
    await settle();
    expect(await loggedEvents(1)).toMatchObject([{ result: 'noTarget', attempts: 0 }]);
  });
});

describe('policies', () => {
  test('lost, by policy and by the outcome’s own word', async () => {
    simulator().control.setEvents({ policy: { kind: 'lost', share: 1 } });
    simulator().control.plan({ match: { changeSetName: 'kept' }, outcomes: [{ status: 'SUCCEEDED', event: 'sent' }] });
    const id = await settle('lost');
    await settle('kept');
    expect(namesOf(await receiver.until(1))).toEqual(['kept']);
    expect(await loggedEvents(2)).toMatchObject([
      { changeSetId: id, result: 'lost', attempts: 0 },
      { result: 'answered' },
    ]);
    simulator().control.setEvents({ policy: { kind: 'deliver' } });
    simulator().control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', event: 'lost' }] });
    await settle('lost again');
    expect((await loggedEvents(3))[2]).toMatchObject({ result: 'lost' });
    expect(receiver.received).toHaveLength(1);
  });

  test('a share of none is never lost', async () => {
    simulator().control.setEvents({ policy: { kind: 'lost', share: 0 } });
    await settle();
    expect(await receiver.until(1)).toHaveLength(1);
  });

  test.each([{ policy: { kind: 'doubled' } as const }, { event: 'doubled' as const }])(
    'doubled (%j): the same event twice',
    async ({ policy, event }) => {
      if (policy !== undefined) simulator().control.setEvents({ policy });
      if (event !== undefined) simulator().control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', event }] });
      await settle();
      const [first, second] = await receiver.until(2);
      expect(second?.event).toEqual(first?.event);
    },
  );

  test('late: an event whose time has not come is overtaken', async () => {
    simulator().control.plan({
      match: { changeSetName: 'late' },
      outcomes: [{ status: 'SUCCEEDED', event: 'late', lateMs: LONG_MS }],
    });
    simulator().control.plan({
      match: { changeSetName: 'soon' },
      outcomes: [{ status: 'SUCCEEDED', event: 'late', lateMs: 1 }],
    });
    await settle('late');
    await settle('soon');
    expect(namesOf(await receiver.until(1))).toEqual(['soon']);
    expect(simulator().control.log({ kind: 'event' }).length).toBeLessThanOrEqual(1);
  });

  test('shuffled: all arrive, once each, in another order; a change of policy lets go of the rest', async () => {
    simulator().control.setEvents({ policy: { kind: 'shuffled', batch: 8, withinMs: LONG_MS } });
    const names = Array.from({ length: 8 }, (_, index) => `set ${index}`);
    for (const name of names) await settle(name);
    const arrived = namesOf(await receiver.until(8));
    expect(arrived).not.toEqual(names);
    expect(arrived).toHaveLength(8);
    expect(new Set(arrived)).toEqual(new Set(names));
    await settle('the rest');
    simulator().control.setEvents({ policy: { kind: 'deliver' } });
    expect(namesOf(await receiver.until(9))[8]).toBe('the rest');
  });

  test('shuffled: a batch that does not fill goes out in its time', async () => {
    simulator().control.setEvents({ policy: { kind: 'shuffled', batch: 50, withinMs: 1 } });
    await settle('alone');
    expect(namesOf(await receiver.until(1))).toEqual(['alone']);
  });
});

describe('posting by command', () => {
  test('the event of a set again, with an id of its own', async () => {
    const id = await settle();
    await receiver.until(1);
    expect(await simulator().control.emit({ changeSetId: id })).toMatchObject({ result: 'answered', status: 202 });
    const [first, second] = await receiver.until(2);
    expect(second?.event.id).not.toBe(first?.event.id);
    expect(second?.event.detail).toEqual(first?.event.detail);
  });

  test('any event as it is given, whatever the policy', async () => {
    simulator().control.setEvents({ policy: { kind: 'lost', share: 1 } });
    const event = {
      version: '0',
      id: '01234567-0123-0123-0123-0123456789ab',
      'detail-type': 'Products Security Report Created',
      source: 'aws.marketplacecatalog',
      account: ACCOUNT,
      time: '2023-10-31T00:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: {
        numberOfProductsWithIssues: 1,
        numberOfVersionsWithIssues: 1,
        numberOfLatestVersionsWithIssues: 1,
        newIssuesFound: true,
        upcomingResolutionDueDate: '2023-12-01T00:00:00Z',
        requestId: '533fa17d-3e97-5051-bcaf-1fae45fb3f8b',
      },
    };
    expect(await simulator().control.emit({ event })).toMatchObject({ status: 202 });
    expect((await receiver.until(1))[0]?.event).toEqual(event);
  });
});
