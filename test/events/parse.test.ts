import {
  bytesOf,
  eventsOf,
  fieldsOf,
  fixture,
  fixtureBytes,
  parseBody,
  problemsOf,
  envelopeOf,
  withValue,
} from './fixtures.ts';
import type { FixtureName, JsonRecord } from './fixtures.ts';
import { parse } from '../../src/events/parse.ts';
import { defined } from '../../src/defined.ts';

const isv = '123456789012';
const partner = '987654321098';

function soleEvent(name: FixtureName) {
  const events = eventsOf(parse(envelopeOf(name), fixtureBytes(name)));
  expect(events).toHaveLength(1);
  return events[0];
}

describe('change sets', () => {
  test.each([
    ['changeSetSucceeded', 'SUCCEEDED', undefined],
    ['changeSetFailed', 'FAILED', 'CLIENT_ERROR'],
    ['changeSetCancelled', 'CANCELLED', undefined],
  ] as const)('%s', (name, outcome, failureCode) => {
    expect(soleEvent(name)).toStrictEqual({
      kind: 'changeSet.finished',
      eventId: `change-set:76yesvf8y165pa4f98td2crtg:${outcome}`,
      account: isv,
      occurredAt: '2022-11-01T13:12:22.000Z',
      outcome,
      catalog: 'AWSMarketplace',
      changeSetId: '76yesvf8y165pa4f98td2crtg',
      changeSetName: 'Create my product',
      startTime: '2018-02-27T13:45:22.000Z',
      endTime: '2018-02-27T14:55:22.000Z',
      ...defined({ failureCode }),
      detail: fixture(name)['detail'],
      notes: [],
    });
  });
});

describe('offers', () => {
  test.each([
    ['offerReleased.isv', isv, isv],
    ['offerReleased.isvProductUsedByPartner', isv, partner],
    ['offerReleased.channelPartner', partner, partner],
  ] as const)('%s', (name, account, seller) => {
    expect(soleEvent(name)).toStrictEqual({
      kind: 'offer.released',
      eventId: expect.stringMatching(/^offer\.released:01234567-0123-0123-0123-0123456789ab:[0-9a-f]{32}$/),
      account,
      occurredAt: '2023-08-26T00:00:00.000Z',
      catalog: 'AWSMarketplace',
      offer: {
        id: 'offer-1234567890123',
        arn: `arn:aws:catalog:us-east-1:${seller}:Offer/offer-1234567890123`,
        name: 'Offer Name',
        expirationDate: '2025-08-26T00:00:00.000Z',
      },
      product: {
        id: 'bbbbaaaa-abcd-1111-abcd-666666666666',
        arn: `arn:aws:aws-marketplace:us-east-1:${isv}:AWSMarketplace/SaaSProduct/bbbbaaaa-abcd-1111-abcd-666666666666`,
        title: 'Product Title',
      },
      manufacturer: { accountId: isv, name: 'Manufacturer Account Name' },
      sellerOfRecord: { accountId: seller, name: 'Seller Account Name' },
      targetedBuyerAccountIds: ['999988887777', '111122223333'],
      detail: fixture(name)['detail'],
      notes: [],
    });
  });

  test('an offer of which only catalog and id are known is an event', () => {
    const body = withValue(fixture('offerReleased.isv'), ['detail'], {
      catalog: 'AWSMarketplace',
      offer: { id: 'o-1' },
    });
    const [event] = eventsOf(parseBody('offerReleased.isv', body));
    expect(event).toStrictEqual({
      ...event,
      offer: { id: 'o-1' },
      targetedBuyerAccountIds: [],
    });
    for (const absent of ['product', 'manufacturer', 'sellerOfRecord']) expect(event).not.toHaveProperty(absent);
  });

  test('an offer set (a sample of our own, not the vendor’s)', () => {
    const offer = (id: string, name: string) => ({
      id,
      arn: `arn:aws:catalog:us-east-1:${isv}:Offer/${id}`,
      name,
    });
    expect(soleEvent('offerSetReleased')).toStrictEqual({
      kind: 'offerSet.released',
      eventId: expect.stringMatching(/^offerSet\.released:01234567-0123-0123-0123-0123456789ab:[0-9a-f]{32}$/),
      account: isv,
      occurredAt: '2023-08-26T00:00:00.000Z',
      catalog: 'AWSMarketplace',
      offerSet: {
        id: 'offerset-1234567890123',
        arn: `arn:aws:catalog:us-east-1:${isv}:OfferSet/offerset-1234567890123`,
        name: 'Offer Set Name',
      },
      offers: [offer('offer-1234567890123', 'First Offer Name'), offer('offer-1234567890124', 'Second Offer Name')],
      detail: fixture('offerSetReleased')['detail'],
      notes: [],
    });
  });
});

