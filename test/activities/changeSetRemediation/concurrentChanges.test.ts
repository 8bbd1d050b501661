import { checkConcurrentChanges } from '../../../src/activities/changeSetRemediation/concurrentChanges.ts';
import { covers, successorName } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import type { ConcurrentChanges } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { account, catalog, originId, quiet } from '@marketplace-steward/testing/changeSets';
import { ago, simulated, type Simulated } from '../simulated.ts';

type PutChangeSet = Parameters<Simulated['simulator']['control']['putChangeSet']>[0];
type PutChange = PutChangeSet['changes'][number];

let world: Simulated;
let times: { start: string; before: string; later: string };
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => {
  world.reset();
  times = { start: ago(120_000), before: ago(600_000), later: ago(60_000) };
});

const update: PutChange = {
  changeType: 'UpdateInformation',
  entityType: 'SaaSProduct@1.0',
  identifier: 'prod-abc',
  details: '{"ProductTitle":"One"}',
};
const put = (changeSetId: string, status: string, values: Partial<PutChangeSet> = {}): void =>
  world.simulator.control.putChangeSet({
    changeSetId,
    name: `Set ${changeSetId}`,
    status: status as PutChangeSet['status'],
    startTime: times.later,
    ...(status === 'SUCCEEDED' || status === 'FAILED' ? { endTime: times.later } : {}),
    changes: [update],
    ...values,
  });

/** The origin has failed, and the catalog is checked as the diagnosis of it does. */
async function check(
  changes: PutChange[] = [update],
  memberIds = [originId],
  known = true,
): Promise<ConcurrentChanges> {
  put(originId, 'FAILED', { startTime: times.start, endTime: times.start, failureCode: 'SERVER_FAULT', changes });
  for (const { identifier, entityType } of changes) {
    const [entityId, revision] = identifier?.split('@') ?? [];
    if (entityId === undefined || entityId.startsWith('$') || untouched.has(entityId)) continue;
    world.simulator.control.putEntity({
      entityId,
      entityType,
      lastModified: times.before,
      ...(revision === undefined ? {} : { revision: Number(revision) }),
    });
  }
  untouched.clear();
  const source = await world.catalog.describeChangeSet({ account, catalog }, originId);
  const lineage = {
    originId,
    originName: `Set ${originId}`,
    memberIds,
    ...(known ? { originStartTime: times.start } : {}),
  };
  return checkConcurrentChanges(world.catalog, { account, catalog }, source, lineage);
}
/** Entities that a test puts itself. */
const untouched = new Set<string>();
function putEntity(entityId: string, values: { revision: number; lastModified: string }): void {
  untouched.add(entityId);
  world.simulator.control.putEntity({ entityId, entityType: 'SaaSProduct@1.0', ...values });
}
const ids = (found: ReadonlyArray<{ changeSetId: string }>): string[] => found.map(({ changeSetId }) => changeSetId);

