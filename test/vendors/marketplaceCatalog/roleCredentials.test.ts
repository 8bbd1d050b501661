import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { MarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { type CatalogSimulator, startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import {
  startTokenServiceSimulator,
  type TokenServiceSimulator,
} from '@marketplace-steward/simulators/securityTokenService';
import type { AccountCredentials } from '../../../src/vendors/marketplaceCatalog/clients.ts';
import { failureTypeOf } from '../../../src/failures.ts';
import { roleSessions } from '../../../src/vendors/marketplaceCatalog/roleCredentials.ts';
import { account, catalogAt, failureOf, scope, submission } from './setUp.ts';

const callerAccount = '999988887777';
const roleArn = `arn:aws:iam::${account}:role/steward`;
const externalId = 'an-external-id-of-this-test';
const secretAccessKey = 'the secret of who assumes';
const assumedBy = { accessKeyId: `SIM${callerAccount}`, secretAccessKey };

let tokenService: TokenServiceSimulator;
let simulator: CatalogSimulator;
let credentials: AccountCredentials;
let catalog: MarketplaceCatalog;
beforeEach(async () => {
  tokenService = await startTokenServiceSimulator({ seed: 5 });
  simulator = await startCatalogSimulator({
    seed: 6,
    account: callerAccount,
    quotas: 'off',
    defaultDurationMs: 1,
    sessions: tokenService.sessions,
  });
  simulator.control.putEntity({ entityId: 'prod-a', entityType: 'SaaSProduct@1.0', account });
  tokenService.control.putRole({ arn: roleArn, externalId, callers: [callerAccount] });
  credentials = { roleArn, externalId, assumedBy };
  catalog = catalogAt(simulator.url, {
    tokenServiceEndpoint: tokenService.url,
    credentialsFor: () => credentials,
  });
});
afterEach(async () => {
  await simulator.close();
  await tokenService.close();
});

/** One call. */
const list = () => catalog.listEntities(scope, 'SaaSProduct');
const start = () => catalog.startChangeSet(scope, submission());
const answers = () => tokenService.control.log().map(({ answer }) => answer);
const callers = () =>
  simulator.control.log({ kind: 'call' }).flatMap((entry) => (entry.kind === 'call' ? [entry.account] : []));

test('calls act as the role’s account, and CloudTrail would show who they are', async () => {
  expect(await list()).toHaveLength(1);
  expect(callers()).toEqual([account]);
  expect(tokenService.control.log()).toMatchObject([
    { roleArn, roleSessionName: 'marketplace-steward', caller: callerAccount, answer: 'given' },
  ]);
});

test('one assumption serves reads and submits, however many begin at once', async () => {
  const outcomes = await Promise.allSettled([...Array.from({ length: 20 }, list), start(), start()]);
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 22 }, () => 'fulfilled'));
  await list();
  expect(answers()).toEqual(['given']);
});

test('each account has a session of its own, of one assumption each', async () => {
  const other = '444455556666';
  const otherArn = `arn:aws:iam::${other}:role/path/steward`;
  tokenService.control.putRole({ arn: otherArn });
  const both = catalogAt(simulator.url, {
    tokenServiceEndpoint: tokenService.url,
    credentialsFor: (id) => (id === other ? { roleArn: otherArn, assumedBy } : credentials),
  });
  await both.listEntities(scope, 'SaaSProduct');
  await both.listEntities({ ...scope, account: other }, 'SaaSProduct');
  expect(callers()).toEqual([account, other]);
  expect(answers()).toEqual(['given', 'given']);
});

test('what the SDK finds automatically assumes the role where there is no key', async () => {
  const kept = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: `SIM${callerAccount}`, AWS_SECRET_ACCESS_KEY: 's' });
  try {
    credentials = { roleArn, externalId, assumedBy: 'sdkChain' };
    await list();
  } finally {
    process.env = kept;
  }
  expect(tokenService.control.log()).toMatchObject([{ caller: callerAccount, answer: 'given' }]);
  expect(callers()).toEqual([account]);
});

describe('the end of a session', () => {
  const minuteMs = 60_000;
  // Only the clock is turned: connections and their time-outs stay real.
  const timers = ['setTimeout', 'setInterval', 'setImmediate', 'nextTick', 'performance', 'queueMicrotask'] as const;
  beforeEach(() => jest.useFakeTimers({ doNotFake: [...timers, 'clearTimeout', 'clearInterval', 'clearImmediate'] }));
  afterEach(() => jest.useRealTimers());
  const later = (ms: number) => jest.setSystemTime(Date.now() + ms);

  test('it is renewed before, once for all who call', async () => {
    await list();
    later(54 * minuteMs);
    await list();
    expect(answers()).toEqual(['given']);
    later(2 * minuteMs);
    const outcomes = await Promise.allSettled([list(), list(), start(), list()]);
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'fulfilled'));
    await list();
    expect(answers()).toEqual(['given', 'given']);
  });

  test('it serves on where the renewal fails, without asking at every call, and until its end only', async () => {
    await list();
    tokenService.control.removeRole(roleArn);
    later(56 * minuteMs);
    await list();
    await start();
    expect(answers()).toEqual(['given', 'AccessDenied']);
    later(minuteMs);
    await list();
    expect(answers()).toEqual(['given', 'AccessDenied', 'AccessDenied']);
    later(3 * minuteMs);
    expect((await failureOf(list())).message).toContain('sts:AssumeRole');
  });

  test('sessions that end soon are had again when they have ended, and not at every call', async () => {
    tokenService.control.setSessionLifetime(10_000);
    await list();
    await list();
    later(11_000);
    await list();
    expect(answers()).toEqual(['given', 'given']);
  });

  test('a session that the service does not take any more is given up: the next call assumes the role again', async () => {
    await list();
    tokenService.control.expireSessions();
    expect((await failureOf(start())).type).toBe('CredentialsRejected');
    expect(answers()).toEqual(['given']);
    await start();
    expect(answers()).toEqual(['given', 'given']);
  });
});

