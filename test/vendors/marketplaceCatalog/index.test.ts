import { type CatalogSimulator, startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { CatalogChange, MarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { account, catalogAt, change, failureOf, scope, startRawServer, submission } from './setUp.ts';

/** The service keeps its history for 60 days. */
const daysAgo = (days: number, hour = 0) =>
  `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:04:05Z`;
const startTime = daysAgo(3);
const endTime = daysAgo(2);

let simulator: CatalogSimulator;
let catalog: MarketplaceCatalog;

beforeEach(async () => {
  simulator = await startCatalogSimulator({ seed: 5, account, quotas: 'off', defaultDurationMs: 1 });
  catalog = catalogAt(simulator.url);
  simulator.control.putEntity({ entityId: 'prod-a', entityType: 'SaaSProduct@1.0', revision: 4 });
});
afterEach(() => simulator.close());

function putFailed(
  changeSetId: string,
  more: Partial<Parameters<CatalogSimulator['control']['putChangeSet']>[0]> = {},
) {
  simulator.control.putChangeSet({
    changeSetId,
    name: 'A name',
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime,
    endTime,
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: 'prod-a@4',
        details: '{"Title":"x"}',
      },
    ],
    ...more,
  });
}

const sentBodies = () =>
  simulator.control
    .log({ operation: 'StartChangeSet', kind: 'call' })
    .flatMap((entry) => ('body' in entry ? [entry.body] : []));

describe('describeChangeSet', () => {
  test('gives every member, with the errors of each change', async () => {
    putFailed('cs-1', {
      intent: 'VALIDATE',
      failureCode: 'CLIENT_ERROR',
      failureDescription: 'why',
      changes: [
        {
          changeType: 'UpdateInformation',
          entityType: 'SaaSProduct@1.0',
          identifier: 'prod-a@4',
          changeName: 'first',
          details: '{"Title":"x"}',
          errors: [{ code: 'INVALID_INPUT', message: 'no good' }],
        },
      ],
    });
    expect(await catalog.describeChangeSet(scope, 'cs-1')).toEqual({
      changeSetId: 'cs-1',
      changeSetArn: `arn:aws:aws-marketplace:us-east-1:${account}:AWSMarketplace/ChangeSet/cs-1`,
      name: 'A name',
      intent: 'VALIDATE',
      status: 'FAILED',
      startTime,
      endTime,
      failureCode: 'CLIENT_ERROR',
      failureDescription: 'why',
      changes: [
        {
          changeType: 'UpdateInformation',
          entityType: 'SaaSProduct@1.0',
          entityId: 'prod-a@4',
          changeName: 'first',
          details: '{"Title":"x"}',
          detailsDocument: undefined,
          errors: [{ code: 'INVALID_INPUT', message: 'no good' }],
        },
      ],
    });
  });

  test('one that does not exist is NotFound', async () => {
    expect((await failureOf(catalog.describeChangeSet(scope, 'nobody'))).type).toBe('NotFound');
  });

  test('each account sees its own', async () => {
    putFailed('cs-1');
    const other = { ...scope, account: '444455556666' };
    expect((await catalog.describeChangeSet(scope, 'cs-1')).changeSetId).toBe('cs-1');
    expect((await failureOf(catalog.describeChangeSet(other, 'cs-1'))).type).toBe('NotFound');
  });
});

