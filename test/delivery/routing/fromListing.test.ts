import fc from 'fast-check';
import { defined } from '../../../src/defined.ts';
import { fromListing } from '../../../src/delivery/routing/fromListing.ts';
import { parse } from '../../../src/events/parse.ts';

const account = '123456789012';
const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`);
const detailTypes = {
  SUCCEEDED: 'Change Set Succeeded',
  FAILED: 'Change Set Failed',
  CANCELLED: 'Change Set Cancelled',
} as const;

const row = fc.record({
  changeSetId: fc.stringMatching(/^[a-z0-9]{25}$/),
  name: fc.option(fc.stringMatching(/^[\w ]{1,60}$/), { nil: undefined }),
  status: fc.constantFrom('SUCCEEDED', 'FAILED', 'CANCELLED') as fc.Arbitrary<keyof typeof detailTypes>,
  startTime: time,
  endTime: time,
  failureCode: fc.constantFrom('CLIENT_ERROR', 'SERVER_FAULT', undefined),
});

test('a listed change set and the vendor’s event of it are the same event', () => {
  fc.assert(
    fc.property(row, ({ status, failureCode, ...listed }) => {
      const code = status === 'FAILED' ? failureCode : undefined;
      const bytes = JSON.stringify({
        version: '0',
        id: 'an-envelope',
        'detail-type': detailTypes[status],
        source: 'aws.marketplacecatalog',
        account,
        time: listed.endTime,
        region: 'us-east-1',
        resources: [],
        detail: {
          requestId: 'a-request',
          Catalog: 'AWSMarketplace',
          ChangeSetId: listed.changeSetId,
          ...(listed.name === undefined ? {} : { ChangeSetName: listed.name }),
          StartTime: listed.startTime,
          EndTime: listed.endTime,
          ...(code === undefined ? {} : { FailureCode: code }),
        },
      });
      const parsed = parse('eventbridge', Buffer.from(bytes));
      if (parsed.outcome !== 'events') throw new Error(JSON.stringify(parsed));
      const [event] = parsed.events;
      const { changeSetId, name, startTime, endTime } = listed;
      const more = defined({ name, failureCode: code });
      const found = fromListing({ changeSetId, status, startTime, endTime, ...more }, account, 'AWSMarketplace');
      const {
        detail: _detail,
        notes: _notes,
        occurredAt: _occurredAt,
        ...same
      } = event as object as typeof found & object;
      expect(found).toMatchObject({ ...same, startTime: expect.any(String), endTime: expect.any(String) });
    }),
  );
});

test.each([
  ['one that runs', { status: 'APPLYING' }],
  ['one that is prepared', { status: 'PREPARING' }],
  ['an unknown status', { status: 'PAUSED' }],
  ['an id that the API does not document', { changeSetId: 'a/b' }],
])('%s stands for no event', (_what, change) => {
  const ended = { changeSetId: 'abc', name: 'n', status: 'FAILED' };
  expect(fromListing({ ...ended, ...change }, account, 'AWSMarketplace')).toBeUndefined();
});

test('a row without a status stands for no event', () => {
  expect(fromListing({ changeSetId: 'abc', name: 'n' }, account, 'AWSMarketplace')).toBeUndefined();
});
