import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
  STSServiceException,
} from '@aws-sdk/client-sts';
import { ListEntitiesCommand, MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { startCatalogSimulator, type CatalogSimulator } from '../../src/marketplaceCatalog/index.ts';
import { startTokenServiceSimulator, type TokenServiceSimulator } from '../../src/securityTokenService/index.ts';

const account = '111122223333';
const caller = '999988887777';
const roleArn = `arn:aws:iam::${account}:role/teams/steward`;
const externalId = 'a:very/own_id';

let service: TokenServiceSimulator;
beforeAll(async () => {
  service = await startTokenServiceSimulator({ seed: 1 });
});
afterAll(() => service.close());
beforeEach(() => service.control.putRole({ arn: roleArn, externalId, callers: [caller] }));

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
const keysOf = (owner: string): Keys => ({ accessKeyId: `SIM${owner}`, secretAccessKey: 's' });

function assume(input: Partial<AssumeRoleCommandInput> = {}, credentials: Keys = keysOf(caller)) {
  const client = new STSClient({ endpoint: service.url, region: 'us-east-1', credentials });
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: 'a-session',
    ExternalId: externalId,
    ...input,
  });
  return client.send(command);
}

async function refusal(input: Partial<AssumeRoleCommandInput>, credentials?: Keys) {
  const error: unknown = await assume(input, credentials).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof STSServiceException)) throw new Error('It was no refusal', { cause: error });
  return { code: error.name, status: error.$metadata.httpStatusCode, message: error.message };
}

/** The keys of a fresh session. */
async function session(): Promise<Required<Keys>> {
  const { Credentials: given } = await assume();
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
}

test('a caller that may assume a role gets temporary keys for an hour, and its new identity', async () => {
  const beforeMs = Date.now();
  const { Credentials: given, AssumedRoleUser, $metadata } = await assume();
  expect(given).toMatchObject({
    AccessKeyId: expect.stringMatching(/^ASIA[A-Z0-9]{16}$/),
    SecretAccessKey: expect.stringMatching(/^.{40}$/),
    SessionToken: expect.stringMatching(/./),
  });
  const lastsMs = (given?.Expiration?.getTime() ?? 0) - beforeMs;
  expect(lastsMs).toBeGreaterThan(3_590_000);
  expect(AssumedRoleUser).toMatchObject({
    Arn: `arn:aws:sts::${account}:assumed-role/steward/a-session`,
    AssumedRoleId: expect.stringMatching(/^AROA.*:a-session$/),
  });
  expect($metadata.requestId).toEqual(expect.any(String));
  expect(service.control.log().at(-1)).toMatchObject({ roleArn, caller, answer: 'given' });
});

test('no two sessions have the same key', async () => {
  expect((await session()).accessKeyId).not.toBe((await session()).accessKeyId);
});