describe('startChangeSet', () => {
  test('what was described goes out again, its text byte for byte', async () => {
    const details = '{ "Big": 12345678901234567890,\n "Price": 1.10, "Umlaut": "ü\\u00fc", "E": 1e400 }';
    putFailed('cs-1', {
      intent: 'APPLY',
      changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-a@4', details }],
    });
    const { changes, intent } = await catalog.describeChangeSet(scope, 'cs-1');
    const id = await catalog.startChangeSet(scope, submission({ changes, intent, name: 'A name+retry.cs-1.1' }));
    expect((await catalog.describeChangeSet(scope, id)).changes[0]?.details).toBe(details);
    const [body = ''] = sentBodies();
    expect(JSON.parse(body)).toEqual({
      Catalog: 'AWSMarketplace',
      ChangeSetName: 'A name+retry.cs-1.1',
      ClientRequestToken: 'token-1',
      Intent: 'APPLY',
      ChangeSet: [
        {
          ChangeType: 'UpdateInformation',
          Entity: { Type: 'SaaSProduct@1.0', Identifier: 'prod-a@4' },
          Details: details,
        },
      ],
    });
  });

  test('an array goes as a document', async () => {
    const detailsDocument = [{ Type: 'Terms' }, 'two'];
    putFailed('cs-1', {
      changes: [
        { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-a', detailsDocument },
      ],
    });
    const { changes } = await catalog.describeChangeSet(scope, 'cs-1');
    expect(changes).toMatchObject([{ detailsDocument }]);
    expect(changes[0]).not.toHaveProperty('details');
    await catalog.startChangeSet(scope, submission({ changes }));
    const [body = ''] = sentBodies();
    expect(JSON.parse(body).ChangeSet).toEqual([
      {
        ChangeType: 'UpdateInformation',
        Entity: { Type: 'SaaSProduct@1.0', Identifier: 'prod-a' },
        DetailsDocument: detailsDocument,
      },
    ]);
  });

  test('of a text and a document only the text goes out', async () => {
    await catalog.startChangeSet(
      scope,
      submission({ changes: [change({ details: '{"a":1}', detailsDocument: { b: 2 } })] }),
    );
    const [body = ''] = sentBodies();
    expect(JSON.parse(body).ChangeSet[0]).toMatchObject({ Details: '{"a":1}' });
    expect(body).not.toContain('DetailsDocument');
  });

  test('names and references between changes, the intent and the tags are kept', async () => {
    const changes: CatalogChange[] = [
      change({ changeType: 'CreateProduct', entityId: undefined, changeName: 'made', details: '{}' }),
      change({ entityId: '$made.Entity.Identifier', details: '{"Title":"t"}' }),
    ];
    const tags = [
      { key: 'team', value: '' },
      { key: 'steward:origin', value: 'cs-0' },
    ];
    const id = await catalog.startChangeSet(scope, submission({ changes, tags, intent: 'VALIDATE' }));
    const described = await catalog.describeChangeSet(scope, id);
    expect(described.intent).toBe('VALIDATE');
    expect(described.changes.map(({ changeName }) => changeName)).toEqual(['made', undefined]);
    const [body = ''] = sentBodies();
    expect(JSON.parse(body).ChangeSet[0].Entity).toEqual({ Type: 'SaaSProduct@1.0' });
    expect(JSON.parse(body).ChangeSet[1].Entity.Identifier).toBe('$made.Entity.Identifier');
    expect(await catalog.tagsOf(scope, described.changeSetArn ?? '')).toEqual(expect.arrayContaining(tags));
  });

  test('an intent that nobody knows is not dropped', async () => {
    const failure = await failureOf(catalog.startChangeSet(scope, submission({ intent: 'REHEARSE' })));
    expect(failure.type).toBe('RequestRejected');
    expect(sentBodies()).toEqual([]);
  });

  test('the token that went out is the one that was given', async () => {
    const first = await catalog.startChangeSet(scope, submission());
    expect(await catalog.startChangeSet(scope, submission())).toBe(first);
  });

  test('a change set that holds the entity is ResourceInUse, and the message names it', async () => {
    simulator.control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: 600_000 }] });
    const blocking = await catalog.startChangeSet(scope, submission());
    const failure = await failureOf(catalog.startChangeSet(scope, submission({ clientRequestToken: 'token-2' })));
    expect([failure.type, failure.message]).toEqual(['ResourceInUse', expect.stringContaining(blocking)]);
  });

  test('a full account is QuotaExceeded', async () => {
    simulator.control.setQuotas({ enabled: true, openChangeSets: 1 });
    simulator.control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: 600_000 }] });
    simulator.control.putEntity({ entityId: 'prod-b', entityType: 'SaaSProduct@1.0' });
    await catalog.startChangeSet(scope, submission());
    const second = submission({ clientRequestToken: 'token-2', changes: [change({ entityId: 'prod-b' })] });
    expect((await failureOf(catalog.startChangeSet(scope, second))).type).toBe('QuotaExceeded');
  });

  test('a refused request names its fields', async () => {
    const failure = await failureOf(catalog.startChangeSet(scope, submission({ name: 'not / allowed' })));
    expect([failure.type, failure.nonRetryable]).toEqual(['RequestRejected', true]);
    expect(failure.details).toEqual([
      {
        operation: 'StartChangeSet',
        vendorType: 'ValidationException',
        fields: [{ field: expect.stringContaining('ChangeSetName'), message: expect.any(String) }],
      },
    ]);
  });
});