describe('newer work on the same entities', () => {
  test('a successor that is no member yet is the lineage’s own, and counts among nothing else; a copied name is foreign', async () => {
    const nameOf = (attempt: number): string => successorName(`Set ${originId}`, originId, attempt);
    put('next-1', 'FAILED', { name: nameOf(1), failureCode: 'SERVER_FAULT' });
    put('next-2', 'SUCCEEDED', { name: nameOf(2) });
    put('next-3', 'APPLYING', { name: nameOf(3) });
    put('copied', 'SUCCEEDED', { name: successorName('Another', originId, 4) });
    put('early', 'SUCCEEDED', { name: nameOf(5), startTime: times.before, endTime: times.before });
    const found = await check([update], [originId, 'next-1']);
    expect(found.own).toEqual([
      { attempt: 2, changeSetId: 'next-2', status: 'SUCCEEDED' },
      { attempt: 3, changeSetId: 'next-3', status: 'APPLYING' },
    ]);
    expect([ids(found.newerSuccesses), found.newerFailures, found.running]).toEqual([['copied'], [], []]);
  });

  test('nothing else happened', async () => {
    put('older', 'SUCCEEDED', { startTime: times.before, endTime: times.before });
    put('elsewhere', 'SUCCEEDED', { changes: [{ ...update, identifier: 'prod-other' }] });
    put('cancelled', 'CANCELLED');
    expect(await check()).toEqual(quiet);
  });

  test.each([
    ['the same change covers', [update], 'same'],
    [
      'the same with its revision, and one more, covers',
      [{ ...update, identifier: 'prod-abc@1' }, targeting()],
      'same',
    ],
    ['another change does not', [targeting()], 'leaves'],
  ])('a newer success: %s', async (_, changes, coverage) => {
    put('newer', 'SUCCEEDED', { changes });
    expect((await check()).newerSuccesses).toEqual([
      expect.objectContaining({ changeSetId: 'newer', name: 'Set newer', startTime: times.later, coverage }),
    ]);
  });

  test.each([
    ['all of it', [update, targeting()], 'same'],
    ['a part', [update], 'leaves'],
    ['the change type on another entity', [update, { ...targeting(), identifier: 'prod-other' }], 'leaves'],
  ])('a newer failure with %s', async (_, changes, coverage) => {
    put('newer', 'FAILED', { changes });
    expect((await check([update, targeting()])).newerFailures).toMatchObject([{ changeSetId: 'newer', coverage }]);
  });

  const version = (title: string): PutChange => ({
    changeType: 'AddDeliveryOptions',
    entityType: 'AmiProduct@1.0',
    identifier: 'prod-abc',
    details: JSON.stringify({ Version: { VersionTitle: title }, DeliveryOptions: [{ Details: { Ami: {} } }] }),
  });
  const changeOf = (changeType: string, details: object): PutChange => ({
    changeType,
    entityType: 'AmiProduct@1.0',
    identifier: 'prod-abc',
    details: JSON.stringify(details),
  });
  const dimension = (Key: string): object[] => [{ Key, Types: ['Metered'], Name: Key }];
  const option = (Id: string): object => ({
    DeliveryOptions: [{ Id, Details: { Ami: { UsageInstructions: 'ssh' } } }],
  });
  const twins: ReadonlyArray<readonly [string, PutChange, PutChange]> = [
    ['architectures of one version', version('4.4.3 (x86_64)'), version('4.4.3 (arm64)')],
    [
      'parts of one document',
      changeOf('UpdateInformation', { LongDescription: 'x' }),
      changeOf('UpdateInformation', { Sku: 'y' }),
    ],
    [
      'delivery options',
      changeOf('UpdateDeliveryOptions', option('do-1')),
      changeOf('UpdateDeliveryOptions', option('do-2')),
    ],
    [
      'restricted delivery options',
      changeOf('RestrictDeliveryOptions', { DeliveryOptionIds: ['do-1'] }),
      changeOf('RestrictDeliveryOptions', { DeliveryOptionIds: ['do-2'] }),
    ],
    ['regions', changeOf('AddRegions', { Regions: ['us-east-1'] }), changeOf('AddRegions', { Regions: ['eu-west-1'] })],
    [
      'instance types',
      changeOf('AddInstanceTypes', { InstanceTypes: ['m5.large'] }),
      changeOf('AddInstanceTypes', { InstanceTypes: ['c5.large'] }),
    ],
    ['new dimensions', changeOf('AddDimensions', dimension('a')), changeOf('AddDimensions', dimension('b'))],
    ['renamed dimensions', changeOf('UpdateDimensions', dimension('a')), changeOf('UpdateDimensions', dimension('b'))],
  ];
  const inBothOrders = twins.flatMap(([name, one, other]) => [
    [name, one, other] as const,
    [`${name}, the other way round`, other, one] as const,
  ]);

  test.each(inBothOrders)('two %s: neither stands for the other', async (_, older, newer) => {
    put('succeeded', 'SUCCEEDED', { changes: [newer] });
    put('failed', 'FAILED', { changes: [newer] });
    const { newerSuccesses, newerFailures } = await check([older]);
    expect(newerSuccesses).toMatchObject([{ changeSetId: 'succeeded', coverage: 'leaves' }]);
    expect(newerFailures).toMatchObject([{ changeSetId: 'failed', coverage: 'leaves' }]);
  });

  test.each(twins)('two %s: the same again stands for it', async (_, older) => {
    put('succeeded', 'SUCCEEDED', { changes: [older] });
    expect((await check([older])).newerSuccesses).toMatchObject([{ coverage: 'same' }]);
  });

  test('what a set creates is nobody else’s: it is never covered', async () => {
    const created = { changeType: 'CreateProduct', entityType: 'SaaSProduct@1.0', details: '{"ProductTitle":"New"}' };
    put('newer', 'FAILED', { changes: [update, created] });
    expect((await check([update, created])).newerFailures).toMatchObject([
      { changeSetId: 'newer', coverage: 'leaves' },
    ]);
  });

  test('a validation changes nothing and replaces nothing, but it locks while it runs', async () => {
    put('validated', 'SUCCEEDED', { intent: 'VALIDATE' });
    put('refused', 'FAILED', { intent: 'VALIDATE' });
    put('validating', 'APPLYING', { intent: 'VALIDATE' });
    const found = await check();
    expect(found).toMatchObject({ newerSuccesses: [], newerFailures: [] });
    expect(ids(found.running)).toEqual(['validating']);
  });

  test.each(['older', 'newer'])('a running set counts, %s ones too', async (age) => {
    put('running', age === 'older' ? 'APPLYING' : 'PREPARING', {
      startTime: age === 'older' ? times.before : times.later,
    });
    expect(ids((await check()).running)).toEqual(['running']);
  });

  test('started in the same second, the greater id is the newer', async () => {
    put('00000000000000000000000aa', 'FAILED', { startTime: times.start });
    put('zzzzzzzzzzzzzzzzzzzzzzzzz', 'FAILED', { startTime: times.start });
    expect(ids((await check()).newerFailures)).toEqual(['zzzzzzzzzzzzzzzzzzzzzzzzz']);
  });

  test('the lineage’s own members do not count', async () => {
    put('own', 'FAILED', { name: successorName('Set', originId, 1) });
    put('own-too', 'APPLYING', { name: successorName('Set', originId, 2) });
    expect(await check([update], [originId, 'own', 'own-too'])).toMatchObject({ newerFailures: [], running: [] });
  });

  test('a late successor of an older one takes nobody’s place, one of a newer one does', async () => {
    put('old', 'FAILED', { startTime: times.before, endTime: times.before });
    put('old-1', 'FAILED', { name: successorName('Set', 'old', 1) });
    put('new', 'FAILED');
    put('new-1', 'FAILED', { name: successorName('Set', 'new', 1) });
    const covering = (await check()).newerFailures.filter(covers);
    expect(ids(covering).toSorted()).toEqual(['new', 'new-1']);
  });

  test('change sets of other accounts are not seen, and what they changed shows in the revision', async () => {
    put('theirs', 'SUCCEEDED', { account: '111122223333' });
    putEntity('prod-abc', { revision: 7, lastModified: times.later });
    expect(await check()).toEqual({
      ...quiet,
      externalChanges: [{ entityId: 'prod-abc', revision: '7', at: times.later }],
    });
  });

  test('what an older change set of the account changed, which ran until after the start, is nobody else’s work', async () => {
    const older = { startTime: times.before, endTime: times.later };
    put('older', 'SUCCEEDED', older);
    putEntity('prod-abc', { revision: 7, lastModified: times.later });
    expect(await check()).toEqual(quiet);
  });

  test.each([
    ['it only validated', 'SUCCEEDED', { intent: 'VALIDATE' as const }],
    ['it failed', 'FAILED', { failureCode: 'CLIENT_ERROR' as const }],
    ['it is of another entity', 'SUCCEEDED', { changes: [{ ...update, identifier: 'prod-other' }] }],
  ])('an older one explains nothing where %s', async (_, status, values) => {
    put('older', status, { startTime: times.before, endTime: times.later, ...values });
    putEntity('prod-abc', { revision: 7, lastModified: times.later });
    expect((await check()).externalChanges).toMatchObject([{ entityId: 'prod-abc', revision: '7' }]);
  });

  test('entities beyond ten are checked', async () => {
    const changes = Array.from({ length: 20 }, (_, index) => ({ ...update, identifier: `prod-${index}` }));
    put('newer', 'SUCCEEDED', { changes: changes.slice(19) });
    put('running', 'APPLYING', { changes: changes.slice(11, 12) });
    putEntity('prod-15', { revision: 3, lastModified: times.later });
    const found = await check(changes);
    expect(ids(found.newerSuccesses)).toEqual(['newer']);
    expect(ids(found.running)).toEqual(['running']);
    expect(found.externalChanges.map(({ entityId }) => entityId)).toEqual(['prod-15']);
  });

  test('past five newer ones, none is said to cover, and none is lost', async () => {
    for (let index = 1; index <= 8; index += 1) put(`newer-${index}`, 'FAILED', { startTime: ago(90_000 - index) });
    const { newerFailures } = await check();
    expect(newerFailures).toHaveLength(8);
    expect(newerFailures.filter(covers)).toHaveLength(5);
  });

  test('more than a page of newer ones', async () => {
    for (let index = 1; index <= 45; index += 1) put(`newer-${index}`, 'SUCCEEDED');
    expect((await check()).newerSuccesses).toHaveLength(45);
  });

  test('without the origin’s start, everything counts as newer', async () => {
    put('some', 'SUCCEEDED', { startTime: times.before, endTime: times.before });
    expect(ids((await check([update], [originId], false)).newerSuccesses)).toEqual(['some']);
  });
});

