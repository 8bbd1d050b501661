import {
  clientFor,
  fieldsAtFault,
  rejection,
  sendBySdk,
  sendRaw,
  simulatorForFile,
  validChange,
  validStart,
  PRODUCT,
} from './support.ts';

const simulator = simulatorForFile();

interface Violation {
  readonly operation: string;
  readonly constraint: string;
  readonly input: object;
  /** The field that the answer has to name. */
  readonly field: string;
}

const CATALOG = { Catalog: 'AWSMarketplace' };
const start = (constraint: string, field: string, more: object): Violation => ({
  operation: 'StartChangeSet',
  constraint,
  field,
  input: { ...validStart(), ...more },
});
const change = (constraint: string, field: string, more: object): Violation =>
  start(constraint, `ChangeSet[0]${field === '' ? '' : `.${field}`}`, { ChangeSet: [validChange(more)] });
const call = (operation: string, constraint: string, field: string, input: object): Violation => ({
  operation,
  constraint,
  field,
  input: { ...CATALOG, ...input },
});
const entities = (constraint: string, field: string, input: object): Violation =>
  call('ListEntities', constraint, field, { EntityType: 'Offer', ...input });
const offerFilter = (constraint: string, field: string, filters: object): Violation =>
  entities(constraint, `EntityTypeFilters.OfferFilters${field === '' ? '' : `.${field}`}`, {
    EntityTypeFilters: { OfferFilters: filters },
  });
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
const filter = (Name: string, ...ValueList: string[]) => ({ FilterList: [{ Name, ValueList }] });
const VALUES = { ValueList: ['a'] };

const catalogs = [
  ['DescribeChangeSet', 'catalog', { ChangeSetId: 'a' }],
  ['CancelChangeSet', 'catalog', { ChangeSetId: 'a' }],
  ['DescribeEntity', 'catalog', { EntityId: 'a' }],
  ['StartChangeSet', 'Catalog', validStart()],
  ['ListChangeSets', 'Catalog', {}],
  ['ListEntities', 'Catalog', { EntityType: 'Offer' }],
  ['ListAssessments', 'Catalog', {}],
  ['DescribeAssessment', 'Catalog', { AssessmentIdentifier: 'assessment-a' }],
] as const;