describe('security reports', () => {
  const name = 'securityReportCreated';

  test('the vendor’s sample', () => {
    expect(soleEvent(name)).toStrictEqual({
      kind: 'securityReport.created',
      eventId: expect.stringMatching(/^securityReport\.created:01234567-0123-0123-0123-0123456789ab:[0-9a-f]{32}$/),
      account: isv,
      occurredAt: '2023-10-31T00:00:00.000Z',
      numberOfProductsWithIssues: 1,
      numberOfVersionsWithIssues: 1,
      numberOfLatestVersionsWithIssues: 1,
      newIssuesFound: true,
      upcomingResolutionDueDate: '2023-12-01T00:00:00.000Z',
      detail: fixture(name)['detail'],
      notes: [],
    });
  });

  const counts = ['numberOfProductsWithIssues', 'numberOfVersionsWithIssues', 'numberOfLatestVersionsWithIssues'];
  const withoutDueDate = (issues: readonly string[]): JsonRecord =>
    counts.reduce(
      (body, key) => withValue(body, ['detail', key], issues.includes(key) ? 1 : 0),
      withValue(fixture(name), ['detail', 'upcomingResolutionDueDate'], undefined),
    );

  test('without issues it needs no due date', () => {
    const [event] = eventsOf(parseBody(name, withoutDueDate([])));
    expect(event).toMatchObject({ numberOfProductsWithIssues: 0 });
    expect(event).not.toHaveProperty('upcomingResolutionDueDate');
  });

  test.each(counts)('with %s above zero it needs one', (key) => {
    expect(fieldsOf(parseBody(name, withoutDueDate([key])))).toEqual(['detail.upcomingResolutionDueDate']);
  });
});

describe('noise', () => {
  test.each(['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail', 'AWS Console Action via CloudTrail'])(
    '%s under the catalog’s source is ignored',
    (detailType) => {
      const body = withValue(fixture('changeSetFailed'), ['detail-type'], detailType);
      expect(parseBody('changeSetFailed', withValue(body, ['detail'], { eventName: 'ListEntities' }))).toEqual({
        outcome: 'ignored',
        kind: `aws.marketplacecatalog/${detailType}`,
        reason: expect.stringContaining('CloudTrail'),
        eventId: '01234567-0123-0123-0123-0123456789ab',
      });
    },
  );

  test.each(['aws.agreement-marketplace', 'aws.marketplace', 'aws.private-marketplace', 'aws.discovery-marketplace'])(
    '%s is ignored whatever it says',
    (source) => {
      expect(parse('eventbridge', bytesOf({ source, id: 7 }))).toEqual({
        outcome: 'ignored',
        kind: `${source}/(no detail-type)`,
        reason: expect.stringContaining(source),
      });
    },
  );

  test.each([
    ['aws.agreement-marketplace', 'Purchase Agreement Created - Acceptor'],
    ['aws.agreement-marketplace', 'Purchase Agreement Renewal Upcoming - Proposer'],
    ['aws.agreement-marketplace', 'License Updated - Manufacturer'],
    ['aws.agreement-marketplace', 'AWS API Call via CloudTrail'],
    ['aws.marketplace', 'Disbursement Paused'],
    ['aws.private-marketplace', 'Product Request Created'],
    ['aws.private-marketplace', 'Product Request Declined'],
    ['aws.discovery-marketplace', 'Listing Available'],
    ['aws.discovery-marketplace', 'Private Offer Available'],
    ['aws.partner/buywithprime/one', 'PACKAGE_DELIVERED'],
    ['aws.partner/buywithprime/one', 'RETURN_STARTED'],
  ])('%s, %s: a kind that the vendor documents', (source, detailType) => {
    const name = source.startsWith('aws.partner') ? 'buy-with-prime' : source;
    const body = { source, 'detail-type': detailType, id: 'id-1', detail: { orderId: 'o-1' } };
    expect(parse('eventbridge', bytesOf(body))).toEqual({
      outcome: 'ignored',
      kind: `${name}/${detailType}`,
      reason: expect.any(String),
      eventId: 'id-1',
    });
  });

  test.each([
    ['aws.marketplacecatalog', 'Change Set Started', true],
    ['aws.marketplacecatalog', 'constructor', true],
    ['aws.marketplacecatalog', 'change set failed', true],
    ['aws.agreement-marketplace', 'Purchase Agreement Paused - Proposer', false],
    ['aws.private-marketplace', 'Listing Available', false],
    ['aws.partner/buywithprime/one', 'ORDER_CREATED', false],
    ['aws.partner/buywithprime/one', 'AWS API Call via CloudTrail', false],
  ])('%s, %s: a kind that no document names', (source, detailType, keeps) => {
    expect(parse('eventbridge', bytesOf({ source, 'detail-type': detailType }))).toMatchObject({
      outcome: 'unknownKind',
      keeps,
    });
  });

  test('one kind in both envelopes of Buy with Prime', () => {
    const descriptor = 'REFUND_REQUESTED';
    const webhook = parse('webhook', bytesOf({ eventDescriptor: descriptor, eventId: 'e-1', data: null }));
    expect(webhook).toEqual({
      outcome: 'ignored',
      kind: `buy-with-prime/${descriptor}`,
      reason: expect.any(String),
      eventId: 'e-1',
    });
    const source = 'aws.partner/buywithprime/one';
    expect(parse('eventbridge', bytesOf({ source, 'detail-type': descriptor, id: 'e-1' }))).toEqual(webhook);
  });

  test('an id that is no short text of the vendor is left out', () => {
    for (const id of ['', 'i'.repeat(256), 'line\nbreak', { id: 1 }]) {
      expect(parse('eventbridge', bytesOf({ source: 'aws.marketplace', id }))).not.toHaveProperty('eventId');
    }
  });

  test.each([
    'aws.s3',
    'aws.marketplacecatalog2',
    'AWS.MarketplaceCatalog',
    'aws.partner/buywithprime/',
    'aws.partner/other/name',
    '',
  ])('source "%s" is unreadable', (source) => {
    expect(fieldsOf(parseBody('changeSetFailed', withValue(fixture('changeSetFailed'), ['source'], source)))).toEqual([
      'source',
    ]);
  });

  test.each(['changeSetFailed', 'buyabilityChanged.eventBridge'] as const)('%s without a detail-type', (name) => {
    for (const detailType of [undefined, null, 7, ['Change Set Failed']]) {
      expect(fieldsOf(parseBody(name, withValue(fixture(name), ['detail-type'], detailType)))).toEqual(['detail-type']);
    }
  });
});