describe('the trust policy', () => {
  const denied = {
    code: 'AccessDenied',
    status: 403,
    message: `User: arn:aws:iam::${caller}:user/steward is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  };

  test.each([
    ['a wrong external id', { ExternalId: 'another' }],
    ['none', { ExternalId: undefined }],
  ])('%s is denied', async (_name, input) => {
    expect(await refusal(input)).toEqual(denied);
  });

  test('another account is denied', async () => {
    expect(await refusal({}, keysOf('444455556666'))).toMatchObject({ code: 'AccessDenied', status: 403 });
  });

  test('a role that does not exist is denied in the same words', async () => {
    const other = `${roleArn}-2`;
    expect(await refusal({ RoleArn: other })).toEqual({ ...denied, message: denied.message.replace(roleArn, other) });
  });

  test('a role that asks for no external id takes any', async () => {
    service.control.putRole({ arn: roleArn });
    await assume({ ExternalId: undefined });
    await assume({ ExternalId: 'whatever' }, keysOf('444455556666'));
    expect(service.control.log().slice(-2)).toMatchObject([{ answer: 'given' }, { answer: 'given' }]);
  });
});

test.each<[Partial<AssumeRoleCommandInput>, RegExp]>([
  [{ DurationSeconds: 899 }, /'899' at 'durationSeconds'.*greater than or equal to 900/],
  [{ DurationSeconds: 43_201 }, /'43201' at 'durationSeconds'.*less than or equal to 43200/],
  [{ DurationSeconds: 3_601 }, /exceeds the MaxSessionDuration set for this role/],
  [{ RoleArn: undefined }, /Value null at 'roleArn'/],
  [{ RoleArn: 'arn:aws:iam::1:role/x' }, /is invalid/],
  [{ RoleArn: 'short' }, /'roleArn'.*length greater than or equal to 20/],
  [{ RoleSessionName: 'with a space' }, /'roleSessionName'.*regular expression/],
  [{ RoleSessionName: 'x'.repeat(65) }, /'roleSessionName'.*length less than or equal to 64/],
  [{ ExternalId: 'x' }, /'externalId'.*length greater than or equal to 2/],
])('%j is refused', async (input, message) => {
  expect(await refusal(input)).toEqual({
    code: 'ValidationError',
    status: 400,
    message: expect.stringMatching(message),
  });
});

test.each([900, 3_600])('%d seconds are lasted', async (seconds) => {
  const beforeMs = Date.now();
  const { Credentials: given } = await assume({ DurationSeconds: seconds });
  expect(Math.abs((given?.Expiration?.getTime() ?? 0) - beforeMs - seconds * 1_000)).toBeLessThan(60_000);
});

test('faults: a slower pace, an error, a page, a connection that is cut', async () => {
  service.control.addFault({ fault: 'throttle', times: 3 });
  expect(await refusal({})).toMatchObject({ code: 'Throttling', status: 400 });
  service.control.addFault({ fault: 'error', code: 'RegionDisabledException', status: 403 });
  expect(await refusal({})).toMatchObject({ code: 'RegionDisabledException', status: 403 });
  service.control.addFault({ fault: 'htmlError', status: 502 });
  service.control.addFault({ fault: 'reset' });
  await assume();
  expect(service.control.log().slice(-3)).toMatchObject([
    { answer: 'htmlError' },
    { answer: 'reset' },
    { answer: 'given' },
  ]);
});

test.each([
  ['no signature', {}, 'MissingAuthenticationToken', 403],
  ['no SigV4', { authorization: 'Basic x' }, 'IncompleteSignature', 400],
  [
    'a signature for another service',
    {
      authorization:
        'AWS4-HMAC-SHA256 Credential=SIM1/20261101/us-east-1/aws-marketplace/aws4_request, SignedHeaders=host, Signature=ab',
    },
    'SignatureDoesNotMatch',
    403,
  ],
  [
    'another action',
    {
      authorization:
        'AWS4-HMAC-SHA256 Credential=SIM1/20261101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=ab',
    },
    'InvalidAction',
    400,
  ],
])('%s', async (_name, headers, code, status) => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  const body = 'Action=GetNothing&Version=2011-06-15';
  const answer = await fetch(service.url, { method: 'POST', headers: form, body });
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
});

describe('what is called with its keys', () => {
  let catalog: CatalogSimulator;
  beforeAll(async () => {
    catalog = await startCatalogSimulator({ seed: 2, account: caller, quotas: 'off', sessions: service.sessions });
  });
  afterAll(() => catalog.close());

  const listed = (credentials: Keys) =>
    new MarketplaceCatalogClient({ endpoint: catalog.url, region: 'us-east-1', credentials })
      .send(new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct' }))
      .then(
        () => catalog.control.log().at(-1),
        (error: unknown) => (error instanceof Error ? error.name : String(error)),
      );

  test('a session acts as its role’s account', async () => {
    expect(await listed(await session())).toMatchObject({ account });
  });

  test('a key of the simulators acts as before', async () => {
    expect(await listed(keysOf('444455556666'))).toMatchObject({ account: '444455556666' });
    expect(await listed({ accessKeyId: 'AKIAANYTHING', secretAccessKey: 's' })).toMatchObject({ account: caller });
  });

  test('an expired session is expired, for the token service too', async () => {
    const keys = await session();
    service.control.expireSessions();
    expect(await listed(keys)).toBe('ExpiredTokenException');
    expect(await refusal({}, keys)).toMatchObject({ code: 'ExpiredToken', status: 403 });
  });

  test('a session that ends soon ends', async () => {
    service.control.setSessionLifetime(0);
    const keys = await session();
    service.control.setSessionLifetime(undefined);
    expect(await listed(keys)).toBe('ExpiredTokenException');
  });

  test.each([
    ['nobody’s', (keys: Required<Keys>): Keys => ({ ...keys, accessKeyId: 'ASIANOBODY' })],
    ['with another’s token', (keys: Required<Keys>): Keys => ({ ...keys, sessionToken: 'x' })],
    ['without its token', ({ sessionToken: _token, ...keys }: Required<Keys>): Keys => keys],
  ])('a key that is %s is not known', async (_name, spoil) => {
    const keys = spoil(await session());
    expect(await listed(keys)).toBe('UnrecognizedClientException');
    expect(await refusal({}, keys)).toMatchObject({ code: 'InvalidClientTokenId', status: 403 });
  });

  test('a role that assumes another one gets an hour at most', async () => {
    const other = 'arn:aws:iam::444455556666:role/next';
    service.control.putRole({ arn: other, callers: [account] });
    const keys = await session();
    const chained = { RoleArn: other, ExternalId: undefined };
    expect(await refusal({ ...chained, DurationSeconds: 3_601 }, keys)).toMatchObject({
      message: expect.stringContaining('role chaining'),
    });
    await assume(chained, keys);
    expect(service.control.log().at(-1)).toMatchObject({ caller: account, roleArn: other });
  });
});

test('a caller learns who it is, as itself and as the role of a session, by a clock that can be set', async () => {
  const identity = async (credentials: Keys) => {
    const client = new STSClient({ endpoint: service.url, region: 'us-east-1', credentials });
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand());
    return { Account, Arn };
  };
  expect(await identity(keysOf(caller))).toEqual({ Account: caller, Arn: `arn:aws:iam::${caller}:user/steward` });
  const assumed = `arn:aws:sts::${account}:assumed-role/steward/a-session`;
  expect(await identity(await session())).toEqual({ Account: account, Arn: assumed });
  service.control.setClockAhead(3_600_000);
  try {
    const { headers } = await fetch(service.url, { method: 'POST', body: new URLSearchParams() });
    expect(Date.parse(headers.get('date') ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  } finally {
    service.control.setClockAhead(0);
  }
});