function targeting(): PutChange {
  return {
    ...update,
    changeType: 'UpdateTargeting',
    details: '{"PositiveTargeting":{"BuyerAccounts":["111122223333"]}}',
  };
}

describe('an entity’s revision', () => {
  test('somebody else’s work, by the time of the last change', async () => {
    putEntity('prod-abc', { revision: 5, lastModified: times.later });
    expect((await check()).externalChanges).toEqual([{ entityId: 'prod-abc', revision: '5', at: times.later }]);
  });

  test('a change that an own success explains is not somebody else’s, later ones are', async () => {
    put('newer', 'SUCCEEDED', { startTime: ago(110_000), endTime: ago(100_000) });
    putEntity('prod-abc', { revision: 5, lastModified: ago(99_000) });
    expect((await check()).externalChanges).toEqual([]);
    putEntity('prod-abc', { revision: 6, lastModified: ago(10_000) });
    expect((await check()).externalChanges).toMatchObject([{ entityId: 'prod-abc', revision: '6' }]);
  });

  test('a validation explains nothing', async () => {
    put('validated', 'SUCCEEDED', { intent: 'VALIDATE' });
    putEntity('prod-abc', { revision: 5, lastModified: times.later });
    expect((await check()).externalChanges).toHaveLength(1);
  });

  test('made against an old revision: both show, each once', async () => {
    putEntity('prod-abc', { revision: 4, lastModified: times.before });
    const change = { ...update, identifier: 'prod-abc@3' };
    expect((await check([change, { ...targeting(), identifier: 'prod-abc@3' }])).staleRevisions).toEqual([
      { entityId: 'prod-abc', made: '3', latest: '4' },
    ]);
    putEntity('prod-abc', { revision: 3, lastModified: times.before });
    expect((await check([change])).staleRevisions).toEqual([]);
  });

  test.each([
    ['ResourceNotFoundException', 404],
    ['ResourceNotSupportedException', 415],
  ])('an entity that is not shown (%s) is no sign of other work', async (type, status) => {
    world.simulator.control.addFault({ fault: 'error', operation: 'DescribeEntity', type, status });
    expect(await check()).toEqual(quiet);
  });

  test('of an entity that is not shown, nobody knows what an addition did to it', async () => {
    const fault = { fault: 'error', operation: 'DescribeEntity', type: 'ResourceNotFoundException', status: 404 };
    world.simulator.control.addFault(fault as never);
    const found = await check([{ ...update, changeType: 'AddDimensions', details: '{}' }]);
    expect(found.created).toMatchObject({
      found: 'something',
      evidence: expect.stringContaining('prod-abc') as string,
    });
  });

  test('a denied check is a failure, not an answer', async () => {
    world.simulator.control.addFault({
      fault: 'error',
      operation: 'DescribeEntity',
      type: 'AccessDeniedException',
      status: 403,
    });
    await expect(check()).rejects.toMatchObject({ type: 'AccessDenied' });
  });
});