describe('listChangeSetsByName', () => {
  test('every page, newest first, and only exact names', async () => {
    const expected: string[] = [];
    for (let index = 0; index < 45; index += 1) {
      const started = daysAgo(1 + (index % 28), Math.floor(index / 28));
      putFailed(`cs-${index}`, { name: index % 2 === 0 ? 'wanted' : 'wanted too', startTime: started });
      expected.push(started);
    }
    putFailed('other', { name: 'Wanted' });
    const rows = await catalog.listChangeSetsByName(scope, ['wanted', 'wanted too', 'nobody']);
    expect(rows.map((row) => row.startTime)).toEqual(expected.toSorted().toReversed());
    expect(simulator.control.log({ operation: 'ListChangeSets', kind: 'call' })).toHaveLength(3);
  });

  test('rows of other names, and rows without one, are left out', async () => {
    const rows = [
      { ChangeSetId: 'cs-1', ChangeSetName: 'A name, longer' },
      { ChangeSetId: 'cs-2', ChangeSetName: 'A name' },
      { ChangeSetId: 'cs-3' },
      { ChangeSetId: 'cs-4', ChangeSetName: 'A name', StartTime: startTime },
    ];
    const server = await startRawServer(() => ({ body: JSON.stringify({ ChangeSetSummaryList: rows }) }));
    try {
      const found = await catalogAt(server.url).listChangeSetsByName(scope, ['A name']);
      expect(found.map(({ changeSetId }) => changeSetId)).toEqual(['cs-4', 'cs-2']);
    } finally {
      await server.close();
    }
  });

  test('a row has what the vendor lists', async () => {
    putFailed('cs-1');
    expect(await catalog.listChangeSetsByName(scope, ['A name'])).toEqual([
      {
        changeSetId: 'cs-1',
        name: 'A name',
        status: 'FAILED',
        startTime,
        endTime,
        entityIds: ['prod-a'],
        failureCode: 'SERVER_FAULT',
      },
    ]);
  });

  test('no names, no call; more than a filter takes is refused', async () => {
    expect(await catalog.listChangeSetsByName(scope, [])).toEqual([]);
    const names = Array.from({ length: 11 }, (_, index) => `name ${index}`);
    await expect(catalog.listChangeSetsByName(scope, names)).rejects.toThrow(/names: found 11, expected at most 10/);
    expect(simulator.control.log({ operation: 'ListChangeSets' })).toEqual([]);
  });
});