const violations: Violation[] = [
  ...catalogs.flatMap(([operation, field, input]) =>
    [
      ['missing', undefined],
      ['empty', ''],
      ['of 65 characters', 'A'.repeat(65)],
      ['with a digit', 'AWS1'],
      ['another catalog', 'OtherMarketplace'],
    ].map(([what, Catalog]) => {
      const { Catalog: _valid, ...rest } = { Catalog: '', ...input };
      const constraint = `catalog ${what}`;
      return { operation, constraint, field, input: Catalog === undefined ? rest : { ...rest, Catalog } };
    }),
  ),

  start('ChangeSet missing', 'ChangeSet', { ChangeSet: undefined }),
  start('ChangeSet empty', 'ChangeSet', { ChangeSet: [] }),
  start('21 changes', 'ChangeSet', { ChangeSet: times(21, validChange()) }),
  change('ChangeType missing', 'ChangeType', { ChangeType: undefined }),
  change('ChangeType empty', 'ChangeType', { ChangeType: '' }),
  change('ChangeType of 256 characters', 'ChangeType', { ChangeType: `A${'a'.repeat(255)}` }),
  change('ChangeType not beginning with a capital', 'ChangeType', { ChangeType: 'updateInformation' }),
  change('Entity missing', 'Entity', { Entity: undefined }),
  change('Entity.Type missing', 'Entity.Type', { Entity: { Identifier: PRODUCT } }),
  change('Entity.Type empty', 'Entity.Type', { Entity: { Type: '', Identifier: PRODUCT } }),
  change('Entity.Type of 256 characters', 'Entity.Type', { Entity: { Type: 'A'.repeat(256), Identifier: PRODUCT } }),
  change('Entity.Type of another type than the entity', 'Entity.Type', {
    Entity: { Type: 'Offer@1.0', Identifier: PRODUCT },
  }),
  change('Entity.Identifier empty', 'Entity.Identifier', { Entity: { Type: 'SaaSProduct@1.0', Identifier: '' } }),
  change('Entity.Identifier of 256 characters', 'Entity.Identifier', {
    Entity: { Type: 'SaaSProduct@1.0', Identifier: 'a'.repeat(256) },
  }),
  change('Entity.Identifier with an old revision', 'Entity.Identifier', {
    Entity: { Type: 'SaaSProduct@1.0', Identifier: `${PRODUCT}@9` },
  }),
  change('Entity.Identifier that refers to no change', 'Entity.Identifier', {
    Entity: { Type: 'SaaSProduct@1.0', Identifier: '$Nobody.Entity.Identifier' },
  }),
  change('EntityTags empty', 'EntityTags', { EntityTags: [] }),
  change('201 EntityTags', 'EntityTags', { EntityTags: times(201, { Key: 'k', Value: 'v' }) }),
  change('EntityTags without a key', 'EntityTags[0].Key', { EntityTags: [{ Value: 'v' }] }),
  change('Details of 1 character', 'Details', { Details: '{' }),
  change('Details of 16,385 characters', 'Details', { Details: `{"a":"${'x'.repeat(16_377)}"}` }),
  change('Details that is an array', 'Details', { Details: '[1]' }),
  change('Details that is no JSON', 'Details', { Details: '{not json}' }),
  change('Details and DetailsDocument', 'DetailsDocument', { DetailsDocument: { ProductTitle: 'x' } }),
  change('ChangeName empty', 'ChangeName', { ChangeName: '' }),
  change('ChangeName of 73 characters', 'ChangeName', { ChangeName: 'a'.repeat(73) }),
  start('one change type twice for one entity', 'ChangeSet[1].ChangeType', {
    ChangeSet: [validChange(), validChange({ Entity: { Type: 'SaaSProduct@1.0', Identifier: `${PRODUCT}@1` } })],
  }),
  start('ChangeSetName empty', 'ChangeSetName', { ChangeSetName: '' }),
  start('ChangeSetName of 101 characters', 'ChangeSetName', { ChangeSetName: 'a'.repeat(101) }),
  start('ChangeSetName with a slash', 'ChangeSetName', { ChangeSetName: 'a/b' }),
  start('ChangeSetName not ASCII', 'ChangeSetName', { ChangeSetName: 'Äpfel' }),
  start('ClientRequestToken of 65 characters', 'ClientRequestToken', { ClientRequestToken: 'a'.repeat(65) }),
  start('ClientRequestToken with a space', 'ClientRequestToken', { ClientRequestToken: 'a b' }),
  start('Intent unknown', 'Intent', { Intent: 'TRY' }),
  start('ChangeSetTags empty', 'ChangeSetTags', { ChangeSetTags: [] }),
  start('201 ChangeSetTags', 'ChangeSetTags', { ChangeSetTags: times(201, { Key: 'k', Value: 'v' }) }),
  start('tag without a key', 'ChangeSetTags[0].Key', { ChangeSetTags: [{ Value: 'v' }] }),
  start('tag with an empty key', 'ChangeSetTags[0].Key', { ChangeSetTags: [{ Key: '', Value: 'v' }] }),
  start('tag key of 129 characters', 'ChangeSetTags[0].Key', { ChangeSetTags: [{ Key: 'k'.repeat(129), Value: 'v' }] }),
  start('tag key with a sign that is not allowed', 'ChangeSetTags[0].Key', {
    ChangeSetTags: [{ Key: 'k#', Value: '' }],
  }),
  start('tag without a value', 'ChangeSetTags[0].Value', { ChangeSetTags: [{ Key: 'k' }] }),
  start('tag value of 257 characters', 'ChangeSetTags[0].Value', {
    ChangeSetTags: [{ Key: 'k', Value: 'v'.repeat(257) }],
  }),
  start('tag value with a sign that is not allowed', 'ChangeSetTags[0].Value', {
    ChangeSetTags: [{ Key: 'k', Value: 'v;' }],
  }),

  ...['DescribeChangeSet', 'CancelChangeSet'].flatMap((operation) => [
    call(operation, 'changeSetId missing', 'changeSetId', {}),
    call(operation, 'changeSetId empty', 'changeSetId', { ChangeSetId: '' }),
    call(operation, 'changeSetId of 256 characters', 'changeSetId', { ChangeSetId: 'a'.repeat(256) }),
    call(operation, 'changeSetId with a dot', 'changeSetId', { ChangeSetId: 'a.b' }),
  ]),
  call('DescribeEntity', 'entityId missing', 'entityId', {}),
  call('DescribeEntity', 'entityId empty', 'entityId', { EntityId: '' }),
  call('DescribeEntity', 'entityId of 256 characters', 'entityId', { EntityId: 'a'.repeat(256) }),

  call('ListChangeSets', 'FilterList empty', 'FilterList', { FilterList: [] }),
  call('ListChangeSets', '9 filters', 'FilterList', { FilterList: times(9, { Name: 'EntityId', ValueList: ['a'] }) }),
  call('ListChangeSets', 'filter without a name', 'FilterList[0].Name', { FilterList: [{ ValueList: ['a'] }] }),
  call('ListChangeSets', 'filter of an unknown name', 'FilterList[0].Name', filter('Intent', 'APPLY')),
  call('ListChangeSets', 'filter without values', 'FilterList[0].ValueList', { FilterList: [{ Name: 'EntityId' }] }),
  call('ListChangeSets', 'filter with no values', 'FilterList[0].ValueList', filter('EntityId')),
  call('ListChangeSets', '11 values', 'FilterList[0].ValueList', filter('EntityId', ...times(11, 'a'))),
  call('ListChangeSets', 'empty value', 'FilterList[0].ValueList[0]', filter('EntityId', '')),
  call('ListChangeSets', 'value of 256 characters', 'FilterList[0].ValueList[0]', filter('EntityId', 'a'.repeat(256))),
  call('ListChangeSets', 'unknown status', 'FilterList[0].ValueList[0]', filter('Status', 'LOST')),
  call('ListChangeSets', 'time that is none', 'FilterList[0].ValueList[0]', filter('AfterStartTime', 'yesterday')),
  call('ListChangeSets', 'unknown SortBy', 'Sort.SortBy', { Sort: { SortBy: 'Status' } }),
  call('ListChangeSets', 'unknown SortOrder', 'Sort.SortOrder', { Sort: { SortOrder: 'UP' } }),
  call('ListChangeSets', 'MaxResults 0', 'MaxResults', { MaxResults: 0 }),
  call('ListChangeSets', 'MaxResults 21', 'MaxResults', { MaxResults: 21 }),
  call('ListChangeSets', 'MaxResults not whole', 'MaxResults', { MaxResults: 1.5 }),
  call('ListChangeSets', 'NextToken empty', 'NextToken', { NextToken: '' }),
  call('ListChangeSets', 'NextToken of 4,097 characters', 'NextToken', { NextToken: 'a'.repeat(4097) }),
  call('ListChangeSets', 'NextToken with a space', 'NextToken', { NextToken: 'a b' }),
  call('ListChangeSets', 'NextToken that was not given', 'NextToken', { NextToken: 'bm90LWEtdG9rZW4' }),

  call('ListEntities', 'EntityType missing', 'EntityType', {}),
  call('ListEntities', 'EntityType empty', 'EntityType', { EntityType: '' }),
  call('ListEntities', 'EntityType of 256 characters', 'EntityType', { EntityType: 'A'.repeat(256) }),
  call('ListEntities', 'EntityType unknown', 'EntityType', { EntityType: 'Dream' }),
  entities('FilterList empty', 'FilterList', { FilterList: [] }),
  entities('9 filters', 'FilterList', { FilterList: times(9, { Name: 'EntityId', ValueList: ['a'] }) }),
  entities('filter of an unknown name', 'FilterList[0].Name', filter('Status', 'FAILED')),
  entities('11 values', 'FilterList[0].ValueList', filter('EntityId', ...times(11, 'a'))),
  entities('Sort by a member the type lacks', 'Sort.SortBy', { Sort: { SortBy: 'ProductTitle' } }),
  entities('unknown SortOrder', 'Sort.SortOrder', { Sort: { SortBy: 'Name', SortOrder: 'UP' } }),
  entities('MaxResults 0', 'MaxResults', { MaxResults: 0 }),
  entities('MaxResults 51', 'MaxResults', { MaxResults: 51 }),
  entities('NextToken that was not given', 'NextToken', { NextToken: 'abc' }),
  entities('OwnershipType unknown', 'OwnershipType', { OwnershipType: 'OTHERS' }),
  entities('filters of another type', 'EntityTypeFilters', {
    EntityTypeFilters: { OfferSetFilters: { Name: VALUES } },
  }),
  entities('sort of another type', 'EntityTypeSort', { EntityTypeSort: { OfferSetSort: { SortBy: 'Name' } } }),
  entities('EntityTypeSort by a member the type lacks', 'EntityTypeSort.OfferSort.SortBy', {
    EntityTypeSort: { OfferSort: { SortBy: 'ProductTitle' } },
  }),
  offerFilter('nine filters in one call', '', {
    EntityId: VALUES,
    Name: VALUES,
    ProductId: VALUES,
    ResaleAuthorizationId: VALUES,
    State: VALUES,
    Targeting: VALUES,
    OfferSetId: VALUES,
    TargetAgreementId: VALUES,
    CreatedBySource: VALUES,
  }),
  offerFilter('two wildcards', '', { Name: { WildCardValue: 'a' }, BuyerAccounts: { WildCardValue: '1' } }),
  offerFilter('11 values', 'Name.ValueList', { Name: { ValueList: times(11, 'a') } }),
  offerFilter('filter with nothing in it', 'Name', { Name: {} }),
  offerFilter('date range with no end', 'ReleaseDate.DateRange', { ReleaseDate: { DateRange: {} } }),
  offerFilter('date that is none', 'ReleaseDate.DateRange.AfterValue', {
    ReleaseDate: { DateRange: { AfterValue: 'soon' } },
  }),

  { operation: 'ListTagsForResource', constraint: 'ResourceArn missing', field: 'ResourceArn', input: {} },
  {
    operation: 'ListTagsForResource',
    constraint: 'ResourceArn empty',
    field: 'ResourceArn',
    input: { ResourceArn: '' },
  },
  {
    operation: 'ListTagsForResource',
    constraint: 'ResourceArn of another service',
    field: 'ResourceArn',
    input: { ResourceArn: 'arn:aws:s3:us-east-1:123456789012:bucket' },
  },

  call('ListAssessments', 'FrameworkId empty', 'FrameworkId', { FrameworkId: '' }),
  call('ListAssessments', 'FrameworkId of 256 characters', 'FrameworkId', { FrameworkId: 'a'.repeat(256) }),
  call('ListAssessments', 'AssessmentTargetFilter empty', 'AssessmentTargetFilter', { AssessmentTargetFilter: {} }),
  call('ListAssessments', 'MaxResults 0', 'MaxResults', { MaxResults: 0 }),
  call('ListAssessments', 'MaxResults 101', 'MaxResults', { MaxResults: 101 }),
  call('ListAssessments', 'NextToken that was not given', 'NextToken', { NextToken: 'abc' }),
  call('DescribeAssessment', 'AssessmentIdentifier missing', 'AssessmentIdentifier', {}),
  call('DescribeAssessment', 'AssessmentIdentifier empty', 'AssessmentIdentifier', { AssessmentIdentifier: '' }),
  call('DescribeAssessment', 'MaxResults 101', 'MaxResults', { AssessmentIdentifier: 'a', MaxResults: 101 }),
];

