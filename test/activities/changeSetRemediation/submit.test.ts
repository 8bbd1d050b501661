import { MarketplaceCatalogClient, StartChangeSetCommand } from '@aws-sdk/client-marketplace-catalog';
import type { ApplicationFailure } from '@temporalio/common';
import { losesEntityTags } from '../../../src/workflows/changeSetRemediation/entityTags.ts';
import { successorName, submitToken } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import type { SubmitRequest, SubmitResult } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { account, catalog, ended, originId } from '@marketplace-steward/testing/changeSets';
import { ago, simulated, type Simulated } from '../simulated.ts';

type PutChangeSet = Parameters<Simulated['simulator']['control']['putChangeSet']>[0];
type PutChange = PutChangeSet['changes'][number];
interface SentChange {
  ChangeType: string;
  ChangeName?: string;
  Details?: string;
  DetailsDocument?: unknown;
  Entity: { Type: string; Identifier?: string };
}
interface Sent {
  ChangeSet: SentChange[];
  ChangeSetName: string;
  ChangeSetTags: Array<{ Key: string; Value: string }>;
  Intent?: string;
}

let world: Simulated;
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => world.reset());

const originName = 'Update the listing';
const change = (details: string, values: Partial<PutChange> = {}): PutChange => ({
  changeType: 'UpdateInformation',
  entityType: 'SaaSProduct@1.0',
  identifier: 'prod-abc',
  details,
  ...values,
});
function putOrigin(values: Partial<PutChangeSet> = {}): void {
  world.simulator.control.putChangeSet({
    changeSetId: originId,
    name: originName,
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: ago(120_000),
    endTime: ago(60_000),
    changes: [change('{"ProductTitle":"One"}')],
    ...values,
  });
}
async function submit(values: Partial<SubmitRequest> = {}): Promise<SubmitResult> {
  const answer = await world.activities.submitSuccessor({
    account,
    catalog,
    originId,
    attempt: 1,
    clientRequestToken: submitToken(originId, 1),
    name: successorName(originName, originId, 1),
    sourceId: originId,
    authority: 'policy',
    originStartTime: ago(120_000),
    memberIds: [originId],
    known: [],
    amendments: [],
    ...values,
  });
  return ended(answer);
}
const calls = () =>
  world.simulator.control
    .log({ operation: 'StartChangeSet' })
    .flatMap((entry) => (entry.kind === 'call' ? [{ body: entry.body, request: entry.request as Sent }] : []));
/** Every StartChangeSet that reached the vendor, the refused ones too. */
const reached = () => world.simulator.control.log({ operation: 'StartChangeSet' });
async function refusal(values: Partial<SubmitRequest> = {}): Promise<ApplicationFailure> {
  return (await submit(values).then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  )) as ApplicationFailure;
}
function refuseSubmits(type: string, status: number, message = 'no'): void {
  world.simulator.control.addFault({ fault: 'error', operation: 'StartChangeSet', type, status, message });
}

