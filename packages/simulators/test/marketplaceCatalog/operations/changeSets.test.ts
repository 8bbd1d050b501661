import {
  CancelChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeEntityCommand,
  ListChangeSetsCommand,
  ListTagsForResourceCommand,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import {
  ACCOUNT,
  LONG_MS,
  PRODUCT,
  clientFor,
  rejection,
  sendRaw,
  simulatorForFile,
  validChange,
  validStart,
} from '../support.ts';
import { defined } from '../../../src/defined.ts';

const simulator = simulatorForFile();
const CATALOG = { Catalog: 'AWSMarketplace' };
const OTHER = '111122223333';

async function start(input = validStart(), account = ACCOUNT) {
  const { ChangeSetId = '', ChangeSetArn } = await clientFor(simulator(), account).send(
    new StartChangeSetCommand(input),
  );
  return { ChangeSetId, ChangeSetArn };
}
const describeSet = (ChangeSetId: string, account = ACCOUNT) =>
  clientFor(simulator(), account).send(new DescribeChangeSetCommand({ ...CATALOG, ChangeSetId }));
const list = (more = {}) => clientFor(simulator()).send(new ListChangeSetsCommand({ ...CATALOG, ...more }));

describe('StartChangeSet and DescribeChangeSet', () => {
  test('an accepted set runs to its outcome and is described with everything but tags and token', async () => {
    simulator().control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: LONG_MS }] });
    const Details = '{ "ProductTitle" : "Ünïcode",\n "Price": 1.10 }';
    const ChangeSet = [validChange({ Details, ChangeName: 'Retitle' })];
    const tags = [{ Key: 'team', Value: 'one' }];
    const input = validStart({
      ChangeSetName: 'Retitle my product',
      ChangeSetTags: tags,
      ClientRequestToken: 'token-1',
      ChangeSet,
    });
    const { ChangeSetId, ChangeSetArn } = await start(input);
    expect(ChangeSetId).toMatch(/^[a-z0-9]{25}$/);
    expect(ChangeSetArn).toBe(`arn:aws:aws-marketplace:us-east-1:${ACCOUNT}:AWSMarketplace/ChangeSet/${ChangeSetId}`);

    const { $metadata: _metadata, ...running } = await describeSet(ChangeSetId);
    expect(running).toEqual({
      ChangeSetId,
      ChangeSetArn,
      ChangeSetName: 'Retitle my product',
      Intent: 'APPLY',
      StartTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      Status: 'PREPARING',
      ChangeSet: [
        {
          ChangeType: 'UpdateInformation',
          ChangeName: 'Retitle',
          Entity: { Type: 'SaaSProduct@1.0', Identifier: PRODUCT },
          Details,
          DetailsDocument: JSON.parse(Details),
          ErrorDetailList: [],
        },
      ],
    });

    simulator().control.plan({
      match: { changeSetId: ChangeSetId },
      outcomes: [{ status: 'SUCCEEDED', durationMs: 0 }],
    });
    expect(await simulator().control.settled(ChangeSetId)).toBe('SUCCEEDED');
    const ended = await describeSet(ChangeSetId);
    expect(ended).toMatchObject({ Status: 'SUCCEEDED', EndTime: expect.stringMatching(/^.{20}$/) });
    expect(ended.FailureCode).toBeUndefined();
  });

  test('numbers and nulls in DetailsDocument travel as they are written, both ways', async () => {
    const document = '{"Big":12345678901234567890,"Price":1.10,"Nothing":null}';
    const body = `{"Catalog":"AWSMarketplace","ChangeSet":[{"ChangeType":"UpdateInformation","Entity":{"Type":"SaaSProduct@1.0","Identifier":"${PRODUCT}"},"DetailsDocument":${document}}]}`;
    const { ChangeSetId } = JSON.parse((await sendRaw(simulator(), 'StartChangeSet', body)).text);
    const { text } = await sendRaw(simulator(), 'DescribeChangeSet', { ...CATALOG, ChangeSetId });
    expect(text).toContain(`"DetailsDocument":${document}`);
    expect(JSON.parse(text)).toMatchObject({ ChangeSet: [{ Details: document }] });
  });

  test('an array document is described as document only', async () => {
    const { ChangeSetId } = await start(
      validStart({ ChangeSet: [validChange({ Details: undefined, DetailsDocument: [{ a: 1 }] })] }),
    );
    const { ChangeSet = [] } = await describeSet(ChangeSetId);
    expect(ChangeSet[0]?.DetailsDocument).toEqual([{ a: 1 }]);
    expect(ChangeSet[0]?.Details).toBeUndefined();
  });

  test('a failure carries its code, its description and errors by change', async () => {
    simulator().control.plan({
      match: { entityId: PRODUCT },
      outcomes: [
        {
          status: 'FAILED',
          failureCode: 'CLIENT_ERROR',
          failureDescription: 'Something is wrong',
          errors: [{ changeIndex: 1, code: 'INVALID_INPUT', message: 'Bad dimension' }],
        },
      ],
    });
    const { ChangeSetId } = await start(
      validStart({ ChangeSet: [validChange(), validChange({ ChangeType: 'AddDimensions' })] }),
    );
    expect(await simulator().control.settled(ChangeSetId)).toBe('FAILED');
    expect(await describeSet(ChangeSetId)).toMatchObject({
      Status: 'FAILED',
      FailureCode: 'CLIENT_ERROR',
      FailureDescription: 'Something is wrong',
      ChangeSet: [
        { ErrorDetailList: [] },
        { ErrorDetailList: [{ ErrorCode: 'INVALID_INPUT', ErrorMessage: 'Bad dimension' }] },
      ],
    });
  });

  test('a set without a name gets one, and its tags are listed by its ARN', async () => {
    const ChangeSetTags = [
      { Key: 'team', Value: 'one' },
      { Key: 'empty', Value: '' },
    ];
    const { ChangeSetId, ChangeSetArn } = await start(validStart({ ChangeSetTags }));
    expect((await describeSet(ChangeSetId)).ChangeSetName).toMatch(/^[\w\s+=.:@-]{1,100}$/);
    const client = clientFor(simulator());
    expect(await client.send(new ListTagsForResourceCommand({ ResourceArn: ChangeSetArn }))).toMatchObject({
      ResourceArn: ChangeSetArn,
      Tags: ChangeSetTags,
    });
    const asOther = clientFor(simulator(), OTHER).send(new ListTagsForResourceCommand({ ResourceArn: ChangeSetArn }));
    expect(await rejection(asOther)).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('a set belongs to its account', async () => {
    const { ChangeSetId } = await start();
    expect(await rejection(describeSet(ChangeSetId, OTHER))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('success gives each entity a new revision; failure and VALIDATE leave it alone', async () => {
    const revision = async () => {
      const command = new DescribeEntityCommand({ ...CATALOG, EntityId: PRODUCT });
      return (await clientFor(simulator()).send(command)).EntityIdentifier;
    };
    await simulator().control.settled((await start(validStart({ Intent: 'VALIDATE' }))).ChangeSetId);
    expect(await revision()).toBe(`${PRODUCT}@1`);
    simulator().control.plan({
      match: {},
      outcomes: [{ status: 'FAILED', failureCode: 'SERVER_FAULT' }, { status: 'SUCCEEDED' }],
    });
    await simulator().control.settled((await start()).ChangeSetId);
    expect(await revision()).toBe(`${PRODUCT}@1`);
    await simulator().control.settled((await start()).ChangeSetId);
    expect(await revision()).toBe(`${PRODUCT}@2`);
  });

  test('a create makes an entity, which references in the set and listings then name', async () => {
    const ChangeSet = [
      {
        ChangeType: 'CreateOffer',
        ChangeName: 'Create',
        Entity: { Type: 'Offer@1.0' },
        DetailsDocument: { Name: 'Spring', ProductId: PRODUCT },
      },
      {
        ChangeType: 'ReleaseOffer',
        Entity: { Type: 'Offer@1.0', Identifier: '$Create.Entity.Identifier' },
        Details: '{}',
      },
    ];
    const { ChangeSetId } = await start(validStart({ ChangeSet }));
    expect((await list()).ChangeSetSummaryList?.[0]?.EntityIdList).toBeUndefined();
    await simulator().control.settled(ChangeSetId);
    const [summary] = (await list()).ChangeSetSummaryList ?? [];
    const offerId = summary?.EntityIdList?.[0] ?? '';
    expect(offerId).toMatch(/^offer-[a-z0-9]{13}$/);
    expect((await describeSet(ChangeSetId)).ChangeSet?.[0]?.Entity?.Identifier).toBe(`${offerId}@1`);
    const { text } = await sendRaw(simulator(), 'ListEntities', { ...CATALOG, EntityType: 'Offer' });
    expect(JSON.parse(text).EntitySummaryList).toMatchObject([
      { EntityId: offerId, Name: 'Spring', OfferSummary: { Name: 'Spring', ProductId: PRODUCT, State: 'Released' } },
    ]);
  });

  test('references work forwards, and to a change of an entity that is there already', async () => {
    const reference = (name: string, ChangeType: string, Type: string) => ({
      ChangeType,
      Entity: { Type, Identifier: `$${name}.Entity.Identifier` },
      Details: '{}',
    });
    const ChangeSet = [
      reference('Create', 'ReleaseProduct', 'AmiProduct@1.0'),
      {
        ChangeType: 'CreateProduct',
        ChangeName: 'Create',
        Entity: { Type: 'AmiProduct@1.0' },
        Details: '{"ProductTitle":"New"}',
      },
      validChange({ ChangeName: 'Existing' }),
      reference('Existing', 'AddDimensions', 'SaaSProduct@1.0'),
    ];
    const { ChangeSetId } = await start(validStart({ ChangeSet }));
    await simulator().control.settled(ChangeSetId);
    const productsOf = async (EntityType: string) =>
      JSON.parse((await sendRaw(simulator(), 'ListEntities', { ...CATALOG, EntityType })).text).EntitySummaryList;
    expect(await productsOf('AmiProduct')).toMatchObject([{ Name: 'New', Visibility: 'Limited' }]);
    expect(await productsOf('SaaSProduct')).toMatchObject([{ EntityId: PRODUCT, Name: 'New title' }]);
    const entity = await clientFor(simulator()).send(new DescribeEntityCommand({ ...CATALOG, EntityId: PRODUCT }));
    expect(entity.EntityIdentifier).toBe(`${PRODUCT}@2`);
  });
});

describe('locks, tokens and cancelling', () => {
  const runLong = (preparingMs?: number) =>
    simulator().control.plan({
      match: {},
      outcomes: [{ status: 'SUCCEEDED', durationMs: LONG_MS, ...defined({ preparingMs }) }],
    });

  test('a running set locks its entities, with the blocking set in the message', async () => {
    runLong();
    const { ChangeSetId } = await start();
    const error = await rejection(start(validStart({ ChangeSet: [validChange({ ChangeType: 'AddDimensions' })] })));
    expect(error).toMatchObject({
      name: 'ResourceInUseException',
      message: `Requested change set has entities locked by change sets - entity: '${PRODUCT}' change sets: ${ChangeSetId}`,
      $metadata: { httpStatusCode: 423, attempts: 1 },
    });
  });

  test('the same token has the same answer; with another request it is refused', async () => {
    runLong();
    const input = validStart({ ClientRequestToken: 'token-1', ChangeSetName: 'First' });
    const first = await start(input);
    expect(await start(input)).toEqual(first);
    expect(await rejection(start({ ...input, ChangeSetName: 'Second' }))).toMatchObject({
      name: 'ValidationException',
    });
    const calls = simulator().control.log({ operation: 'StartChangeSet', kind: 'call' });
    expect(calls).toMatchObject([
      { changeSetId: first.ChangeSetId, clientRequestToken: 'token-1', changeSetName: 'First', entityIds: [PRODUCT] },
      { changeSetId: first.ChangeSetId, tokenRepeated: true },
    ]);
    expect(calls[0]).not.toHaveProperty('tokenRepeated');
  });

  test('a token is its account’s own', async () => {
    simulator().control.putEntity({ entityId: PRODUCT, entityType: 'SaaSProduct@1.0', sharedWith: [OTHER] });
    const first = await start(validStart({ ClientRequestToken: 'token-1' }));
    await simulator().control.settled(first.ChangeSetId);
    const second = await start(validStart({ ClientRequestToken: 'token-1' }), OTHER);
    expect(second.ChangeSetId).not.toBe(first.ChangeSetId);
  });

  test('a set is cancelled from PREPARING', async () => {
    runLong();
    const started = await start();
    const cancel = () =>
      clientFor(simulator()).send(new CancelChangeSetCommand({ ...CATALOG, ChangeSetId: started.ChangeSetId }));
    expect(await cancel()).toMatchObject(started);
    expect(await describeSet(started.ChangeSetId)).toMatchObject({ Status: 'CANCELLED', EndTime: expect.any(String) });
    expect(await rejection(cancel())).toMatchObject({
      name: 'ResourceInUseException',
      $metadata: { httpStatusCode: 423 },
    });
  });

  test('a set that applies is not cancelled', async () => {
    runLong(0);
    const { ChangeSetId } = await start();
    expect(await describeSet(ChangeSetId)).toMatchObject({ Status: 'APPLYING' });
    expect(await sendRaw(simulator(), 'CancelChangeSet', { ...CATALOG, ChangeSetId })).toMatchObject({
      status: 423,
      errorType: 'ResourceInUseException',
    });
  });

  test('more open sets than the quota: 402', async () => {
    runLong();
    simulator().control.setQuotas({ openChangeSets: 1 });
    simulator().control.putEntity({ entityId: 'prod-second', entityType: 'SaaSProduct@1.0' });
    await start();
    const second = validStart({
      ChangeSet: [validChange({ Entity: { Type: 'SaaSProduct@1.0', Identifier: 'prod-second' } })],
    });
    expect(await rejection(start(second))).toMatchObject({
      name: 'ServiceQuotaExceededException',
      $metadata: { httpStatusCode: 402, attempts: 1 },
    });
  });
});