/** What the SDK's own types and serialiser would change or refuse before anything is sent. */
const rawOnly: Violation[] = [
  start('ChangeSet not a list', 'ChangeSet', { ChangeSet: 'all' }),
  start('ClientRequestToken empty', 'ClientRequestToken', { ClientRequestToken: '' }),
  change('Details not a string', 'Details', { Details: { a: 1 } }),
  call('ListChangeSets', 'MaxResults a string', 'MaxResults', { MaxResults: '5' }),
  entities('two members in the union of filters', 'EntityTypeFilters', {
    EntityTypeFilters: { OfferFilters: { Name: VALUES }, OfferSetFilters: { Name: VALUES } },
  }),
  entities('two members in the union of sorts', 'EntityTypeSort', {
    EntityTypeSort: { OfferSort: { SortBy: 'Name' }, OfferSetSort: { SortBy: 'Name' } },
  }),
  offerFilter('member that is no filter', 'Color', { Color: VALUES }),
  offerFilter('form that the filter does not take', 'BuyerAccounts.ValueList', { BuyerAccounts: VALUES }),
  call('ListAssessments', 'two members in the union of frameworks', 'FrameworkFilters', {
    FrameworkFilters: { AMISecurityFilters: {}, ContainerSecurityFilters: {} },
  }),
];

