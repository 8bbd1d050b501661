import fc from 'fast-check';
import { describeSuccess } from '../../../src/activities/changeSetRemediation/success.ts';
import { failure } from '../../../src/failures.ts';
import { announcing, ago, simulated, type Simulated } from '../simulated.ts';

const account = '123456789012';
const reference = { account, catalog: 'AWSMarketplace', changeSetId: 'done' };

let world: Simulated;
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => world.reset());

type PutChangeSet = Parameters<Simulated['simulator']['control']['putChangeSet']>[0];

function put(changes: PutChangeSet['changes'], intent: 'APPLY' | 'VALIDATE' = 'APPLY'): void {
  world.simulator.control.putChangeSet({
    changeSetId: 'done',
    account,
    name: 'Publish it',
    status: 'SUCCEEDED',
    intent,
    startTime: ago(120_000),
    endTime: ago(60_000),
    changes,
  });
}

const versionDetails = JSON.stringify({
  Version: { VersionTitle: '1.4.2', ReleaseNotes: 'secret notes' },
  DeliveryOptions: [{ Details: { AmiDeliveryOptionDetails: { AmiSource: { AmiId: 'ami-secret' } } } }],
});

test.each(['AmiProduct', 'ContainerProduct', 'MachineLearningProduct'])(
  'of an %s: its title and the title of the version that was added, and nothing else of the contents',
  async (family) => {
    put([
      {
        changeType: 'AddDeliveryOptions',
        entityType: `${family}@1.0`,
        identifier: 'prod-one@3',
        details: versionDetails,
      },
    ]);
    world.simulator.control.putEntity({
      entityId: 'prod-one',
      entityType: `${family}@1.0`,
      account,
      details: { Description: { ProductTitle: 'My product', LongDescription: 'secret' } },
    });
    expect(await world.activities.describeSuccess(reference)).toEqual({
      changeSetId: 'done',
      name: 'Publish it',
      intent: 'APPLY',
      changes: [
        {
          changeType: 'AddDeliveryOptions',
          entityType: family,
          entityId: 'prod-one',
          title: 'My product',
          versionTitle: '1.4.2',
        },
      ],
    });
  },
);

test('of an offer and an authorization: type and id; their names are not asked for', async () => {
  const details = '{"Name":"Offer for Example Corp","Price":"1000"}';
  put([
    { changeType: 'ReleaseOffer', entityType: 'Offer@1.0', identifier: 'offer-one@1', details: '{}' },
    { changeType: 'UpdateInformation', entityType: 'ResaleAuthorization@1.0', identifier: 'resaleauthz-1', details },
  ]);
  const described = await world.activities.describeSuccess(reference);
  expect(described.changes).toEqual([
    { changeType: 'ReleaseOffer', entityType: 'Offer', entityId: 'offer-one' },
    { changeType: 'UpdateInformation', entityType: 'ResaleAuthorization', entityId: 'resaleauthz-1' },
  ]);
  expect(world.simulator.control.log({ operation: 'DescribeEntity' })).toEqual([]);
});

test('a version title in any other form, and of a change that adds no version, is left out', async () => {
  put([
    { changeType: 'AddDeliveryOptions', entityType: 'SaaSProduct@1.0', identifier: 'prod-a', details: '{}' },
    {
      changeType: 'AddDeliveryOptions',
      entityType: 'AmiProduct@1.0',
      identifier: 'prod-b',
      details: '{"Version":{"VersionTitle":7}}',
    },
    {
      changeType: 'UpdateDeliveryOptions',
      entityType: 'AmiProduct@1.0',
      identifier: 'prod-c',
      details: versionDetails,
    },
  ]);
  const { changes } = await world.activities.describeSuccess(reference);
  expect(changes.map(({ versionTitle }) => versionTitle)).toEqual([undefined, undefined, undefined]);
});

test('the titles of five products are asked for, each once', async () => {
  const ids = ['a', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
  put(
    ids.map((id, index) => ({
      changeType: index === 1 ? 'UpdateTargeting' : 'UpdateInformation',
      entityType: 'SaaSProduct@1.0',
      identifier: `prod-${id}`,
      details: '{}',
    })),
  );
  await world.activities.describeSuccess(reference);
  expect(world.simulator.control.log({ operation: 'DescribeEntity' })).toHaveLength(5);
});

const found = { changeSetId: 'done', changes: [] };
const refused = ['AccessDenied', 'CredentialsRejected', 'NotConfigured', 'NotFound', 'RequestRejected'] as const;

test.each(refused)('where AWS answers with %s, what is known stays', async (type) => {
  const failing = (): Promise<never> => Promise.reject(failure(type, 'refused'));
  const describeChangeSet = () =>
    Promise.resolve({
      ...found,
      changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', entityId: 'prod-a', errors: [] }],
    });
  expect(
    await describeSuccess({ ...announcing, describeChangeSet: failing, describeEntity: failing }, reference),
  ).toEqual(found);
  expect(await describeSuccess({ ...announcing, describeChangeSet, describeEntity: failing }, reference)).toEqual({
    ...found,
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct', entityId: 'prod-a' }],
  });
});

test.each(['Throttled', 'ServiceFault', 'Unreachable'] as const)('%s is for the server to repeat', async (type) => {
  const failing = (): Promise<never> => Promise.reject(failure(type, 'later'));
  await expect(
    describeSuccess({ ...announcing, describeChangeSet: failing, describeEntity: failing }, reference),
  ).rejects.toMatchObject({ type });
});

test('whatever AWS shows, what enters the history is bounded', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 3_000 });
  const change = fc
    .record({ changeType: text, entityType: text, entityId: text, title: text })
    .map(({ title, ...rest }) => ({
      ...rest,
      details: JSON.stringify({ Version: { VersionTitle: title } }),
      errors: [],
    }));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 30 }), text, async (changes, title) => {
      const described = await describeSuccess(
        {
          ...announcing,
          describeChangeSet: () => Promise.resolve({ ...found, name: title, changes }),
          describeEntity: (_scope, entityId) => Promise.resolve({ entityId, title }),
        },
        reference,
      );
      expect(described.changes.length).toBeLessThanOrEqual(20);
      expect(JSON.stringify(described.changes).length).toBeLessThan(30_000);
    }),
    { numRuns: 50 },
  );
});