describe('contents go out as they were', () => {
  test.each([
    ['long and decimal numbers', '{"Weight":12345678901234567890,"Price":1.10,"Small":1e-7,"Zero":-0.0}'],
    ['escapes', '{"Text":"\\u00e9\\u2028\\/\\n\\t\\"","Sep":"\\ud83d\\ude00"}'],
    ['characters beyond ASCII', '{"Text":"Grüße — 日本 😀"}'],
    ['white space and the order and doubling of keys', ' {"b" : 1,\r\n  "a":2, "a": 3}\n'],
    ['the longest there is', `{"T":"${'x'.repeat(16_384 - 8)}"}`],
  ])('%s, byte for byte', async (_, details) => {
    putOrigin({ changes: [change(details)] });
    expect(await submit()).toMatchObject({ outcome: 'submitted' });
    expect(calls()[0]?.request.ChangeSet[0]?.Details).toBe(details);
    expect(calls()[0]?.body).toContain(JSON.stringify(details));
    expect(calls()[0]?.request.ChangeSet[0]).not.toHaveProperty('DetailsDocument');
  });

  test('an array goes as a document, without a text beside it', async () => {
    const document = [{ Type: 'ContactSeller' }, { Nested: [1, null, true] }];
    putOrigin({ changes: [change('', { details: undefined, detailsDocument: document })] });
    await submit();
    expect(calls()[0]?.request.ChangeSet[0]).toMatchObject({ DetailsDocument: document });
    expect(calls()[0]?.request.ChangeSet[0]).not.toHaveProperty('Details');
  });

  test('numbers of an array document keep their value', async () => {
    const text = '[{"Weight":12345678901234567890,"Price":0.1234567890123456789,"Small":1.5}]';
    const body = `{"Catalog":"${catalog}","ChangeSetName":"Array","ChangeSet":[{"ChangeType":"UpdateTargeting","Entity":{"Type":"SaaSProduct@1.0","Identifier":"prod-abc"},"DetailsDocument":${text}}]}`;
    world.simulator.control.putEntity({
      entityId: 'prod-abc',
      entityType: 'SaaSProduct@1.0',
      lastModified: ago(600_000),
    });
    world.simulator.control.plan({ match: {}, outcomes: [{ status: 'FAILED', durationMs: 0 }] });
    const authorization = `AWS4-HMAC-SHA256 Credential=SIM${account}/20260101/us-east-1/aws-marketplace/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = { 'content-type': 'application/json', authorization };
    const answer = await fetch(`${world.simulator.url}/StartChangeSet`, { method: 'POST', headers, body });
    const { ChangeSetId: sourceId } = (await answer.json()) as { ChangeSetId: string };
    await world.simulator.control.settled(sourceId);
    expect(await submit({ sourceId, memberIds: [sourceId], originStartTime: ago(0) })).toMatchObject({
      outcome: 'submitted',
    });
    expect(calls()[1]?.body).toContain(text);
  });

  test('where AWS shows no contents of one change, nothing is sent at all', async () => {
    putOrigin({ changes: [change('{"A":1}'), change('', { details: undefined, changeType: 'UpdateTargeting' })] });
    expect(await refusal()).toMatchObject({ type: 'RequestRejected', nonRetryable: true });
    expect(await refusal({ authority: 'operator' })).toMatchObject({ type: 'RequestRejected' });
    expect(reached()).toEqual([]);
  });

  test('what an operator amended goes out in place of contents that are not shown', async () => {
    putOrigin({ changes: [change('', { details: undefined })] });
    const details = '{"Price": 1.10, "Weight":12345678901234567890}';
    expect(await submit({ authority: 'operator', amendments: [{ index: 0, details }] })).toMatchObject({
      outcome: 'submitted',
    });
    expect(calls()[0]?.request.ChangeSet[0]?.Details).toBe(details);
  });

  test('an amended change alone changes; an amended document goes as text', async () => {
    const second = change('', { changeType: 'UpdateTargeting', details: undefined, detailsDocument: [1] });
    putOrigin({ changes: [change('{"A":1.10}', { changeName: 'First' }), second] });
    await submit({ authority: 'operator', amendments: [{ index: 1, details: '{"B":2}' }] });
    expect(calls()[0]?.request.ChangeSet).toMatchObject([
      { ChangeName: 'First', Details: '{"A":1.10}' },
      { ChangeType: 'UpdateTargeting', Details: '{"B":2}' },
    ]);
    expect(calls()[0]?.request.ChangeSet[1]).not.toHaveProperty('DetailsDocument');
  });
});

describe('what goes with the contents', () => {
  test('references between changes and their names are kept', async () => {
    putOrigin({
      changes: [
        change('{"ProductId":"prod-abc"}', {
          changeType: 'CreateOffer',
          entityType: 'Offer@1.0',
          identifier: undefined,
          changeName: 'CreateOffer',
        }),
        change('{"Name":"Spring"}', {
          entityType: 'Offer@1.0',
          identifier: '$CreateOffer.Entity.Identifier',
          changeName: 'Name',
        }),
      ],
    });
    expect(await submit()).toMatchObject({ outcome: 'submitted' });
    expect(calls()[0]?.request.ChangeSet).toMatchObject([
      { ChangeName: 'CreateOffer', Entity: { Type: 'Offer@1.0' } },
      { ChangeName: 'Name', Entity: { Identifier: '$CreateOffer.Entity.Identifier' } },
    ]);
    expect(calls()[0]?.request.ChangeSet[0]?.Entity).not.toHaveProperty('Identifier');
  });

  test('a revision that is still the latest is kept', async () => {
    world.simulator.control.putEntity({
      entityId: 'prod-abc',
      entityType: 'SaaSProduct@1.0',
      revision: 4,
      lastModified: ago(600_000),
    });
    putOrigin({ changes: [change('{"A":1}', { identifier: 'prod-abc@4' })] });
    await submit();
    expect(calls()[0]?.request.ChangeSet[0]?.Entity.Identifier).toBe('prod-abc@4');
  });

  test.each(['VALIDATE', 'APPLY'] as const)('the Intent is kept: %s', async (intent) => {
    putOrigin({ intent });
    await submit({ authority: 'operator' });
    expect(calls()[0]?.request.Intent).toBe(intent);
  });

  test('twenty changes, in their order', async () => {
    const changes = Array.from({ length: 20 }, (_, index) =>
      change(`{"Index":${index}}`, { identifier: `prod-${index}` }),
    );
    putOrigin({ changes });
    expect(await submit()).toMatchObject({ outcome: 'submitted' });
    const order = calls()[0]?.request.ChangeSet.map(({ Details }) => Details);
    expect(order).toEqual(changes.map(({ details }) => details));
  });

  test('a name of a hundred characters is cut, its marker is whole', async () => {
    const name = 'N'.repeat(100);
    putOrigin({ name });
    expect(await submit({ name: successorName(name, originId, 1) })).toMatchObject({ outcome: 'submitted' });
    const sent = calls()[0]?.request.ChangeSetName ?? '';
    expect(sent).toHaveLength(100);
    expect(sent).toMatch(new RegExp(`^N+\\+retry\\.${originId}\\.1$`));
  });

  const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `key-${index}`, Value: 'v' }));
  test.each([
    ['none', [], [{ Key: 'steward:origin', Value: originId }]],
    ['199', tags(199), [...tags(199), { Key: 'steward:origin', Value: originId }]],
    ['200: there is no room for the origin’s', tags(200), tags(200)],
    [
      '200, another origin’s among them',
      [...tags(199), { Key: 'steward:origin', Value: 'another' }],
      [...tags(199), { Key: 'steward:origin', Value: originId }],
    ],
  ])('the submit carries the original’s tags: %s', async (_, given, expected) => {
    putOrigin({ tags: given });
    expect(await submit()).toMatchObject({ outcome: 'submitted' });
    expect(calls()[0]?.request.ChangeSetTags).toEqual(expected);
  });
});

describe('what cannot go with the contents', () => {
  test('entity tags of what is created: AWS does not show them, so the successor has none', async () => {
    const client = new MarketplaceCatalogClient({
      endpoint: world.simulator.url,
      region: 'us-east-1',
      credentials: { accessKeyId: `SIM${account}`, secretAccessKey: 'not-checked' },
    });
    world.simulator.control.plan({
      match: { nameContains: 'Tagged' },
      outcomes: [{ status: 'FAILED', failureCode: 'SERVER_FAULT', durationMs: 0 }],
    });
    const { ChangeSetId: sourceId = '' } = await client.send(
      new StartChangeSetCommand({
        Catalog: catalog,
        ChangeSetName: 'Tagged',
        ChangeSet: [
          {
            ChangeType: 'CreateProduct',
            Entity: { Type: 'SaaSProduct@1.0' },
            Details: '{"ProductTitle":"New"}',
            EntityTags: [{ Key: 'team', Value: 'seller' }],
          },
        ],
      }),
    );
    client.destroy();
    const reference = { account, catalog, changeSetId: sourceId };
    const lineage = { originId: sourceId, memberIds: [sourceId], originStartTime: ago(120_000) };
    const shown = ended(await world.activities.diagnoseChangeSet(reference, lineage));
    expect(shown).toMatchObject({ status: 'FAILED', failureCode: 'SERVER_FAULT' });
    expect(losesEntityTags(shown)).toBe(true);

    const name = successorName('Tagged', sourceId, 1);
    const clientRequestToken = submitToken(sourceId, 1);
    const answer = await submit({ ...lineage, sourceId, name, clientRequestToken, authority: 'operator' });
    expect(answer).toMatchObject({ outcome: 'submitted' });
    const [original, successor] = calls();
    expect(original?.body).toContain('EntityTags');
    expect(successor?.body).toContain('"ProductTitle');
    expect(successor?.body).not.toContain('EntityTags');
    expect(successor?.body).not.toContain('"team"');
  });
});

describe('what is seen before anything is sent', () => {
  test('contents that expired between the diagnosis and the submit', async () => {
    const signedMs = Math.floor(Date.now() / 1_000) * 1_000;
    const signed = new Date(signedMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const url = `https:\\/\\/bucket.example\\/logo?X-Amz-Date=${signed}\\u0026X-Amz-Expires=3`;
    putOrigin({ changes: [change(`{"LogoUrl":"${url}"}`)] });
    const reference = { account, catalog, changeSetId: originId };
    const lineage = { originId, memberIds: [originId], originStartTime: ago(120_000) };
    const before = ended(await world.activities.diagnoseChangeSet(reference, lineage));
    expect(before.changes[0]?.stale).toEqual([]);
    while (Date.now() < signedMs + 3_000) await new Promise((resolve) => setImmediate(resolve));
    const { message, type } = await refusal();
    expect(type).toBe('RequestRejected');
    expect(message).toContain('expired');
    expect(message).not.toContain('bucket');
    expect(reached()).toEqual([]);
    expect(await submit({ authority: 'operator' })).toMatchObject({ outcome: 'submitted' });
  });

  test('a revision that is not the latest is not sent by policy; on an operator’s word AWS decides', async () => {
    putOrigin({ changes: [change('{"A":1}', { identifier: 'prod-abc@3' })] });
    world.simulator.control.putEntity({
      entityId: 'prod-abc',
      entityType: 'SaaSProduct@1.0',
      revision: 4,
      lastModified: ago(600_000),
    });
    expect(await submit()).toMatchObject({
      outcome: 'overtaken',
      concurrentChanges: { staleRevisions: [{ entityId: 'prod-abc', made: '3', latest: '4' }], externalChanges: [] },
    });
    expect(reached()).toEqual([]);
    const refused = await refusal({ authority: 'operator' });
    expect(refused).toMatchObject({ type: 'RequestRejected', nonRetryable: true });
    expect(JSON.stringify(refused.details)).toContain('prod-abc@4');
  });

  test('what may have partialEffects late is not sent by policy', async () => {
    const created = change('{"ProductTitle":"New"}', { changeType: 'CreateProduct', identifier: undefined });
    putOrigin({ changes: [created] });
    world.simulator.control.putEntity({ entityId: 'prod-new', entityType: 'SaaSProduct@1.0', name: 'New' });
    expect(await submit()).toMatchObject({
      outcome: 'overtaken',
      concurrentChanges: { created: { found: 'something' } },
    });
    expect(calls()).toEqual([]);
    expect(await submit({ authority: 'operator' })).toMatchObject({ outcome: 'submitted' });
  });

  const other = (status: 'SUCCEEDED' | 'FAILED' | 'APPLYING'): void =>
    world.simulator.control.putChangeSet({
      changeSetId: 'other',
      name: 'Other',
      status,
      startTime: ago(30_000),
      changes: [change('{"ProductTitle":"Two"}')],
    });

  test.each(['SUCCEEDED', 'FAILED', 'APPLYING'] as const)('other work: %s', async (status) => {
    putOrigin();
    other(status);
    expect(await submit()).toMatchObject({ outcome: 'overtaken' });
    expect(await submit({ authority: 'operator' })).toMatchObject({ outcome: 'overtaken' });
    expect(reached()).toEqual([]);
  });

  test('an operator who knew of it is not held up by it, but by what runs', async () => {
    putOrigin();
    other('FAILED');
    expect(await submit({ authority: 'operator', known: ['other'] })).toMatchObject({ outcome: 'submitted' });
    world.reset();
    putOrigin();
    other('APPLYING');
    expect(await submit({ authority: 'operator', known: ['other'] })).toMatchObject({ outcome: 'overtaken' });
  });

  test('other work counts before the mode: nothing is said to go out that would not', async () => {
    putOrigin();
    other('SUCCEEDED');
    world.mode = 'observe';
    expect(await submit()).toMatchObject({ outcome: 'overtaken' });
  });
});

describe('what AWS refuses', () => {
  beforeEach(() => putOrigin());

  test('423 with the blocker named: the answer has its start', async () => {
    const startTime = ago(30_000);
    world.simulator.control.putChangeSet({
      changeSetId: 'blocker',
      name: 'Blocker',
      status: 'APPLYING',
      startTime,
      changes: [change('{}', { identifier: 'prod-other' })],
    });
    const message = "Requested change set has entities locked by change sets - entity: 'prod-abc' change sets: blocker";
    refuseSubmits('ResourceInUseException', 423, message);
    expect(await submit()).toMatchObject({
      outcome: 'locked',
      blockerId: 'blocker',
      blockerStartTime: startTime,
      sentence: expect.stringContaining('locked') as string,
    });
  });

  test('423 by a set of another account: named, without a start', async () => {
    world.simulator.control.putChangeSet({
      changeSetId: 'theirs',
      name: 'Theirs',
      account: '111122223333',
      status: 'APPLYING',
      startTime: ago(30_000),
      changes: [change('{}')],
    });
    world.simulator.control.putEntity({
      entityId: 'prod-abc',
      entityType: 'SaaSProduct@1.0',
      lastModified: ago(600_000),
    });
    const result = await submit();
    expect(result).toMatchObject({ outcome: 'locked', blockerId: 'theirs' });
    expect(result).not.toHaveProperty('blockerStartTime');
  });

  test('423 without an id: locked all the same', async () => {
    refuseSubmits('ResourceInUseException', 423, 'The product is in review.');
    const result = await submit();
    expect(result).toMatchObject({ outcome: 'locked', sentence: expect.stringContaining('in review') as string });
    expect(result).not.toHaveProperty('blockerId');
  });

  test.each([
    ['ServiceQuotaExceededException', 402, 'QuotaExceeded'],
    ['ThrottlingException', 429, 'Throttled'],
    ['AccessDeniedException', 403, 'AccessDenied'],
    ['ExpiredTokenException', 403, 'CredentialsRejected'],
    ['UnrecognizedClientException', 403, 'CredentialsRejected'],
    ['InternalServiceException', 500, 'OutcomeUnknown'],
  ])('%s is tried again by the server, and then goes out once', async (vendorType, status, type) => {
    refuseSubmits(vendorType, status);
    expect(await refusal()).toMatchObject({ type, nonRetryable: false });
    expect(reached()).toHaveLength(1);
    expect(await submit()).toMatchObject({ outcome: 'submitted' });
    expect(calls()).toHaveLength(1);
  });

  test.each([
    ['ValidationException', 422, 'RequestRejected'],
    ['ResourceNotFoundException', 404, 'NotFound'],
  ])('%s is final', async (vendorType, status, type) => {
    refuseSubmits(vendorType, status);
    expect(await refusal()).toMatchObject({ type, nonRetryable: true });
    expect(reached()).toHaveLength(1);
  });

  test('422 names the wrong fields', async () => {
    world.simulator.control.putEntity({
      entityId: 'prod-abc',
      entityType: 'AmiProduct@1.0',
      lastModified: ago(600_000),
    });
    const refused = await refusal();
    expect(refused.type).toBe('RequestRejected');
    expect(refused.details).toMatchObject([
      { operation: 'StartChangeSet', fields: [{ field: expect.stringContaining('Entity') as string }] },
    ]);
  });

  test('an expired session at the checks is no answer either', async () => {
    world.simulator.control.addFault({
      fault: 'error',
      operation: 'ListChangeSets',
      type: 'ExpiredTokenException',
      status: 403,
    });
    expect(await refusal()).toMatchObject({ type: 'CredentialsRejected' });
    expect(reached()).toEqual([]);
  });
});

describe('the permit of a submit', () => {
  /** Has the permits of so many other submits by policy. */
  async function useUp(permits: number): Promise<void> {
    for (let index = 0; index < permits; index += 1) {
      await world.permits.request(
        { account, catalog },
        { token: `other.${index}`, authority: 'policy', dailyCap: 1_000, usedWithinMs: 1_000 },
      );
    }
    world.permits.log.length = 0;
  }

  test('the daily cap is counted over all lineages of the account, and an operator passes it', async () => {
    putOrigin();
    await useUp(2);
    world.dailyCap = 2;
    expect(await submit()).toEqual({ outcome: 'held', by: 'dailyCap' });
    expect(reached()).toEqual([]);
    expect(await submit({ authority: 'operator' })).toMatchObject({ outcome: 'submitted' });
  });

  test('one below the cap goes out, by one request and nothing else', async () => {
    putOrigin();
    await useUp(2);
    world.dailyCap = 3;
    expect(await submit()).toMatchObject({ outcome: 'submitted' });
    expect(world.permits.log).toEqual(['granted', 'accepted']);
  });

  test('a cap of 0 keeps every automatic submit back', async () => {
    putOrigin();
    world.dailyCap = 0;
    expect(await submit()).toEqual({ outcome: 'held', by: 'dailyCap' });
  });

  test('what an earlier attempt submitted is adopted when the cap is reached, and while the permit is held', async () => {
    putOrigin();
    const first = await submit();
    expect(await submit()).toEqual({ ...first, outcome: 'adopted' });
    world.permits.answers.push({ outcome: 'capReached' });
    expect(await submit()).toEqual({ ...first, outcome: 'adopted' });
    expect(reached()).toHaveLength(1);
  });

  test.each(['observe', 'approve'] as const)('mode %s takes no permit', async (mode) => {
    putOrigin();
    world.mode = mode;
    expect(await submit()).toMatchObject({ outcome: 'held' });
    expect(world.permits.log).toEqual([]);
  });

  test.each<[string, () => void, Partial<SubmitRequest>]>([
    ['AWS refuses it', () => refuseSubmits('ValidationException', 400), {}],
    ['the entities are locked', () => refuseSubmits('ResourceInUseException', 423), {}],
    ['the credentials are refused', () => refuseSubmits('ExpiredTokenException', 403), {}],
    [
      'a check fails',
      () =>
        world.simulator.control.addFault({
          fault: 'error',
          operation: 'ListChangeSets',
          type: 'AccessDeniedException',
          status: 403,
        }),
      {},
    ],
    ['the contents are out of date', () => putOrigin({ changes: [change('', { details: undefined })] }), {}],
  ])('it is returned where certainly nothing was submitted: %s', async (_, happens, values) => {
    putOrigin();
    happens();
    await submit(values).catch(() => undefined);
    expect(world.permits.log).toEqual(['granted', 'unsent']);
    expect(world.permits.today()).toBe(0);
  });

  test('a permit of unknown fate stays counted, once', async () => {
    putOrigin();
    world.simulator.control.addFault({ fault: 'truncated', operation: 'StartChangeSet' });
    expect(await refusal()).toMatchObject({ type: 'OutcomeUnknown' });
    expect(world.permits.log).toEqual(['granted', 'unknown']);
    expect(await submit()).toMatchObject({ outcome: 'adopted' });
    expect(world.permits.today()).toBe(1);
  });

  test('where the permit comes later, AWS is asked nothing', async () => {
    putOrigin();
    world.permits.answers.push({ outcome: 'later', retryAfterMs: 15_000, because: 'inFlight' });
    expect(await refusal()).toMatchObject({ type: 'Throttled', nextRetryDelay: 15_000 });
    expect(world.simulator.control.log()).toEqual([]);
  });

  test('a short wait is made in place', async () => {
    putOrigin();
    world.permits.answers.push({ outcome: 'later', retryAfterMs: 10, because: 'counting' });
    expect(await submit()).toMatchObject({ outcome: 'submitted' });
  });
});

describe('a worker that is frozen', () => {
  /** Lets so much time pass by both clocks, or by one of them. */
  function pass(ms: number, clocks: ReadonlyArray<'wall' | 'steady'>): void {
    const [wall, steady] = [Date.now.bind(Date), performance.now.bind(performance)];
    if (clocks.includes('wall')) jest.spyOn(Date, 'now').mockImplementation(() => wall() + ms);
    if (clocks.includes('steady')) jest.spyOn(performance, 'now').mockImplementation(() => steady() + ms);
  }
  afterEach(() => jest.restoreAllMocks());

  test.each([['wall'], ['steady']] as const)(
    'after the check, by the %s clock: nothing is submitted',
    async (clock) => {
      putOrigin();
      const listChangeSets = world.catalog.listChangeSets.bind(world.catalog);
      const frozen = jest.spyOn(world.catalog, 'listChangeSets').mockImplementation(async (...asked) => {
        const rows = await listChangeSets(...asked);
        pass(26_000, [clock]);
        return rows;
      });
      expect(await refusal()).toMatchObject({ type: 'ServiceFault' });
      expect(frozen).toHaveBeenCalledTimes(1);
      expect(reached()).toEqual([]);
      expect(world.permits.log).toEqual(['granted', 'unsent']);
    },
  );

  test('between permit and check, late in the activity attempt: nothing is submitted', async () => {
    putOrigin();
    const request = world.permits.request.bind(world.permits);
    jest.spyOn(world.permits, 'request').mockImplementation(async (...asked) => {
      const answer = await request(...asked);
      pass(31_000, ['wall', 'steady']);
      return answer;
    });
    expect(await refusal()).toMatchObject({ type: 'ServiceFault' });
    expect(reached()).toEqual([]);
  });

  test('at the last moment, when the request is signed: it does not leave', async () => {
    putOrigin();
    const startChangeSet = world.catalog.startChangeSet.bind(world.catalog);
    jest.spyOn(world.catalog, 'startChangeSet').mockImplementation((...asked) => {
      pass(26_000, ['wall']);
      return startChangeSet(...asked);
    });
    expect(await refusal()).toMatchObject({ type: 'ServiceFault' });
    expect(reached()).toEqual([]);
    expect(world.permits.log).toEqual(['granted', 'unsent']);
  });

  test('not for long: it is submitted', async () => {
    putOrigin();
    const startChangeSet = world.catalog.startChangeSet.bind(world.catalog);
    jest.spyOn(world.catalog, 'startChangeSet').mockImplementation((...asked) => {
      pass(20_000, ['wall', 'steady']);
      return startChangeSet(...asked);
    });
    expect(await submit()).toMatchObject({ outcome: 'submitted' });
  });
});
