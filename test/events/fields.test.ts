import { at, eventsOf, fixture, parseBody, problemsOf, withValue } from './fixtures.ts';
import type { FixtureName, Json, Path } from './fixtures.ts';
import { hostileIds } from './hostileIds.ts';

type Type = 'string' | 'id' | 'key' | 'instant' | 'deadline' | 'count' | 'boolean' | 'object' | 'array';
/** `!` needed, `?` may be missing or null, `~` may be of any shape, too. */
type Need = '!' | '?' | '~';
type Field = readonly [path: string, type: Type, need: Need];

// Written out here a second time, from the vendors' documents, so that a schema which forgets a field is found.
const marketplaceEnvelope: readonly Field[] = [
  ['version', 'string', '?'],
  ['id', 'key', '!'],
  ['detail-type', 'string', '!'],
  ['source', 'string', '!'],
  ['account', 'id', '!'],
  ['time', 'instant', '!'],
  ['region', 'string', '?'],
  ['resources', 'array', '?'],
  ['detail', 'object', '!'],
  ['detail.requestId', 'string', '?'],
];
const changeSet: readonly Field[] = [
  ...marketplaceEnvelope,
  ['resources.0', 'string', '!'],
  ['detail.Catalog', 'id', '!'],
  ['detail.ChangeSetId', 'id', '!'],
  ['detail.ChangeSetName', 'string', '?'],
  ['detail.StartTime', 'instant', '!'],
  ['detail.EndTime', 'instant', '!'],
];
const offer: readonly Field[] = [
  ...marketplaceEnvelope,
  ['resources.0', 'string', '!'],
  ['detail.catalog', 'id', '!'],
  ['detail.offer', 'object', '!'],
  ['detail.offer.id', 'id', '!'],
  ['detail.offer.arn', 'string', '?'],
  ['detail.offer.name', 'string', '?'],
  ['detail.offer.expirationDate', 'deadline', '?'],
  ['detail.product', 'object', '?'],
  ['detail.product.id', 'id', '?'],
  ['detail.product.arn', 'string', '?'],
  ['detail.product.title', 'string', '?'],
  ['detail.manufacturer', 'object', '?'],
  ['detail.manufacturer.accountId', 'id', '?'],
  ['detail.manufacturer.name', 'string', '?'],
  ['detail.sellerOfRecord', 'object', '?'],
  ['detail.sellerOfRecord.accountId', 'id', '?'],
  ['detail.sellerOfRecord.name', 'string', '?'],
  ['detail.targetedBuyerAccountIds', 'array', '?'],
  ['detail.targetedBuyerAccountIds.1', 'string', '!'],
];
const buyWithPrimeEvent: readonly Field[] = [
  ['idempotencyKey', 'key', '?'],
  ['eventId', 'key', '?'],
  ['apiVersion', 'string', '?'],
  ['subscriptionId', 'string', '?'],
  ['resources.0', 'string', '!'],
  ['data', 'object', '~'],
  ['data.product', 'object', '~'],
  ['data.product.id', 'string', '~'],
  ['data.product.externalId', 'object', '~'],
  ['data.product.externalId.value', 'string', '~'],
  ['data.product.amazonSku', 'object', '~'],
  ['data.product.amazonSku.value', 'string', '~'],
  ['data.product.sku', 'object', '~'],
  ['data.product.sku.value', 'string', '~'],
  ['data.product.buyability', 'object', '~'],
  ['data.product.buyability.status', 'string', '~'],
];
const buyWithPrimeEnvelope: readonly Field[] = [
  ['version', 'string', '?'],
  ['id', 'key', '!'],
  ['detail-type', 'string', '!'],
  ['source', 'string', '!'],
  ['account', 'string', '?'],
  ['time', 'instant', '!'],
  ['region', 'string', '?'],
  ['detail', 'object', '!'],
  ['resources.0', 'string', '!'],
];
const tables: Record<FixtureName, readonly Field[]> = {
  changeSetSucceeded: changeSet,
  changeSetCancelled: changeSet,
  changeSetFailed: [...changeSet, ['detail.FailureCode', 'string', '?']],
  'offerReleased.isv': offer,
  'offerReleased.isvProductUsedByPartner': offer,
  'offerReleased.channelPartner': offer,
  offerSetReleased: [
    ...marketplaceEnvelope,
    ['detail.catalog', 'id', '!'],
    ['detail.offerSet', 'object', '!'],
    ['detail.offerSet.id', 'id', '!'],
    ['detail.offerSet.arn', 'string', '?'],
    ['detail.offerSet.name', 'string', '?'],
    ['detail.offerSet.expirationDate', 'deadline', '?'],
    ['detail.associatedOffers', 'array', '?'],
    ['detail.associatedOffers.1', 'object', '!'],
    ['detail.associatedOffers.1.offer', 'object', '!'],
    ['detail.associatedOffers.1.offer.id', 'id', '!'],
    ['detail.associatedOffers.1.offer.arn', 'string', '?'],
    ['detail.associatedOffers.1.offer.name', 'string', '?'],
    ['detail.associatedOffers.1.offer.expirationDate', 'deadline', '?'],
  ],
  securityReportCreated: [
    ...marketplaceEnvelope,
    ['detail.numberOfProductsWithIssues', 'count', '!'],
    ['detail.numberOfVersionsWithIssues', 'count', '!'],
    ['detail.numberOfLatestVersionsWithIssues', 'count', '!'],
    ['detail.newIssuesFound', 'boolean', '!'],
    ['detail.upcomingResolutionDueDate', 'deadline', '!'],
  ],
  'buyabilityChanged.webhook': [
    ...buyWithPrimeEvent,
    ['eventDescriptor', 'string', '!'],
    ['resources', 'array', '!'],
    ['eventTime', 'instant', '!'],
  ],
  'buyabilityChanged.eventBridge': [
    ...buyWithPrimeEnvelope,
    ['resources', 'array', '?'],
    ...buyWithPrimeEvent.map(([path, type, need]): Field => [`detail.${path}`, type, need]),
    ['detail.eventDescriptor', 'string', '?'],
    ['detail.resources', 'array', '?'],
    ['detail.eventTime', 'instant', '?'],
  ],
  'buyabilityChanged.eventBridgeDeprecated': [...buyWithPrimeEnvelope, ['resources', 'array', '!']],
};