describe('assessments', () => {
  function putAssessment(id: string, option: string, result: 'PASS' | 'FAIL', day: number, controls: object[] = []) {
    simulator.control.putAssessment({
      AssessmentId: id,
      AssessmentTargetSummary: { EntityId: 'prod-ami' },
      FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: option } },
      AssessmentResult: result,
      CreatedAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`,
      ControlAssessments: JSON.parse(JSON.stringify(controls)),
    });
  }

  test('passed and failed ones, with what they are about', async () => {
    putAssessment('assessment-1', 'do-fixed', 'PASS', 1);
    putAssessment('assessment-2', 'do-broken', 'FAIL', 2);
    const [failed, passed] = await catalog.listAssessments(scope);
    expect(failed).toEqual({
      assessmentId: 'assessment-2',
      frameworkId: 'AMISecurity@1.0',
      entityId: 'prod-ami',
      deliveryOptionId: 'do-broken',
      result: 'FAIL',
      createdAt: '2026-01-02T00:00:00Z',
      expiresAt: undefined,
    });
    expect(passed).toMatchObject({ assessmentId: 'assessment-1', result: 'PASS' });
  });

  test('every page of assessments and of controls', async () => {
    for (let index = 0; index < 120; index += 1) putAssessment(`assessment-${index}`, `do-${index}`, 'FAIL', 1);
    const controls = Array.from({ length: 130 }, (_, index) => ({
      ControlId: `control-${index}`,
      ControlAssessmentResult: index === 0 ? 'PASS' : index === 1 ? 'EXEMPTION_PASS' : 'FAIL',
      Errors: [{ Code: 'FOUND', Message: 'a finding', Scope: [{ Name: 'Port', Value: '22' }] }],
    }));
    putAssessment('assessment-0', 'do-0', 'FAIL', 1, controls);
    expect(await catalog.listAssessments(scope)).toHaveLength(120);
    const failed = await catalog.failedControls(scope, 'assessment-0');
    expect(failed.map(({ controlId }) => controlId)).toEqual(controls.slice(2).map(({ ControlId }) => ControlId));
    expect(failed[0]?.errors).toEqual([{ code: 'FOUND', message: 'a finding' }]);
  });
});

describe('what a product and its versions are called', () => {
  function putProduct(details: string | Record<string, never>): void {
    simulator.control.putEntity({ entityId: 'prod-ami', entityType: 'AmiProduct@1.0', details });
  }

  test('by the delivery options', async () => {
    const versions = [
      { VersionTitle: '1.0', DeliveryOptions: [{ Id: 'do-1' }, { Id: 'do-2' }] },
      { DeliveryOptions: [{ Id: 'do-3' }, { Title: 'has no id' }] },
    ];
    putProduct(JSON.stringify({ Description: { ProductTitle: 'My AMI' }, Versions: versions }));
    expect(await catalog.describeProduct(scope, 'prod-ami')).toEqual({
      title: 'My AMI',
      versions: [
        { title: '1.0', deliveryOptionIds: ['do-1', 'do-2'] },
        { title: undefined, deliveryOptionIds: ['do-3'] },
      ],
    });
  });

  test.each([
    '{}',
    '[]',
    '{"Description":null,"Versions":{}}',
    '{"Description":{"ProductTitle":7},"Versions":null}',
    'x',
  ])('details of another form, %s, give no names', async (details) => {
    putProduct(details);
    expect(await catalog.describeProduct(scope, 'prod-ami')).toEqual({ title: undefined, versions: [] });
  });
});

describe('the state and the end of an offer', () => {
  const end = '2027-04-30T23:59:59.999Z';
  const targeting = { Type: 'TargetingRule', PositiveTargeting: { BuyerAccounts: ['999988887777'] } };
  const availability = { Type: 'AvailabilityRule', AvailabilityEndDate: end };

  test.each<[string, object | string, object]>([
    [
      'as AWS documents it',
      { State: 'Released', Name: 'For Ann', Rules: [targeting, availability] },
      { state: 'Released', availabilityEndDate: end },
    ],
    ['of a public offer', { State: 'Released', Rules: [targeting] }, { state: 'Released' }],
    ['beside the rules', { AvailabilityEndDate: '2027-04-30' }, { availabilityEndDate: '2027-04-30' }],
    ['of another form', { State: 7, Rules: { Type: 'AvailabilityRule' }, AvailabilityEndDate: null }, {}],
    ['a list', '[]', {}],
    ['no JSON', 'x', {}],
  ])('%s', async (_name, given, offer) => {
    const details = typeof given === 'string' ? given : JSON.stringify(given);
    simulator.control.putEntity({ entityId: 'offer-1', entityType: 'Offer@1.0', details });
    expect(await catalog.describeOffer(scope, 'offer-1')).toEqual(offer);
  });
});

describe('what buyers read as the name of an entity', () => {
  const putEntity = (entityType: string, details: Record<string, string | Record<string, string>>): void => {
    simulator.control.putEntity({ entityId: 'entity-1', entityType, details, name: 'seller’s own' });
  };

  test.each([
    ['SaaSProduct@1.0', { Description: { ProductTitle: 'My service' } }, 'My service'],
    ['MachineLearningProduct@1.0', { Description: { ProductTitle: 'My model' } }, 'My model'],
    ['Solution@1.0', { Presentation: { Title: 'My solution', Name: 'for_customer_x' } }, 'My solution'],
    ['Solution@1.0', { Presentation: { Name: 'for_customer_x' } }, undefined],
    ['ContainerProduct@1.0', {}, undefined],
  ])('%s %j', async (entityType, details, title) => {
    putEntity(entityType, details);
    expect((await catalog.describeEntity(scope, 'entity-1')).title).toBe(title);
  });

  test.each(['Offer@1.0', 'OfferSet@1.0', 'ResaleAuthorization@1.0'])('%s: none, it may be a buyer’s', async (type) => {
    putEntity(type, { Name: 'Acme deal', Description: { ProductTitle: 'Acme' }, Presentation: { Title: 'Acme' } });
    expect(JSON.stringify(await catalog.describeEntity(scope, 'entity-1'))).not.toContain('Acme');
  });
});

describe('listChangeSets by the time of the end', () => {
  const second = (offsetMs: number): string =>
    `${new Date(Date.parse(endTime) + offsetMs).toISOString().slice(0, 19)}Z`;

  test('the first bound is inclusive, the last is not, whatever the vendor’s are', async () => {
    for (const offsetMs of [-1_000, 0, 5_000, 10_000]) putFailed(`cs${offsetMs}`, { endTime: second(offsetMs) });
    const bounds = { endedFrom: second(0), endedBefore: second(10_000) };
    const rows = await catalog.listChangeSets(scope, { statuses: ['FAILED'], ...bounds });
    expect(rows.map(({ changeSetId }) => changeSetId).toSorted()).toEqual(['cs0', 'cs5000']);
    expect(await catalog.listChangeSets(scope, { statuses: ['SUCCEEDED'], ...bounds })).toEqual([]);
    expect(simulator.control.log({ operation: 'ListChangeSets', kind: 'call' })[0]).toMatchObject({
      request: { Sort: { SortBy: 'EndTime' } },
    });
  });
});
