import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import type { FailureType } from '../../../src/failures.ts';
import type { MarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { type CatalogSimulator, startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { incompleteAnswer, vendorFailure } from '../../../src/vendors/marketplaceCatalog/failures.ts';
import { account, catalogAt, failureOf, scope, startRawServer, submission } from './setUp.ts';

type Fault = Parameters<CatalogSimulator['control']['addFault']>[0];

describe('answers of the simulated service', () => {
  let simulator: CatalogSimulator;
  let catalog: MarketplaceCatalog;

  beforeEach(async () => {
    simulator = await startCatalogSimulator({ seed: 6, account, quotas: 'off', defaultDurationMs: 1 });
    simulator.control.putEntity({ entityId: 'prod-a', entityType: 'SaaSProduct@1.0' });
    catalog = catalogAt(simulator.url);
  });
  afterEach(() => simulator.close());

  const start = () => catalog.startChangeSet(scope, submission());
  const list = () => catalog.listChangeSetsByName(scope, ['A name']);
  const error = (type: string, status: number): Fault => ({
    fault: 'error',
    operation: '*',
    times: 3,
    type,
    status,
    message: 'as planned',
  });

  test.each<[Fault, FailureType, FailureType]>([
    [{ fault: 'throttle', operation: '*', times: 3 }, 'Throttled', 'Throttled'],
    [error('TooManyRequestsException', 429), 'Throttled', 'Throttled'],
    [error('ThrottlingException', 503), 'Throttled', 'Throttled'],
    [error('ServiceQuotaExceededException', 402), 'QuotaExceeded', 'QuotaExceeded'],
    [error('ResourceInUseException', 423), 'ResourceInUse', 'ResourceInUse'],
    [error('ValidationException', 422), 'RequestRejected', 'RequestRejected'],
    [error('ResourceNotSupportedException', 415), 'RequestRejected', 'RequestRejected'],
    [error('ResourceNotFoundException', 404), 'NotFound', 'NotFound'],
    [error('AccessDeniedException', 403), 'AccessDenied', 'AccessDenied'],
    [error('ExpiredTokenException', 403), 'CredentialsRejected', 'CredentialsRejected'],
    [error('UnrecognizedClientException', 403), 'CredentialsRejected', 'CredentialsRejected'],
    [error('InvalidSignatureException', 403), 'CredentialsRejected', 'CredentialsRejected'],
    [error('InternalServiceException', 500), 'OutcomeUnknown', 'ServiceFault'],
    [error('ServiceUnavailableException', 503), 'OutcomeUnknown', 'ServiceFault'],
    [error('SomethingNewException', 418), 'OutcomeUnknown', 'MalformedAnswer'],
    [{ fault: 'htmlError', operation: '*', times: 3, status: 503 }, 'OutcomeUnknown', 'MalformedAnswer'],
    [{ fault: 'htmlError', operation: '*', times: 3, status: 429 }, 'OutcomeUnknown', 'MalformedAnswer'],
    [{ fault: 'truncated', operation: '*' }, 'OutcomeUnknown', 'MalformedAnswer'],
    [{ fault: 'empty', operation: '*' }, 'OutcomeUnknown', 'MalformedAnswer'],
    [{ fault: 'resetBefore', operation: '*', times: 3 }, 'OutcomeUnknown', 'Unreachable'],
    [{ fault: 'resetAfter', operation: '*', times: 3 }, 'OutcomeUnknown', 'Unreachable'],
  ])('%j: a submit becomes %s, a read %s', async (fault, submitType, readType) => {
    simulator.control.addFault(fault);
    expect((await failureOf(start())).type).toBe(submitType);
    simulator.control.reset();
    simulator.control.addFault(fault);
    expect((await failureOf(list())).type).toBe(readType);
  });

  test.each<Fault>([
    { fault: 'throttle', operation: '*' },
    error('InternalServiceException', 500),
    { fault: 'resetBefore', operation: '*' },
  ])('%j: a submit goes out once, a read is repeated by the SDK', async (fault) => {
    simulator.control.addFault({ ...fault, times: 1 });
    await failureOf(start());
    expect(await list()).toEqual([]);
    expect(simulator.control.log({ operation: 'StartChangeSet' })).toHaveLength(1);
    simulator.control.addFault({ ...fault, times: 1 });
    expect(await list()).toEqual([]);
  });

  test('after a lost answer the change set is there', async () => {
    simulator.control.addFault({ fault: 'resetAfter', operation: 'StartChangeSet' });
    expect((await failureOf(start())).type).toBe('OutcomeUnknown');
    expect(await list()).toHaveLength(1);
  });

  test('an answer that does not come in time', async () => {
    const impatient = catalogAt(simulator.url, { timeouts: { requestMs: 300 } });
    simulator.control.addFault({ fault: 'slow', operation: 'StartChangeSet', delayMs: 60_000 });
    const failure = await failureOf(impatient.startChangeSet(scope, submission()));
    expect([failure.type, failure.message]).toEqual(['OutcomeUnknown', expect.stringContaining('ETIMEDOUT')]);
  });

  test('a call has a bound over all its attempts', async () => {
    const impatient = catalogAt(simulator.url, { timeouts: { callMs: 300, submitMs: 300 } });
    simulator.control.addFault({ fault: 'slow', operation: '*', delayMs: 60_000, times: 4 });
    expect((await failureOf(impatient.listChangeSetsByName(scope, ['A name']))).type).toBe('Unreachable');
    expect((await failureOf(impatient.startChangeSet(scope, submission()))).type).toBe('OutcomeUnknown');
  });

  test('denied access names the permission to grant', async () => {
    simulator.control.addFault(error('AccessDeniedException', 403));
    const failure = await failureOf(catalog.listAssessments(scope));
    expect(failure.message).toContain('aws-marketplace:ListAssessments');
    expect(failure.details).toEqual([{ operation: 'ListAssessments', vendorType: 'AccessDeniedException' }]);
  });

  test('a signed address in the vendor’s text does not come through', async () => {
    simulator.control.addFault({
      fault: 'error',
      operation: '*',
      type: 'ValidationException',
      status: 422,
      message: 'Cannot read https://bucket.example.com/findings?X-Amz-Signature=abc123#part, sorry',
    });
    const { message } = await failureOf(start());
    expect(message).toContain('https[:]//bucket.example.com/…');
    expect(message).not.toContain('abc123');
  });

  test('the log line of a failed call has the request id and no secret', async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => lines.push(line) });
    simulator.control.addFault(error('AccessDeniedException', 403));
    await failureOf(
      catalogAt(simulator.url, { logger }).tagsOf(scope, `arn:aws:aws-marketplace:us-east-1:${account}:x`),
    );
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { account, operation: 'ListTagsForResource', failure: 'AccessDenied', requestId: expect.any(String) },
    ]);
    expect(lines.join()).not.toContain('a very secret key');
  });

  test('credentials that cannot be had', async () => {
    const kept = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    Object.assign(process.env, nowhere, { AWS_EC2_METADATA_DISABLED: 'true' });
    try {
      const broken = catalogAt(simulator.url, { credentialsFor: () => 'sdkChain' });
      expect((await failureOf(broken.startChangeSet(scope, submission()))).type).toBe('CredentialsRejected');
    } finally {
      process.env = kept;
    }
  });

  test('each account is called with its own credentials, or with those that the SDK finds', async () => {
    const other = '999988887777';
    const kept = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: `SIM${account}`, AWS_SECRET_ACCESS_KEY: 's' });
    try {
      const mixed = catalogAt(simulator.url, {
        credentialsFor: (id) => (id === other ? { accessKeyId: `SIM${other}`, secretAccessKey: 's' } : 'sdkChain'),
      });
      await mixed.listChangeSetsByName(scope, ['A name']);
      await mixed.listChangeSetsByName({ ...scope, account: other }, ['A name']);
    } finally {
      process.env = kept;
    }
    const callers = simulator.control.log({ operation: 'ListChangeSets', kind: 'call' });
    expect(callers.slice(-2)).toMatchObject([{ account }, { account: other }]);
  });

  test('an account without credentials is NotConfigured until it has some', async () => {
    let known = false;
    const keys = { accessKeyId: `SIM${account}`, secretAccessKey: 's' };
    const growing = catalogAt(simulator.url, { credentialsFor: () => (known ? keys : undefined) });
    const failure = await failureOf(growing.listChangeSetsByName(scope, ['A name']));
    expect([failure.type, failure.message]).toEqual(['NotConfigured', expect.stringContaining(account)]);
    known = true;
    expect(await growing.listChangeSetsByName(scope, ['A name'])).toEqual([]);
  });
});

