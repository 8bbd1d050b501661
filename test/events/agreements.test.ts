import { readFixture } from '@marketplace-steward/testing/fixtures';
import { parse } from '../../src/events/parse.ts';
import { bytesOf, eventsOf, withValue, type Json, type JsonRecord, type Path } from './fixtures.ts';

const sample = (party: 'proposer' | 'manufacturer'): JsonRecord =>
  readFixture(`agreementCreated.${party}`) as unknown as JsonRecord;
const read = (body: Json) => parse('eventbridge', bytesOf(body));

const known = {
  kind: 'agreement.created',
  occurredAt: '2026-03-03T09:15:40.000Z',
  catalog: 'AWSMarketplace',
  agreementId: 'agmt-7hq2m9xk4tz0c5vb8n1r3w6yd',
  offerId: 'offer-1234567890123',
  acceptorAccountId: '999988887777',
  proposerAccountId: '987654321098',
  notes: [],
};

test.each([
  ['proposer', '987654321098'],
  ['manufacturer', '123456789012'],
] as const)('the form of the %s', (party, account) => {
  const body = sample(party);
  expect(eventsOf(read(body))).toEqual([
    { ...known, account, eventId: expect.stringMatching(/^agreement\.created:/), detail: body['detail'] },
  ]);
});

test('the two events of one agreement have identities of their own, and one agreement', () => {
  const [one, other] = (['proposer', 'manufacturer'] as const).map((party) => eventsOf(read(sample(party)))[0]);
  expect(one?.eventId).not.toBe(other?.eventId);
});

test.each<[string, Path, keyof typeof known]>([
  ['the buyer', ['detail', 'acceptor'], 'acceptorAccountId'],
  ['the buyer’s account', ['detail', 'acceptor', 'accountId'], 'acceptorAccountId'],
  ['the proposer', ['detail', 'proposer'], 'proposerAccountId'],
  ['the catalog', ['detail', 'catalog'], 'catalog'],
])('without %s, or with null in its place, it is an agreement all the same', (_name, path, member) => {
  for (const value of [undefined, null]) {
    const [event] = eventsOf(read(withValue(sample('proposer'), path, value)));
    expect(event).toMatchObject({ kind: 'agreement.created', offerId: known.offerId });
    expect(event).not.toHaveProperty(member);
  }
});

test('a buyer of another form is nobody', () => {
  for (const acceptor of [{ accountId: 'ann@example.com' }, { accountId: 7 }, 'ann', []]) {
    const [event] = eventsOf(read(withValue(sample('proposer'), ['detail', 'acceptor'], acceptor)));
    expect(event).not.toHaveProperty('acceptorAccountId');
  }
});

test('null in any other field changes nothing', () => {
  for (const path of [['resources'], ['version'], ['detail', 'resaleAuthorization'], ['detail', 'requestId']]) {
    expect(eventsOf(read(withValue(sample('proposer'), path, null)))[0]).toMatchObject(known);
  }
});

test.each<[string, Path, Json | undefined]>([
  ['no offer', ['detail', 'offer'], undefined],
  ['an offer without an id', ['detail', 'offer', 'id'], null],
  ['an offer whose id is none', ['detail', 'offer', 'id'], 'offer 1'],
  ['no agreement', ['detail', 'agreement'], null],
  ['no account', ['account'], 'the account'],
  ['a time that is none', ['time'], 'yesterday'],
  ['no detail', ['detail'], undefined],
])('one with %s is ignored, counted by its kind, and never quarantined', (_name, path, value) => {
  expect(read(withValue(sample('proposer'), path, value))).toMatchObject({
    outcome: 'ignored',
    kind: 'aws.agreement-marketplace/Purchase Agreement Created - Proposer',
    reason: expect.stringContaining('no offer is taken for accepted'),
  });
});

test.each([
  'Purchase Agreement Created - Acceptor',
  'Purchase Agreement Amended - Proposer',
  'Purchase Agreement Ended - Manufacturer',
])('%s is ignored', (detailType) => {
  expect(read({ ...sample('proposer'), 'detail-type': detailType })).toMatchObject({ outcome: 'ignored' });
});
