import {
  DescribeChangeSetCommand,
  DescribeEntityCommand,
  ListChangeSetsCommand,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import { startCatalogSimulator } from '../../src/marketplaceCatalog/index.ts';
import {
  ACCOUNT,
  LONG_MS,
  PRODUCT,
  authorization,
  clientFor,
  sendRaw,
  simulatorForFile,
  validChange,
  validStart,
} from './support.ts';
import { defined } from '../../src/defined.ts';

const simulator = simulatorForFile({ defaultDurationMs: 5 });
const CATALOG = { Catalog: 'AWSMarketplace' };
const ORIGIN = '76yesvf8y165pa4f98td2crtg';

async function control(
  call: string,
  body: object | string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${simulator().url}/_control/${call}`, { method: 'POST', body: text });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}
const log = async (query = ''): Promise<{ kind: string; operation: string }[]> =>
  JSON.parse(await (await fetch(`${simulator().url}/_log${query}`)).text()).entries;

async function start(ChangeSetName?: string, more = {}): Promise<string> {
  const input = validStart({ ...defined({ ChangeSetName }), ...more });
  return (await clientFor(simulator()).send(new StartChangeSetCommand(input))).ChangeSetId ?? '';
}
async function outcomeOf(ChangeSetName?: string): Promise<string> {
  return simulator().control.settled(await start(ChangeSetName));
}
const DONE = { status: 200, body: {} };

describe('by HTTP', () => {
  test('change sets, entities, assessments, faults, plans, quotas, events and reset', async () => {
    const changes = [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: 'prod-of-history@4',
        details: '{ "A" : 1 }',
        errors: [{ code: 'INVALID_INPUT', message: 'Bad' }],
      },
    ];
    const tags = [{ Key: 'team', Value: 'one' }];
    expect(
      await control('change-sets', {
        changeSetId: ORIGIN,
        name: 'Old',
        status: 'FAILED',
        failureCode: 'CLIENT_ERROR',
        startTime: '2026-11-20T00:00:00Z',
        endTime: '2026-11-20T01:00:00Z',
        intent: 'VALIDATE',
        tags,
        changes,
      }),
    ).toEqual(DONE);
    expect(
      await control('entities', { entityId: 'prod-put', entityType: 'AmiProduct@1.0', details: { a: 1 } }),
    ).toEqual(DONE);
    expect(
      await control('assessments', {
        AssessmentId: 'assessment-a',
        AssessmentTargetSummary: { EntityId: 'prod-put' },
        AssessmentResult: 'FAIL',
        CreatedAt: '2026-11-20T00:00:00Z',
      }),
    ).toEqual(DONE);
    expect(await control('plan', { match: { changeSetName: 'Planned' }, outcomes: [{ status: 'CANCELLED' }] })).toEqual(
      DONE,
    );
    expect(await control('quotas', { enabled: true, perSecond: { DescribeEntity: 20 } })).toEqual(DONE);
    expect(await control('events', { target: null, policy: { kind: 'deliver' } })).toEqual(DONE);

    const client = clientFor(simulator());
    expect(await client.send(new DescribeChangeSetCommand({ ...CATALOG, ChangeSetId: ORIGIN }))).toMatchObject({
      ChangeSetName: 'Old',
      Intent: 'VALIDATE',
      Status: 'FAILED',
      FailureCode: 'CLIENT_ERROR',
      StartTime: '2026-11-20T00:00:00Z',
      EndTime: '2026-11-20T01:00:00Z',
      ChangeSet: [
        {
          Details: '{ "A" : 1 }',
          DetailsDocument: { A: 1 },
          ErrorDetailList: [{ ErrorCode: 'INVALID_INPUT', ErrorMessage: 'Bad' }],
        },
      ],
    });
    const arn = `arn:aws:aws-marketplace:us-east-1:${ACCOUNT}:AWSMarketplace/ChangeSet/${ORIGIN}`;
    expect((await sendRaw(simulator(), 'ListTagsForResource', { ResourceArn: arn })).text).toContain(
      JSON.stringify(tags),
    );
    expect(await client.send(new DescribeEntityCommand({ ...CATALOG, EntityId: 'prod-of-history' }))).toMatchObject({
      EntityType: 'SaaSProduct@1.0',
      EntityIdentifier: 'prod-of-history@4',
    });
    expect(await client.send(new DescribeEntityCommand({ ...CATALOG, EntityId: 'prod-put' }))).toMatchObject({
      Details: '{"a":1}',
    });
    expect((await sendRaw(simulator(), 'ListAssessments', CATALOG)).text).toContain('assessment-a');
    expect(await outcomeOf('Planned')).toBe('CANCELLED');
    expect(await control('emit', { changeSetId: ORIGIN })).toMatchObject({ status: 200, body: { result: 'noTarget' } });
    expect(
      await control('faults', { operation: '*', fault: 'error', type: 'ExpiredTokenException', status: 403 }),
    ).toEqual(DONE);
    expect(await sendRaw(simulator(), 'ListChangeSets', CATALOG)).toMatchObject({
      status: 403,
      errorType: 'ExpiredTokenException',
    });

    expect(await control('reset', '')).toEqual(DONE);
    expect(await log()).toEqual([]);
    expect((await client.send(new ListChangeSetsCommand(CATALOG))).ChangeSetSummaryList).toEqual([]);
  });

  test.each([
    ['plan', { match: {}, outcomes: [] }, 'outcomes'],
    ['plan', { match: { name: 'x' }, outcomes: [{ status: 'FAILED' }] }, 'match'],
    ['plan', { match: {}, outcomes: [{ status: 'DONE' }] }, 'outcomes[0].status'],
    ['plan', { match: { changeSetId: 'nobody' }, outcomes: [{ status: 'FAILED' }] }, 'changeSetId'],
    ['change-sets', { changeSetId: 'a' }, 'name'],
    [
      'change-sets',
      { changeSetId: 'a', name: 'n', status: 'FAILED', startTime: '2026-11-20T00:00:00.000Z', changes: [] },
      'startTime',
    ],
    ['entities', { entityId: 'a', entityType: 'AmiProduct' }, 'entityType'],
    ['assessments', { AssessmentId: 'a' }, 'AssessmentResult'],
    ['faults', { operation: 'StartChangeSet', fault: 'gremlin' }, 'fault'],
    ['faults', { operation: 'ListChangeSets', fault: 'forgetToken' }, 'operation'],
    ['events', { policy: { kind: 'lost', share: 2 } }, 'policy.share'],
    ['events', { target: { url: 'ftp://somewhere' } }, 'target.url'],
    ['emit', { changeSetId: 'nobody' }, 'changeSetId'],
    ['quotas', { perSecond: { Everything: 1 } }, 'perSecond'],
    ['plan', '{"match":', 'body'],
  ])('%s with %j is refused, naming %s', async (call, body, field) => {
    const answer = await control(call, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(`${field}:`);
  });

  test('the log in order, by operation and kind', async () => {
    await start();
    await sendRaw(simulator(), 'ListChangeSets', CATALOG);
    await sendRaw(simulator(), 'ListChangeSets', {});
    const calls = (entries: { kind: string; operation: string }[]) =>
      entries.filter(({ kind }) => kind !== 'event').map(({ kind, operation }) => [kind, operation]);
    expect(calls(await log())).toEqual([
      ['call', 'StartChangeSet'],
      ['call', 'ListChangeSets'],
      ['refusal', 'ListChangeSets'],
    ]);
    expect(calls(await log('?operation=ListChangeSets'))).toEqual([
      ['call', 'ListChangeSets'],
      ['refusal', 'ListChangeSets'],
    ]);
    expect(calls(await log('?operation=ListChangeSets&kind=call'))).toEqual([['call', 'ListChangeSets']]);
    expect((await fetch(`${simulator().url}/_log?operations=x`)).status).toBe(400);
  });
});

describe('plans', () => {
  test('one outcome for each set, the last one for all that follow', async () => {
    simulator().control.plan({ match: {}, outcomes: [{ status: 'FAILED' }, { status: 'CANCELLED' }] });
    expect([await outcomeOf(), await outcomeOf(), await outcomeOf()]).toEqual(['FAILED', 'CANCELLED', 'CANCELLED']);
  });

  test('the newest plan that matches decides; without any, success', async () => {
    simulator().control.plan({ match: { entityId: PRODUCT }, outcomes: [{ status: 'FAILED' }] });
    simulator().control.plan({ match: { nameContains: ORIGIN }, outcomes: [{ status: 'CANCELLED' }] });
    simulator().control.plan({
      match: { changeSetName: 'Mine', changeType: 'UpdateInformation', account: ACCOUNT },
      outcomes: [{ status: 'SUCCEEDED' }],
    });
    simulator().control.plan({ match: { account: '111122223333' }, outcomes: [{ status: 'CANCELLED' }] });
    expect(await outcomeOf('Other')).toBe('FAILED');
    expect(await outcomeOf(`Original name+retry.${ORIGIN}.1`)).toBe('CANCELLED');
    expect(await outcomeOf('Mine')).toBe('SUCCEEDED');
    simulator().control.reset();
    simulator().control.putEntity({ entityId: PRODUCT, entityType: 'SaaSProduct@1.0' });
    expect(await outcomeOf('Other')).toBe('SUCCEEDED');
  });

  test('a set that is refused uses no outcome up', async () => {
    simulator().control.plan({ match: {}, outcomes: [{ status: 'FAILED' }, { status: 'SUCCEEDED' }] });
    expect(
      await sendRaw(simulator(), 'StartChangeSet', validStart({ ChangeSet: [validChange({ Details: '[]' })] })),
    ).toMatchObject({ status: 422 });
    expect(await outcomeOf()).toBe('FAILED');
  });

  test('a running set, put or started, meets the outcome that is set for it', async () => {
    const changes = [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: PRODUCT }];
    simulator().control.putChangeSet({
      changeSetId: ORIGIN,
      name: 'Running',
      status: 'APPLYING',
      startTime: '2026-11-20T00:00:00Z',
      changes,
    });
    expect(await sendRaw(simulator(), 'StartChangeSet', validStart())).toMatchObject({ status: 423 });
    const settled = simulator().control.settled(ORIGIN);
    const end = { match: { changeSetId: ORIGIN }, outcomes: [{ status: 'FAILED' as const, durationMs: 0 }] };
    simulator().control.plan(end);
    expect(await settled).toBe('FAILED');
    expect(() => simulator().control.plan(end)).toThrow(/has ended as FAILED/);
    expect(await sendRaw(simulator(), 'StartChangeSet', validStart())).toMatchObject({ status: 200 });
  });

  test('a failure that partialEffects all the same shows in the entity’s revision', async () => {
    simulator().control.plan({
      match: {},
      outcomes: [{ status: 'FAILED', failureCode: 'SERVER_FAULT', partialEffects: true }],
    });
    await outcomeOf();
    const entity = await clientFor(simulator()).send(new DescribeEntityCommand({ ...CATALOG, EntityId: PRODUCT }));
    expect(entity.EntityIdentifier).toBe(`${PRODUCT}@2`);
  });

  test('an entity made by a failure that partialEffects is listed, and its set does not name it', async () => {
    simulator().control.plan({
      match: {},
      outcomes: [{ status: 'FAILED', failureCode: 'SERVER_FAULT', partialEffects: true }],
    });
    const ChangeSetId = await start('Create', {
      ChangeSet: [{ ChangeType: 'CreateOffer', Entity: { Type: 'Offer@1.0' }, Details: '{}' }],
    });
    await simulator().control.settled(ChangeSetId);
    expect((await sendRaw(simulator(), 'ListEntities', { ...CATALOG, EntityType: 'Offer' })).text).toContain(
      '"EntityId":"offer-',
    );
    const { ChangeSet = [] } = await clientFor(simulator()).send(
      new DescribeChangeSetCommand({ ...CATALOG, ChangeSetId }),
    );
    expect(ChangeSet[0]?.Entity).toEqual({ Type: 'Offer@1.0' });
  });
});

describe('what is put', () => {
  test('tags of an entity are listed to its owner only', async () => {
    const tags = [{ Key: 'team', Value: 'one' }];
    simulator().control.putEntity({ entityId: 'prod-tagged', entityType: 'AmiProduct@1.0', tags });
    const ResourceArn = `arn:aws:aws-marketplace:us-east-1:${ACCOUNT}:AWSMarketplace/AmiProduct/prod-tagged`;
    expect(JSON.parse((await sendRaw(simulator(), 'ListTagsForResource', { ResourceArn })).text)).toEqual({
      ResourceArn,
      Tags: tags,
    });
    const asOther = { authorization: authorization('111122223333') };
    expect(await sendRaw(simulator(), 'ListTagsForResource', { ResourceArn }, asOther)).toMatchObject({ status: 404 });
  });

  test.each([
    ['SUCCEEDED', 'prod-new@5'],
    ['FAILED', 'prod-new@4'],
  ] as const)('the missing entity of a set that %s on revision 4 is %s', async (status, latest) => {
    const changes = [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-new@4' }];
    simulator().control.putChangeSet({
      changeSetId: ORIGIN,
      name: 'Old',
      status,
      startTime: '2026-11-20T00:00:00Z',
      changes,
    });
    const entity = await clientFor(simulator()).send(new DescribeEntityCommand({ ...CATALOG, EntityId: 'prod-new' }));
    expect(entity.EntityIdentifier).toBe(latest);
  });
});

describe('in process', () => {
  test('a body of the wrong shape and an unknown id are refused', async () => {
    expect(() => simulator().control.putEntity({ entityId: '', entityType: 'AmiProduct@1.0' })).toThrow(/entityId/);
    await expect(simulator().control.settled('nobody')).rejects.toThrow(/no change set 'nobody' is known/);
    await expect(simulator().control.emit({ changeSetId: 'nobody' })).rejects.toThrow(/no change set 'nobody'/);
    const running = await (simulator().control.plan({
      match: {},
      outcomes: [{ status: 'FAILED', durationMs: LONG_MS }],
    }),
    start());
    await expect(simulator().control.emit({ changeSetId: running })).rejects.toThrow(/only a set that has ended/);
  });

  test('one seed gives the same ids to the same calls, another seed others', async () => {
    const idFrom = async (seed: number): Promise<string | undefined> => {
      const other = await startCatalogSimulator({ seed });
      other.control.putEntity({ entityId: PRODUCT, entityType: 'SaaSProduct@1.0' });
      const { ChangeSetId } = await clientFor(other).send(new StartChangeSetCommand(validStart()));
      await other.close();
      return ChangeSetId;
    };
    const first = await idFrom(3);
    expect(await idFrom(3)).toBe(first);
    expect(await idFrom(4)).not.toBe(first);
  });

  test('close frees the port, and a port that is taken is an error', async () => {
    const other = await startCatalogSimulator({ seed: 1 });
    const port = Number(new URL(other.url).port);
    await expect(startCatalogSimulator({ seed: 1, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await other.close();
    await expect(fetch(other.url)).rejects.toThrow('fetch failed');
    const again = await startCatalogSimulator({ seed: 1, port });
    expect(again.url).toBe(other.url);
    await again.close();
  });
});