describe('answers that no service gives', () => {
  const readsOf = (catalog: MarketplaceCatalog): Array<Promise<unknown>> => [
    catalog.describeChangeSet(scope, 'cs-1'),
    catalog.listChangeSetsByName(scope, ['A name']),
    catalog.tagsOf(scope, 'arn:aws:x'),
    catalog.listAssessments(scope),
    catalog.describeProduct(scope, 'prod-1'),
    catalog.describeOffer(scope, 'offer-1'),
    catalog.failedControls(scope, 'assessment-1'),
  ];

  test.each(['{}', '', 'null', '[]', '"text"', '{"ChangeSetId":', '<html>'])('the body %j', async (body) => {
    const server = await startRawServer(() => ({ body }));
    try {
      const catalog = catalogAt(server.url);
      expect((await failureOf(catalog.startChangeSet(scope, submission()))).type).toBe('OutcomeUnknown');
      for (const read of readsOf(catalog)) expect((await failureOf(read)).type).toBe('MalformedAnswer');
    } finally {
      await server.close();
    }
  });

  test('an error without a name goes by its status', async () => {
    let status = 400;
    const server = await startRawServer(() => ({ status, body: '{"message":"who knows"}' }));
    try {
      const catalog = catalogAt(server.url);
      expect((await failureOf(catalog.describeChangeSet(scope, 'cs-1'))).type).toBe('MalformedAnswer');
      status = 429;
      expect((await failureOf(catalog.startChangeSet(scope, submission()))).type).toBe('Throttled');
      status = 504;
      expect((await failureOf(catalog.startChangeSet(scope, submission()))).type).toBe('OutcomeUnknown');
    } finally {
      await server.close();
    }
  });

  test('pages that do not end', async () => {
    const server = await startRawServer(() => ({ body: '{"ChangeSetSummaryList":[],"NextToken":"again"}' }));
    try {
      const failure = await failureOf(catalogAt(server.url).listChangeSetsByName(scope, ['A name']));
      expect([failure.type, failure.message]).toEqual(['MalformedAnswer', expect.stringContaining('do not end')]);
    } finally {
      await server.close();
    }
  });

  test('an empty token ends the pages', async () => {
    const server = await startRawServer(() => ({ body: '{"ChangeSetSummaryList":[],"NextToken":""}' }));
    try {
      expect(await catalogAt(server.url).listChangeSetsByName(scope, ['A name'])).toEqual([]);
    } finally {
      await server.close();
    }
  });

  test('a port where nobody listens: nothing was sent', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const catalog = catalogAt(`http://127.0.0.1:${port}`);
    expect((await failureOf(catalog.startChangeSet(scope, submission()))).type).toBe('Unreachable');
    expect((await failureOf(catalog.describeChangeSet(scope, 'cs-1'))).type).toBe('Unreachable');
  });
});