describe('what a failed set may have created', () => {
  const create = (changeType: string, entityType: string, details: string): PutChange => ({
    changeType,
    entityType,
    details,
    changeName: 'Create',
  });
  const product = create('CreateProduct', 'SaaSProduct@1.0', '{"ProductTitle":"Spring"}');
  const putNamed = (name: string, lastModified = times.later, values = {}): void =>
    world.simulator.control.putEntity({
      entityId: 'prod-new',
      entityType: 'SaaSProduct@1.0',
      name,
      lastModified,
      ...values,
    });

  test('nothing is there', async () => {
    expect((await check([product])).created).toMatchObject({ found: 'nothing' });
  });

  test.each([
    ['with the name', 'Spring', 'something'],
    ['without a name', '', 'something'],
    ['named by its id, as drafts may be', 'prod-new', 'something'],
    ['with another name', 'Autumn', 'nothing'],
  ])('an entity %s', async (_, name, found) => {
    putNamed(name);
    const { created } = await check([product]);
    expect(created?.found).toBe(found);
    expect(created?.evidence.includes('prod-new')).toBe(found === 'something');
  });

  test('one from before the failed set does not count, nor one of another account or type', async () => {
    putNamed('Spring', times.before);
    world.simulator.control.putEntity({ entityId: 'ami', entityType: 'AmiProduct@1.0', name: 'Spring' });
    world.simulator.control.putEntity({
      entityId: 'theirs',
      entityType: 'SaaSProduct@1.0',
      name: 'Spring',
      account: '111122223333',
    });
    expect((await check([product])).created?.found).toBe('nothing');
  });

  test('without a name in the details, any recent one counts; names further down are none', async () => {
    putNamed('Whatever');
    const nested = create('CreateProduct', 'SaaSProduct@1.0', '{"Dimensions":[{"Name":"Users"}]}');
    expect((await check([nested])).created?.found).toBe('something');
  });

  test('the name may be given by another change that refers to it', async () => {
    const unnamed = create('CreateOffer', 'Offer@1.0', '{"ProductId":"prod-abc"}');
    const naming = {
      changeType: 'UpdateInformation',
      entityType: 'Offer@1.0',
      identifier: '$Create.Entity.Identifier',
      details: '{"Name":"Private offer"}',
    };
    const offer = (name: string): void =>
      world.simulator.control.putEntity({ entityId: 'offer-new', entityType: 'Offer@1.0', name });
    offer('Something else');
    expect((await check([unnamed, naming])).created?.found).toBe('nothing');
    offer('Private offer');
    expect((await check([unnamed, naming])).created?.found).toBe('something');
  });

  test('escapes in a name do not hide it', async () => {
    putNamed('Spring “1”');
    const escaped = create('CreateProduct', 'SaaSProduct@1.0', '{"ProductTitle":"Spring \\u201c1\\u201d"}');
    expect((await check([escaped])).created?.found).toBe('something');
  });

  test('past a page of fifty', async () => {
    for (let index = 0; index < 60; index += 1) {
      world.simulator.control.putEntity({
        entityId: `prod-${index}`,
        entityType: 'SaaSProduct@1.0',
        name: index === 0 ? 'Spring' : 'Other',
        lastModified: ago(110_000 - index * 1_000),
      });
    }
    expect((await check([product])).created?.evidence).toContain('prod-0');
  });

  test('what cannot be checked for may be there', async () => {
    const experience = create('CreateExperience', 'Experience@1.0', '{"Name":"Ours"}');
    expect((await check([experience])).created).toMatchObject({
      found: 'something',
      evidence: expect.stringContaining('CreateExperience') as string,
    });
  });

  test('what the vendor does not list may be there', async () => {
    world.simulator.control.addFault({
      fault: 'error',
      operation: 'ListEntities',
      type: 'ValidationException',
      status: 422,
    });
    expect((await check([product])).created?.evidence).toContain('cannot be listed');
  });

  test('beside a change of an entity that exists, both are checked', async () => {
    putNamed('Spring');
    put('newer', 'SUCCEEDED');
    const found = await check([update, product]);
    expect(found.created?.found).toBe('something');
    expect(ids(found.newerSuccesses)).toEqual(['newer']);
  });

  test('a set that only sets has nothing to check for', async () => {
    expect(await check()).not.toHaveProperty('created');
  });
});