const notStrings: readonly Json[] = [null, true, 0, 7.5, [], ['text'], {}, { value: 'text' }];
const wrongValues: Record<Type, readonly Json[]> = {
  string: notStrings,
  id: [...notStrings, 123456789012, ...hostileIds],
  key: [...notStrings, '', 'a\nb', '\uD800', 'a'.repeat(256)],
  instant: [...notStrings, '', 'soon', '2025-01-20', '2025-01-20T12:34:56', '2025-02-30T00:00:00Z', 1_737_376_496],
  deadline: [...notStrings, '', 'soon', '2025-01-20T12:34:56', '2025-02-30', '2025-1-2', '20250120', ' 2025-01-20'],
  count: [null, true, '1', -1, 1.5, 1e300, [], {}],
  boolean: [null, 0, 1, 'true', [], {}],
  object: [null, true, 7, 'text', [], [{}]],
  array: [null, true, 7, 'text', {}, { 0: 'text' }],
};

const cases = Object.entries(tables).flatMap(([name, fields]) =>
  fields.map(([path, type, need]): [FixtureName, string, Type, Need] => [name as FixtureName, path, type, need]),
);

function pathOf(dotted: string): Path {
  return dotted.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function fieldName(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}

test.each(cases.filter(([, , , need]) => need === '~'))(
  '%s: a %s of another shape reads as missing, and is noted alone',
  (name, dotted, type) => {
    const path = pathOf(dotted);
    const [without] = eventsOf(parseBody(name, withValue(fixture(name), path, undefined)));
    if (without === undefined) throw new Error('no event without it');
    for (const value of wrongValues[type].filter((wrong) => wrong !== null)) {
      const body = withValue(fixture(name), path, value);
      const [event] = eventsOf(parseBody(name, body));
      const note = event?.notes.find((each) => each.startsWith(`${dotted} is `));
      expect(note).toMatch(/ and not (an object|a string)$/);
      const detail = name === 'buyabilityChanged.webhook' ? body : body['detail'];
      const notes = expect.arrayContaining([...without.notes, note]);
      expect(event).toEqual({ ...without, detail, notes });
      expect(event?.notes).toHaveLength(without.notes.length + 1);
    }
  },
);

test.each(cases.filter(([, , , need]) => need !== '~'))(
  '%s: a wrong %s is named, and it alone',
  (name, dotted, type, need) => {
    const path = pathOf(dotted);
    for (const value of wrongValues[type].filter((wrong) => wrong !== null || need === '!')) {
      const problems = problemsOf(parseBody(name, withValue(fixture(name), path, value)));
      const given = JSON.stringify(value).slice(0, 80);
      expect({ given, fields: problems.map(({ field }) => field) }).toEqual({ given, fields: [fieldName(path)] });
      expect(problems[0]?.found).not.toBe('missing');
      expect(JSON.stringify(problems).length).toBeLessThan(600);
    }
  },
);

const removable = cases.filter(([, dotted]) => typeof pathOf(dotted).at(-1) === 'string');

test.each(removable.filter(([, , , need]) => need === '!'))('%s: %s, missing, is named', (name, dotted) => {
  const path = pathOf(dotted);
  expect(problemsOf(parseBody(name, withValue(fixture(name), path, undefined)))).toEqual([
    { field: fieldName(path), found: 'missing', expected: expect.stringMatching(/./) },
  ]);
});

test.each(removable.filter(([, , , need]) => need !== '!'))('%s: %s may be missing', (name, dotted) => {
  expect(parseBody(name, withValue(fixture(name), pathOf(dotted), undefined)).outcome).toBe('events');
});

test.each(removable.filter(([, , , need]) => need !== '!'))('%s: %s, null, reads as missing', (name, dotted) => {
  // The detail stays as it was sent, and the identity of some events is a digest of it.
  const readWith = (value: null | undefined) =>
    eventsOf(parseBody(name, withValue(fixture(name), pathOf(dotted), value))).map((event) => ({
      ...event,
      detail: {},
      eventId: event.eventId.replace(/:[0-9a-f]{32}$/, ''),
    }));
  expect(readWith(null)).toStrictEqual(readWith(undefined));
});

test.each(['product', 'manufacturer', 'sellerOfRecord'])('%s without an id is as good as missing', (name) => {
  const unnamed = { id: null, accountId: null, name: 'Some name', title: 'Some title' };
  const body = withValue(fixture('offerReleased.isv'), ['detail', name], unnamed);
  const [event] = eventsOf(parseBody('offerReleased.isv', body));
  expect(event).toHaveProperty('offer');
  expect(event).not.toHaveProperty(name);
});

test('all optional fields null at once read as missing', () => {
  for (const name of Object.keys(tables) as FixtureName[]) {
    const optional = removable.filter(([each, , , need]) => each === name && need !== '!').map(([, dotted]) => dotted);
    const outermost = optional.filter((dotted) => !optional.some((other) => dotted.startsWith(`${other}.`)));
    const keep = (dotted: string) => !/resources$|idempotencyKey$/.test(dotted);
    const body = outermost.filter(keep).reduce((left, dotted) => withValue(left, pathOf(dotted), null), fixture(name));
    const result = parseBody(name, body);
    expect([name, result.outcome]).toEqual([name, 'events']);
  }
});

test.each([
  ['offerReleased.isv', 'detail.offer.expirationDate', 'offer'],
  ['offerSetReleased', 'detail.offerSet.expirationDate', 'offerSet'],
] as const)('%s: a calendar date reads as its first instant in UTC, and is noted', (name, dotted, key) => {
  const [event] = eventsOf(parseBody(name, withValue(fixture(name), pathOf(dotted), '2027-01-31')));
  expect(event).toMatchObject({ [key]: { expirationDate: '2027-01-31T00:00:00.000Z' } });
  expect(event?.notes).toEqual([expect.stringContaining(`${dotted}: a calendar date`)]);
});

test('a due date that is a calendar date, too', () => {
  const body = withValue(fixture('securityReportCreated'), ['detail', 'upcomingResolutionDueDate'], '2027-01-31');
  const [event] = eventsOf(parseBody('securityReportCreated', body));
  expect(event).toMatchObject({ upcomingResolutionDueDate: '2027-01-31T00:00:00.000Z' });
  expect(event?.notes).toHaveLength(1);
});

test('of many calendar dates the note names three', () => {
  const offers = Array.from({ length: 40 }, (_, index) => ({
    offer: { id: `offer-${index}`, expirationDate: index === 7 ? '2027-01-31T00:00:00Z' : '2027-01-31' },
  }));
  const [event] = eventsOf(
    parseBody('offerSetReleased', withValue(fixture('offerSetReleased'), ['detail', 'associatedOffers'], offers)),
  );
  expect(event?.notes).toEqual([
    expect.stringMatching(/^detail\.associatedOffers\[0\]\.offer\.expirationDate, .* and 36 more: /),
  ]);
});

test('an offer set without offers is one', () => {
  for (const value of [undefined, null, []]) {
    const body = withValue(fixture('offerSetReleased'), ['detail', 'associatedOffers'], value);
    expect(eventsOf(parseBody('offerSetReleased', body))).toMatchObject([{ kind: 'offerSet.released', offers: [] }]);
  }
});

test.each(Object.keys(tables))('%s: the table knows every field of the sample', (name) => {
  const body = fixture(name as FixtureName);
  const known = new Set(tables[name as FixtureName].map(([path]) => path));
  const missing: string[] = [];
  const walk = (value: Json | undefined, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, member] of Object.entries(value)) {
      const memberPath = path === '' ? key : `${path}.${key}`;
      if (!known.has(memberPath)) missing.push(memberPath);
      walk(member, memberPath);
    }
  };
  walk(at(body, []), '');
  expect(missing).toEqual([]);
});