test.each(violations)('by the SDK: $operation refuses $constraint', async ({ operation, input, field }) => {
  const error = await rejection(sendBySdk(clientFor(simulator()), operation, input));
  expect(error).toMatchObject({
    name: 'ValidationException',
    $metadata: { httpStatusCode: 422, attempts: 1 },
  });
  expect(fieldsAtFault(error)).toEqual([field]);
  expect(simulator().control.log({ kind: 'call' })).toEqual([]);
});

test.each([...violations, ...rawOnly])(
  'by HTTP: $operation refuses $constraint',
  async ({ operation, input, field }) => {
    const answer = await sendRaw(simulator(), operation, input);
    expect(answer).toMatchObject({ status: 422, errorType: 'ValidationException' });
    expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const body: { Message: string } = JSON.parse(answer.text);
    expect(body.Message).toContain(field);
    expect(fieldsAtFault(body)).toEqual([field]);
  },
);

test.each([
  ['DescribeChangeSet', { ChangeSetId: 'unknown' }],
  ['CancelChangeSet', { ChangeSetId: 'unknown' }],
  ['DescribeEntity', { EntityId: 'prod-unknown' }],
  ['DescribeEntity', { EntityId: `${PRODUCT}@8` }],
  [
    'ListTagsForResource',
    { ResourceArn: 'arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/ChangeSet/unknown' },
  ],
  ['DescribeAssessment', { AssessmentIdentifier: 'assessment-unknown' }],
  [
    'StartChangeSet',
    validStart({ ChangeSet: [validChange({ Entity: { Type: 'SaaSProduct@1.0', Identifier: 'prod-unknown' } })] }),
  ],
])('%s of something that does not exist: 404', async (operation, input) => {
  const request = { ...CATALOG, ...input };
  expect(await rejection(sendBySdk(clientFor(simulator()), operation, request))).toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 404, attempts: 1 },
  });
  expect(await sendRaw(simulator(), operation, request)).toMatchObject({
    status: 404,
    errorType: 'ResourceNotFoundException',
  });
});