describe('a role that cannot be assumed', () => {
  const failing = [
    ['AccessDenied at the wrong external id', () => void (credentials = { roleArn, externalId: 'another', assumedBy })],
    ['AccessDenied without the external id', () => void (credentials = { roleArn, assumedBy })],
    ['AccessDenied where there is no such role', () => tokenService.control.removeRole(roleArn)],
    [
      'AccessDenied where the trust policy names others',
      () => tokenService.control.putRole({ arn: roleArn, callers: [] }),
    ],
  ] as const;

  test.each(failing)('%s: the action that is missing and the role are named', async (_name, spoil) => {
    spoil();
    const failure = await failureOf(start());
    expect(failure).toMatchObject({ type: 'CredentialsRejected', nonRetryable: false });
    expect(failure.message).toContain('sts:AssumeRole');
    expect(failure.message).toContain(roleArn);
    expect(failure.details).toEqual([{ operation: 'AssumeRole', resource: roleArn, vendorType: 'AccessDenied' }]);
    expect(JSON.stringify([failure.message, failure.details])).not.toContain(externalId);
    expect(callers()).toEqual([]);
  });

  test('a key that the service does not know: the credentials that assume it are at fault, and not the role', async () => {
    credentials = { roleArn, externalId, assumedBy: { accessKeyId: 'ASIANOBODY', secretAccessKey } };
    const failure = await failureOf(list());
    expect(failure.type).toBe('CredentialsRejected');
    expect(failure.details).toEqual([{ operation: 'AssumeRole', vendorType: 'InvalidClientTokenId' }]);
    expect(failure.message).not.toContain(secretAccessKey);
  });

  test('another refusal does not repeat the external id in the service’s words', async () => {
    credentials = { roleArn, externalId: 'not an external id', assumedBy };
    const failure = await failureOf(list());
    expect([failure.type, failure.message]).toEqual([
      'CredentialsRejected',
      `AssumeRole: ${roleArn} could not be assumed (ValidationError)`,
    ]);
  });

  test.each([
    [{ fault: 'throttle', times: 3 }, 'Throttled'],
    [{ fault: 'error', code: 'InternalFailure', status: 500, times: 3 }, 'ServiceFault'],
    [{ fault: 'error', code: 'RegionDisabledException', status: 403 }, 'CredentialsRejected'],
    [{ fault: 'htmlError', status: 503, times: 3 }, 'ServiceFault'],
    [{ fault: 'htmlError', status: 403 }, 'MalformedAnswer'],
    [{ fault: 'reset', times: 3 }, 'Unreachable'],
  ] as const)('%j is %s, for a submit too: nothing of it was sent', async (fault, type) => {
    tokenService.control.addFault(fault);
    expect((await failureOf(start())).type).toBe(type);
    expect(simulator.control.log()).toEqual([]);
    expect(await start()).toEqual(expect.any(String));
  });

  test('a service that is not there is Unreachable', async () => {
    await tokenService.close();
    expect((await failureOf(start())).type).toBe('Unreachable');
  });

  test('it is asked again at every call, since somebody may have mended it', async () => {
    tokenService.control.removeRole(roleArn);
    await failureOf(list());
    tokenService.control.putRole({ arn: roleArn, externalId });
    expect(await list()).toHaveLength(1);
  });
});

describe('an answer of the token service that is none', () => {
  let answer: (response: ServerResponse) => void;
  let server: Server;
  let endpoint: string;
  beforeEach(async () => {
    server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const failureTypeOfSession = async (withinMs?: number) =>
    roleSessions({ roleArn, assumedBy }, 'us-east-1', endpoint, withinMs)().then(
      () => 'a session',
      (error: unknown) => failureTypeOf(error),
    );
  const withSession = (members: string) =>
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>${members}</AssumeRoleResult></AssumeRoleResponse>`;

  test('and that stalls after its headers ends in time, so that the next call asks again', async () => {
    answer = (response) => void response.writeHead(200, { 'content-type': 'text/xml' }).write('<AssumeRole');
    expect(await failureTypeOfSession(200)).toBe('Unreachable');
  });

  test.each([
    ['nothing', ''],
    ['no key', '<Credentials><SessionToken>t</SessionToken></Credentials>'],
    [
      'no token and no end',
      '<Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>s</SecretAccessKey></Credentials>',
    ],
  ])('and that holds %s is a malformed answer, no refusal', async (_what, members) => {
    answer = (response) => void response.writeHead(200, { 'content-type': 'text/xml' }).end(withSession(members));
    expect(await failureTypeOfSession()).toBe('MalformedAnswer');
  });
});
