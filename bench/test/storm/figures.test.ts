import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import {
  boundOf,
  callsPerSubmit,
  firstLookUpMs,
  floorSecondsOf,
  keepsBounds,
  submitsOf,
  type StormFigures,
} from '../../storm/figures.ts';

type LogEntry = ReturnType<CatalogControl['log']>[number];

const account = '111122223333';
const call = (operation: string, values: object = {}): LogEntry =>
  ({
    kind: 'call',
    at: '2026-12-01T00:00:01.500Z',
    account,
    operation,
    entityIds: [],
    body: '',
    request: {},
    ...values,
  }) as LogEntry;

const kept: StormFigures = {
  changeSets: 100,
  entities: 100,
  workers: 1,
  submitted: 100,
  submittedTwice: 0,
  endedByTheirRow: 0,
  seconds: 25,
  floorSeconds: 21,
  callsPerSubmit: { StartChangeSet: 1 },
  throttled: 0,
  firstCheckSeconds: { sameAccount: 12, otherAccount: 1 },
  notices: 20,
  criticalNoticeSeconds: 2,
};

test('the floor is what the quota of StartChangeSet takes, for one worker and for two alike', () => {
  expect([1, 2].map((workers) => floorSecondsOf({ changeSets: 100, workers }))).toEqual([21, 21]);
  expect(floorSecondsOf({ changeSets: 600, workers: 1 })).toBe(126);
});

test('a large storm has to come nearer to its floor', () => {
  expect([6, 100, 600].map((changeSets) => boundOf({ changeSets }))).toEqual([1.35, 1.35, 1.15]);
});

test.each<[string, Partial<StormFigures>]>([
  ['one was submitted twice', { submittedTwice: 1 }],
  ['one was neither submitted nor ended', { submitted: 99 }],
  ['a call was throttled', { throttled: 1 }],
  ['it took longer', { seconds: 28.36 }],
  ['a large one took longer', { changeSets: 600, submitted: 600, seconds: 145, floorSeconds: 126 }],
  ['another failure of the account waited', { firstCheckSeconds: { sameAccount: 31, otherAccount: 1 } }],
  ['a failure of another account waited', { firstCheckSeconds: { sameAccount: 1, otherAccount: 31 } }],
  ['a critical notice waited', { criticalNoticeSeconds: 31 }],
  ['one was never checked', { firstCheckSeconds: { sameAccount: Number.NaN, otherAccount: 1 } }],
])('bounds are broken where %s', (_, values) => {
  expect(keepsBounds({ ...kept, ...values })).toBe(false);
});

test('bounds are kept, also where lineages end by their row', () => {
  expect(keepsBounds(kept)).toBe(true);
  expect(keepsBounds({ ...kept, submitted: 10, endedByTheirRow: 90 })).toBe(true);
});

test('a repeated token is no submit, nor is one of another account, or without a marker', () => {
  const log = [
    call('StartChangeSet', { changeSetName: 'x+retry.origin1.1' }),
    call('StartChangeSet', { changeSetName: 'x+retry.origin1.1', tokenRepeated: true }),
    call('StartChangeSet', { changeSetName: 'x+retry.origin2.1', account: '444455556666' }),
    call('StartChangeSet', { changeSetName: 'x' }),
    call('DescribeChangeSet'),
  ];
  expect(submitsOf(log, account)).toEqual([{ originId: 'origin1', atMs: Date.parse('2026-12-01T00:00:01.500Z') }]);
});

test('calls are counted by account and operation, refused ones too', () => {
  const refused = { kind: 'refusal', operation: 'ListChangeSets', account, reason: 'ThrottlingException' } as LogEntry;
  const log = [call('ListChangeSets'), refused, call('DescribeEntity'), call('DescribeEntity', { account: 'other' })];
  expect(callsPerSubmit(log, account, 4)).toEqual({ ListChangeSets: 0.5, DescribeEntity: 0.25 });
});

test('the first look-up of an entity', () => {
  const request = { FilterList: [{ Name: 'EntityId', ValueList: ['prod-a', 'prod-b'] }] };
  const log = [call('ListChangeSets'), call('ListChangeSets', { request })];
  expect(firstLookUpMs(log, 'prod-b')).toBe(Date.parse('2026-12-01T00:00:01.500Z'));
  expect(firstLookUpMs(log, 'prod-c')).toBeUndefined();
});