const atTheLimit: readonly (readonly [operation: string, what: string, input: object])[] = [
  [
    'StartChangeSet',
    '20 changes',
    {
      ...validStart(),
      ChangeSet: Array.from({ length: 20 }, (_, index) => validChange({ ChangeType: `Change${index}` })),
    },
  ],
  [
    'StartChangeSet',
    'a name of 100 characters with every sign',
    validStart({ ChangeSetName: `${'a'.repeat(92)} +=.:@-_` }),
  ],
  ['StartChangeSet', 'a token of 64 characters', validStart({ ClientRequestToken: `!~${'t'.repeat(62)}` })],
  ['StartChangeSet', '200 tags', validStart({ ChangeSetTags: times(200, { Key: 'k'.repeat(128), Value: '' }) })],
  [
    'StartChangeSet',
    'details of 16,384 characters',
    validStart({ ChangeSet: [validChange({ Details: `{"a":"${'x'.repeat(16_376)}"}` })] }),
  ],
  ['StartChangeSet', 'details of 2 characters', validStart({ ChangeSet: [validChange({ Details: '{}' })] })],
  ['StartChangeSet', 'no details', validStart({ ChangeSet: [validChange({ Details: undefined })] })],
  [
    'StartChangeSet',
    'a change name of 72 characters',
    validStart({ ChangeSet: [validChange({ ChangeName: 'n'.repeat(72) })] }),
  ],
  [
    'StartChangeSet',
    'the latest revision',
    validStart({ ChangeSet: [validChange({ Entity: { Type: 'SaaSProduct@1.0', Identifier: `${PRODUCT}@1` } })] }),
  ],
  [
    'ListChangeSets',
    'eight filters of ten values',
    { ...CATALOG, FilterList: times(8, { Name: 'EntityId', ValueList: times(10, 'a') }), MaxResults: 20 },
  ],
  ['ListEntities', '50 results', { ...CATALOG, EntityType: 'Offer', MaxResults: 50 }],
  [
    'ListEntities',
    'a type without filters of its own',
    { ...CATALOG, EntityType: 'Experience', Sort: { SortBy: 'EntityId' } },
  ],
  ['ListAssessments', '100 results', { ...CATALOG, MaxResults: 100 }],
];

test.each(atTheLimit)('%s takes %s', async (operation, _what, input) => {
  expect(await sendRaw(simulator(), operation, input)).toMatchObject({ status: 200, errorType: null });
});