describe('errors that are not the catalog’s', () => {
  const call = { operation: 'StartChangeSet', submits: true };

  test.each<[string, unknown]>([
    ['an error of the language', new TypeError('Cannot read properties of undefined')],
    ['an argument that Node refuses', Object.assign(new Error('bad'), { code: 'ERR_INVALID_ARG_TYPE' })],
    ['a text', 'a text'],
    ['nothing', undefined],
  ])('%s comes back as it is', (_name, error) => {
    expect(vendorFailure(error, call)).toBe(error);
  });

  test('a role that may not be taken is a matter of credentials, not of the operation', () => {
    const refusal = Object.assign(new Error('not authorized to perform: sts:AssumeRole'), {
      name: 'AccessDenied',
      $fault: 'client',
      $metadata: { httpStatusCode: 403 },
    });
    expect(vendorFailure(refusal, call)).toMatchObject({ type: 'CredentialsRejected' });
  });

  test('an incomplete answer leaves a submit open only', () => {
    expect(incompleteAnswer(call, 'ChangeSetId')).toMatchObject({ type: 'OutcomeUnknown' });
    expect(incompleteAnswer({ operation: 'ListChangeSets', submits: false }, 'x')).toMatchObject({
      type: 'MalformedAnswer',
    });
  });
});