test('each of several wrong fields is named once', () => {
  const name = 'changeSetFailed';
  const body = [
    [['account'], 7],
    [['detail', 'ChangeSetId'], '../x'],
    [['detail', 'EndTime'], undefined],
  ].reduce((left, [path, value]) => withValue(left, path as Path, value as Json | undefined), fixture(name));
  const problems = problemsOf(parseBody(name, body));
  expect(problems.map(({ field, found }) => [field, found])).toEqual([
    ['account', 'number'],
    ['detail.ChangeSetId', 'string of 4 characters'],
    ['detail.EndTime', 'missing'],
  ]);
});

test('a flood of wrong fields gives 20 problems', () => {
  const body = withValue(
    fixture('changeSetFailed'),
    ['resources'],
    Array.from({ length: 1_000 }, () => 7),
  );
  expect(problemsOf(parseBody('changeSetFailed', body))).toHaveLength(20);
});

describe('every text and every list is bounded, and an event beyond a bound is not read in part', () => {
  const limits: readonly (readonly [FixtureName, Path, number])[] = [
    ['changeSetFailed', ['version'], 1_000],
    ['changeSetFailed', ['region'], 1_000],
    ['changeSetFailed', ['resources', 0], 1_000],
    ['changeSetFailed', ['detail', 'requestId'], 1_000],
    ['changeSetFailed', ['detail', 'ChangeSetName'], 100],
    ['changeSetFailed', ['detail', 'FailureCode'], 1_000],
    ['offerReleased.isv', ['detail', 'offer', 'arn'], 1_000],
    ['offerReleased.isv', ['detail', 'offer', 'name'], 1_000],
    ['offerReleased.isv', ['detail', 'product', 'title'], 1_000],
    ['offerReleased.isv', ['detail', 'product', 'arn'], 1_000],
    ['offerReleased.isv', ['detail', 'manufacturer', 'name'], 1_000],
    ['offerReleased.isv', ['detail', 'sellerOfRecord', 'name'], 1_000],
    ['offerReleased.isv', ['detail', 'targetedBuyerAccountIds', 0], 1_000],
    ['offerSetReleased', ['detail', 'offerSet', 'name'], 1_000],
    ['offerSetReleased', ['detail', 'associatedOffers', 1, 'offer', 'name'], 1_000],
    ['buyabilityChanged.eventBridge', ['source'], 1_000],
    ['buyabilityChanged.eventBridge', ['detail', 'apiVersion'], 1_000],
    ['buyabilityChanged.webhook', ['subscriptionId'], 1_000],
  ];

  test.each(limits)('%s %p takes %p characters and no more', (name, path, most) => {
    const prefix = path.includes('source') ? 'aws.partner/buywithprime/' : '';
    const withText = (length: number) => withValue(fixture(name), path, prefix.padEnd(length, 'x'));
    expect(eventsOf(parseBody(name, withText(most)))).toHaveLength(1);
    expect(problemsOf(parseBody(name, withText(most + 1)))).toMatchObject([
      { expected: `a string of at most ${most.toLocaleString('en-US')} characters` },
    ]);
  });

  const data = ['detail', 'data', 'product'];
  test.each([
    [...data, 'id'],
    [...data, 'sku', 'value'],
    [...data, 'buyability', 'status'],
  ])('%s/%s/%s/%s of a product reads as missing beyond 1,000 characters, so that the product is queried', (...path) => {
    const body = withValue(fixture('buyabilityChanged.eventBridge'), path, 'x'.repeat(1_001));
    const [event] = eventsOf(parseBody('buyabilityChanged.eventBridge', body));
    expect(JSON.stringify({ ...event, detail: undefined })).not.toContain('x'.repeat(300));
    expect(event?.notes.at(-1)).toContain('at most 1,000 characters');
  });

  const lists: readonly (readonly [FixtureName, Path, number, Json])[] = [
    ['changeSetFailed', ['resources'], 1_000, 'x'],
    ['offerReleased.isv', ['detail', 'targetedBuyerAccountIds'], 10_000, '999988887777'],
    ['offerSetReleased', ['detail', 'associatedOffers'], 1_000, { offer: { id: 'o' } }],
    ['buyabilityChanged.webhook', ['resources'], 1_000, 'businessProduct/b/items/i'],
    ['buyabilityChanged.eventBridge', ['detail', 'resources'], 1_000, 'businessProduct/b/items/i'],
  ];
  test.each(lists)('%s %p takes %p entries and no more', (name, path, most, entry) => {
    const withEntries = (length: number) =>
      withValue(
        fixture(name),
        path,
        Array.from({ length }, () => entry),
      );
    expect(eventsOf(parseBody(name, withEntries(most)))).toHaveLength(1);
    expect(problemsOf(parseBody(name, withEntries(most + 1)))).toMatchObject([
      { expected: `an array of at most ${most.toLocaleString('en-US')} entries` },
    ]);
  });
});