describe('the envelope', () => {
  test.each(['buyabilityChanged.eventBridge', 'changeSetFailed'] as const)('%s is no webhook body', (name) => {
    expect(problemsOf(parse('webhook', fixtureBytes(name)))).toEqual([
      { field: 'eventDescriptor', found: 'missing', expected: expect.stringContaining('eventbridge') },
    ]);
  });

  test('a webhook body is no envelope', () => {
    expect(fieldsOf(parse('eventbridge', fixtureBytes('buyabilityChanged.webhook')))).toEqual(['source']);
  });
});

describe('the body', () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const sample = JSON.stringify(fixture('changeSetFailed'));
  test.each([
    ['nothing', encode('')],
    ['a trailing comma', encode(sample.replace(/\}\}$/, ',}}'))],
    ['one brace too many', encode(`${sample}}`)],
    ['a byte order mark', encode(`\uFEFF${sample}`)],
    ['invalid UTF-8', Uint8Array.from([0x22, 0xff, 0x22])],
    ['UTF-16', Uint8Array.from(Buffer.from(sample, 'utf16le'))],
    ['an array', encode(`[${sample}]`)],
    ['null', encode('null')],
    ['a string', encode('"BUYABILITY_CHANGED"')],
    ['one level of nesting too many', encode(`${'{"a":'.repeat(101)}{}${'}'.repeat(101)}`)],
    ['hundreds of thousands of levels', encode(`${'{"a":'.repeat(300_000)}1${'}'.repeat(300_000)}`)],
  ])('%s is unreadable', (_, bytes) => {
    for (const envelope of ['eventbridge', 'webhook'] as const) {
      const problems = problemsOf(parse(envelope, bytes));
      expect(problems.map(({ field }) => field)).toEqual(['(body)']);
      expect(JSON.stringify(problems)).not.toContain('76yesvf8y165pa4f98td2crtg');
    }
  });

  test('nesting within the limit is kept', () => {
    const deep = JSON.parse(`${'['.repeat(90)}${']'.repeat(90)}`);
    const body = withValue(fixture('offerReleased.isv'), ['detail', 'deep'], deep);
    expect(eventsOf(parseBody('offerReleased.isv', body))[0]?.detail).toEqual(body['detail']);
  });
});

test.each([
  ['a\u202Eb', undefined],
  ['a\u200Bb', undefined],
  ['a\u2028b', undefined],
  ['a b/ü', 'a b/ü'],
])('the id of an ignored event %j is given where it has nothing invisible', (id, eventId) => {
  const event = { source: 'aws.marketplacecatalog', 'detail-type': 'AWS API Call via CloudTrail', id };
  const result = parse('eventbridge', Buffer.from(JSON.stringify(event)));
  expect([result.outcome, 'eventId' in result ? result.eventId : undefined]).toEqual(['ignored', eventId]);
});
