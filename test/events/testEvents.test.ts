import fc from 'fast-check';
import { parse } from '../../src/events/parse.ts';
import { agreementCreatedTypes } from '../../src/events/schemas/agreements.ts';
import { marketplaceCatalogTypes } from '../../src/events/schemas/marketplace.ts';
import { testSource } from '../../src/events/testEvents.ts';
import { allFixtures, bytesOf, envelopeOf, fixture, type Json } from './fixtures.ts';

const id = '5f1c2a10-8a5e-4f3b-9d53-0a0b0c0d0e0f';
const envelope = (changes: Record<string, Json> = {}) => ({
  version: '0',
  id,
  'detail-type': 'Change Set Succeeded',
  source: testSource,
  account: '123456789012',
  time: '2026-12-01T09:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail: { testId: 'own-id', sentAt: '2026-12-01T08:59:59.500Z' },
  ...changes,
});
const own = { source: testSource, account: '123456789012' };
const read = (body: Json) => parse('eventbridge', bytesOf(body));

test('an event of the command has an id and a time of its own', () => {
  expect(read(envelope())).toEqual({
    outcome: 'test',
    test: { testId: 'own-id', account: '123456789012', region: 'us-east-1', sentAt: '2026-12-01T08:59:59.500Z' },
  });
});

test.each<[string, Json]>([
  ['empty', {}],
  ['of another form', { testId: 7, sentAt: 'now' }],
  ['with an id that no workflow could have', { testId: 'x'.repeat(65), sentAt: '2026-12-01' }],
  ['no object', 'text'],
  ['null', null],
])('where the detail is %s, the envelope’s own id and time count', (_what, detail) => {
  const expected = { testId: id, account: '123456789012', region: 'us-east-1', sentAt: '2026-12-01T09:00:00.000Z' };
  expect(read(envelope({ detail }))).toEqual({ outcome: 'test', test: expected });
});

test('it is one with every detail-type that the rule takes', () => {
  for (const type of [...marketplaceCatalogTypes, ...agreementCreatedTypes]) {
    expect(read(envelope({ 'detail-type': type }))).toMatchObject({ outcome: 'test' });
  }
});

test.each<[string, Record<string, Json>]>([
  ['no account', { account: 'mine' }],
  ['no id', { id: '../../other' }],
  ['no time', { time: 'yesterday' }],
  ['another detail-type', { 'detail-type': 'Somebody’s Own' }],
  ['no detail-type', { 'detail-type': null }],
  ['a detail-type of CloudTrail', { 'detail-type': 'AWS API Call via CloudTrail' }],
])('with %s it is ignored: nothing is kept, nothing is reported', (_what, changes) => {
  expect(read(envelope(changes))).toMatchObject({ outcome: 'ignored' });
});

test.each(allFixtures.filter((name) => envelopeOf(name) === 'eventbridge'))(
  '%s under this source is a test, and nothing of it is read',
  (name) => {
    const { outcome, ...rest } = read({ ...fixture(name), 'detail-type': 'Change Set Failed', ...own });
    expect(outcome).toBe('test');
    expect(JSON.stringify(rest)).not.toMatch(/CLIENT_ERROR|ChangeSetId|76yesvf8y165pa4f98td2crtg|offer/);
  },
);

test('whatever stands under this source, it is a test or ignored', () => {
  const change = fc.dictionary(
    fc.constantFrom('id', 'account', 'time', 'region', 'detail', 'detail-type', 'resources'),
    fc.jsonValue({ maxDepth: 2 }),
  );
  fc.assert(
    fc.property(change, (changes) => {
      expect(['test', 'ignored']).toContain(read(envelope(changes as Record<string, Json>)).outcome);
    }),
  );
});

test('a source that only looks like it is none', () => {
  for (const source of [`${testSource}s`, ` ${testSource}`, 'Marketplace-Steward.test']) {
    expect(read(envelope({ source }))).toMatchObject({ outcome: 'unreadable' });
  }
});
