import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { watchCatalog } from '../../src/activities/watchedVendors.ts';
import type { AccessRefusal } from '../../src/delivery/accountAlarms.ts';
import type { MarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/port.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { startTokenServiceSimulator } from '@marketplace-steward/simulators/securityTokenService';
import { account, catalogAt, failureOf, scope, submission } from '../vendors/marketplaceCatalog/setUp.ts';

let simulator: CatalogSimulator;
let catalog: MarketplaceCatalog;
let reported: AccessRefusal[];
let failing: AccessRefusal[];
let logged: string[];
let alarmError: Error | undefined;

beforeAll(async () => {
  simulator = await startCatalogSimulator({ seed: 4, account, quotas: 'off' });
  const logger = pino({}, { write: (line: string) => void logged.push(line) });
  const alarms = {
    refused: async (refusal: AccessRefusal) => {
      reported.push(refusal);
      if (alarmError !== undefined) throw alarmError;
    },
    failing: async (call: AccessRefusal) => void failing.push(call),
  };
  catalog = watchCatalog(catalogAt(simulator.url), { alarms, logger, failingAfterMs: () => 60 * 60_000 });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.control.reset();
  reported = [];
  failing = [];
  logged = [];
  alarmError = undefined;
});

function refuse(type: string, status = 403): void {
  simulator.control.addFault({ fault: 'error', operation: '*', type, status, times: 100 });
}

const calls: ReadonlyArray<[string, string | undefined, () => Promise<unknown>]> = [
  ['DescribeChangeSet', 'some-id', () => catalog.describeChangeSet(scope, 'some-id')],
  ['ListChangeSets', undefined, () => catalog.listChangeSetsByName(scope, ['a name'])],
  ['ListChangeSets', undefined, () => catalog.listChangeSets(scope, { statuses: ['FAILED'] })],
  [
    'ListChangeSets',
    undefined,
    () =>
      catalog.listChangeSetsPage(scope, {
        statuses: ['FAILED'],
        startedFrom: '2026-01-01T00:00:00Z',
        startedBefore: '2026-01-02T00:00:00Z',
      }),
  ],
  ['DescribeEntity', 'prod-a', () => catalog.describeEntity(scope, 'prod-a')],
  ['ListEntities', 'SaaSProduct', () => catalog.listEntities(scope, 'SaaSProduct')],
  ['ListTagsForResource', 'an ARN', () => catalog.tagsOf(scope, 'an ARN')],
  ['StartChangeSet', undefined, () => catalog.startChangeSet(scope, submission())],
];
const optional: ReadonlyArray<[string, string | undefined, () => Promise<unknown>]> = [
  ['DescribeEntity', 'prod-a', () => catalog.describeProduct(scope, 'prod-a')],
  ['DescribeEntity', 'offer-a', () => catalog.describeOffer(scope, 'offer-a')],
  ['ListAssessments', undefined, () => catalog.listAssessments(scope)],
  ['DescribeAssessment', undefined, () => catalog.failedControls(scope, 'assessment-1')],
];

test.each(calls)(
  '%s that is denied is reported with what it asked for, and fails as before',
  async (operation, resource, call) => {
    refuse('AccessDeniedException');
    expect(await failureOf(call())).toMatchObject({ type: 'AccessDenied' });
    expect(reported).toEqual([
      {
        ...scope,
        operation,
        ...(resource === undefined ? {} : { resource }),
        failureType: 'AccessDenied',
        message: expect.stringContaining(operation),
        at: expect.stringMatching(/Z$/),
      },
    ]);
  },
);

test.each(optional)('%s may be denied: that is no alarm', async (_operation, _resource, call) => {
  refuse('AccessDeniedException');
  expect(await failureOf(call())).toMatchObject({ type: 'AccessDenied' });
  expect(reported).toEqual([]);
});

test.each([...calls, ...optional])('%s with expired credentials is reported', async (operation, _resource, call) => {
  refuse('ExpiredTokenException');
  expect(await failureOf(call())).toMatchObject({ type: 'CredentialsRejected' });
  expect(reported).toMatchObject([{ operation, failureType: 'CredentialsRejected' }]);
});

describe('where the account’s role cannot be assumed', () => {
  const roleArn = `arn:aws:iam::${account}:role/steward`;
  const calling = async (assumedBy: string, call: (watched: MarketplaceCatalog) => Promise<unknown>) => {
    const tokenService = await startTokenServiceSimulator({ seed: 4 });
    const assuming = catalogAt(simulator.url, {
      tokenServiceEndpoint: tokenService.url,
      credentialsFor: () => ({ roleArn, assumedBy: { accessKeyId: assumedBy, secretAccessKey: 's' } }),
    });
    const refused = async (refusal: AccessRefusal) => void reported.push(refusal);
    const watched = watchCatalog(assuming, {
      alarms: { refused, failing: refused },
      failingAfterMs: () => 60 * 60_000,
      logger: pino({ level: 'silent' }),
    });
    expect(await failureOf(call(watched))).toMatchObject({ type: 'CredentialsRejected' });
    await tokenService.close();
  };

  test('that is reported and names the role, whatever was to be called', async () => {
    await calling('SIM999988887777', (watched) => watched.describeEntity(scope, 'prod-a'));
    await calling('SIM999988887777', (watched) => watched.listAssessments(scope));
    const expected = { ...scope, operation: 'AssumeRole', resource: roleArn, failureType: 'CredentialsRejected' };
    expect(reported).toMatchObject([expected, expected]);
  });

  test('the role is not named where its caller is nobody', async () => {
    await calling('ASIANOBODY', (watched) => watched.describeEntity(scope, 'prod-a'));
    expect(reported).toMatchObject([{ operation: 'AssumeRole', failureType: 'CredentialsRejected' }]);
    expect(reported[0]).not.toHaveProperty('resource');
  });
});

test('other failures and answers are nobody’s alarm', async () => {
  expect(await failureOf(catalog.describeChangeSet(scope, 'no-such-set'))).toMatchObject({ type: 'NotFound' });
  expect(await catalog.listChangeSetsByName(scope, ['a name'])).toEqual([]);
  expect(reported).toEqual([]);
});

describe('a call that fails otherwise', () => {
  const hourMs = 3_600_000;
  const startMs = Date.parse('2026-11-01T12:00:00Z');

  let activity = 0;
  beforeEach(() => {
    activity += 1;
  });

  /** One attempt of an activity that was scheduled at the start; gives what was reported. */
  async function attempt(activityType: string, attemptNumber: number, afterMs: number): Promise<AccessRefusal[]> {
    const environment = new MockActivityEnvironment({
      activityId: String(activity),
      activityType,
      attempt: attemptNumber,
      scheduledTimestampMs: startMs,
      currentAttemptScheduledTimestampMs: startMs + afterMs,
    });
    await environment.run(() => catalog.describeChangeSet(scope, 'some-id').catch(() => undefined));
    return failing.splice(0);
  }

  test('is reported from an hour on, with the time since when, whatever process made the attempts before', async () => {
    refuse('InternalServiceException', 500);
    expect(await attempt('diagnoseChangeSet', 12, hourMs - 1)).toEqual([]);
    expect(await attempt('diagnoseChangeSet', 13, hourMs)).toMatchObject([
      {
        ...scope,
        operation: 'DescribeChangeSet',
        resource: 'some-id',
        failureType: 'ServiceFault',
        failingSince: new Date(startMs).toISOString(),
      },
    ]);
    expect(reported).toEqual([]);
  });

  test('is not reported where the activity only waited for a worker', async () => {
    refuse('InternalServiceException', 500);
    expect(await attempt('inspectLineage', 1, 5 * hourMs)).toEqual([]);
    expect(await attempt('inspectLineage', 2, 5 * hourMs + 1_000)).toEqual([]);
  });

  test('of a poll counts from its first failure in a row', async () => {
    const days = 24 * hourMs;
    const fails = async (number: number, afterMs: number) => {
      simulator.control.reset();
      refuse('InternalServiceException', 500);
      return attempt('awaitOutcome', number, days + afterMs);
    };
    expect(await fails(90, 0)).toEqual([]);
    expect(await fails(91, hourMs / 2)).toEqual([]);
    simulator.control.reset();
    simulator.control.putChangeSet({
      changeSetId: 'some-id',
      name: 'a name',
      status: 'APPLYING',
      startTime: '2026-11-01T00:00:00Z',
      changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', details: '{}' }],
    });
    expect(await attempt('awaitOutcome', 92, days + 0.9 * hourMs)).toEqual([]);
    expect(await fails(93, hourMs)).toEqual([]);
    expect(await fails(94, 2 * hourMs)).toMatchObject([
      { failingSince: new Date(startMs + days + hourMs).toISOString() },
    ]);
  });
});

test('an alarm that cannot be raised is logged, and the call fails as it would have', async () => {
  refuse('AccessDeniedException');
  alarmError = new Error('Temporal is away');
  expect(await failureOf(catalog.tagsOf(scope, 'an ARN'))).toMatchObject({ type: 'AccessDenied' });
  expect(logged).toEqual([expect.stringContaining('Temporal is away')]);
});
