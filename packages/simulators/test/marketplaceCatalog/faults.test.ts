import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  DescribeChangeSetCommand,
  ListChangeSetsCommand,
  MarketplaceCatalogServiceException,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import {
  ACCOUNT,
  LONG_MS,
  authorization,
  clientFor,
  rejection,
  sendRaw,
  simulatorForFile,
  validStart,
} from './support.ts';

const simulator = simulatorForFile();
const CATALOG = { Catalog: 'AWSMarketplace' };
const startBySdk = (maxAttempts = 3, more = {}) =>
  clientFor(simulator(), ACCOUNT, maxAttempts).send(new StartChangeSetCommand(validStart(more)));
const callsOf = (operation = 'StartChangeSet') => simulator().control.log({ operation, kind: 'call' });
const refusals = () => simulator().control.log({ operation: 'StartChangeSet', kind: 'refusal' });
const OPERATION = { operation: 'StartChangeSet' } as const;

test('throttle: the SDK makes three attempts, then ThrottlingException', async () => {
  simulator().control.addFault({ fault: 'throttle', ...OPERATION, times: 3 });
  expect(await rejection(startBySdk())).toMatchObject({
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 429, attempts: 3 },
  });
  expect(callsOf()).toHaveLength(0);
  expect(await startBySdk()).toMatchObject({ $metadata: { attempts: 1 } });
});

test('throttle once: the SDK’s second attempt is carried out', async () => {
  simulator().control.addFault({ fault: 'throttle', ...OPERATION });
  expect(await startBySdk()).toMatchObject({ $metadata: { attempts: 2 } });
  expect(callsOf()).toHaveLength(1);
  expect(refusals()).toMatchObject([{ reason: 'ThrottlingException', status: 429, account: ACCOUNT }]);
});

test.each([500, 503])(
  'htmlError %i: a SyntaxError after three attempts, no service exception; nothing was carried out',
  async (status) => {
    simulator().control.addFault({ fault: 'htmlError', ...OPERATION, status, times: 3 });
    const error = await rejection(startBySdk());
    expect(error).toMatchObject({ name: 'SyntaxError', $metadata: { httpStatusCode: status, attempts: 3 } });
    expect(error).not.toBeInstanceOf(MarketplaceCatalogServiceException);
    expect(callsOf()).toHaveLength(0);
  },
);

test('htmlError, carried out: the caller sees the page, the set exists', async () => {
  simulator().control.addFault({ fault: 'htmlError', ...OPERATION, carriedOut: true });
  expect(await rejection(startBySdk(1))).toMatchObject({ $metadata: { httpStatusCode: 503 } });
  expect(callsOf()).toMatchObject([{ fault: 'htmlError' }]);
});

test('truncated: a SyntaxError after one attempt under 200, and the set exists', async () => {
  simulator().control.addFault({ fault: 'truncated', ...OPERATION });
  expect(await rejection(startBySdk())).toMatchObject({
    name: 'SyntaxError',
    $metadata: { httpStatusCode: 200, attempts: 1 },
  });
  const { ChangeSetSummaryList } = await clientFor(simulator()).send(new ListChangeSetsCommand(CATALOG));
  expect(ChangeSetSummaryList).toHaveLength(1);
  expect(callsOf()).toMatchObject([{ changeSetId: ChangeSetSummaryList?.[0]?.ChangeSetId, fault: 'truncated' }]);
});

test('empty: success without an id, and the set exists', async () => {
  simulator().control.addFault({ fault: 'empty', ...OPERATION });
  const answer = await startBySdk();
  expect(answer.$metadata).toMatchObject({ httpStatusCode: 200, attempts: 1 });
  expect(answer.ChangeSetId).toBeUndefined();
  expect(callsOf()).toHaveLength(1);
});

const CALL_FROM_A_PROCESS = `
  import { MarketplaceCatalogClient, StartChangeSetCommand } from '@aws-sdk/client-marketplace-catalog';
  const [endpoint, input] = process.argv.slice(1);
  const credentials = { accessKeyId: 'SIM123456789012', secretAccessKey: 'not-checked' };
  const client = new MarketplaceCatalogClient({ endpoint, region: 'us-east-1', credentials });
  const error = await client.send(new StartChangeSetCommand(JSON.parse(input))).catch((caught) => caught);
  console.log(JSON.stringify({ name: error.name, code: error.code, metadata: error.$metadata }));
`;

test('resetBefore: three attempts, then TimeoutError with ECONNRESET and no status; nothing was carried out', async () => {
  simulator().control.addFault({ fault: 'resetBefore', ...OPERATION, times: 3 });
  // In a process of its own: the SDK does not know an error of the network for an Error of the test's realm.
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    CALL_FROM_A_PROCESS,
    simulator().url,
    JSON.stringify(validStart()),
  ]);
  expect(JSON.parse(stdout)).toEqual({
    name: 'TimeoutError',
    code: 'ECONNRESET',
    metadata: { attempts: 3, totalRetryDelay: expect.any(Number) },
  });
  expect(callsOf()).toHaveLength(0);
  expect(refusals()).toMatchObject([{ reason: 'resetBefore' }, { reason: 'resetBefore' }, { reason: 'resetBefore' }]);
});

test('resetAfter: the SDK comes back with its token, and one set came of three attempts', async () => {
  simulator().control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: LONG_MS }] });
  simulator().control.addFault({ fault: 'resetAfter', ...OPERATION, times: 2 });
  const { ChangeSetId, $metadata } = await startBySdk();
  expect($metadata.attempts).toBe(3);
  expect(callsOf()).toMatchObject([
    { changeSetId: ChangeSetId, fault: 'resetAfter' },
    { changeSetId: ChangeSetId, tokenRepeated: true, fault: 'resetAfter' },
    { changeSetId: ChangeSetId, tokenRepeated: true },
  ]);
  const { ChangeSetSummaryList } = await clientFor(simulator()).send(new ListChangeSetsCommand(CATALOG));
  expect(ChangeSetSummaryList).toHaveLength(1);
});

test('resetAfter, then forgetToken: a second set is made of one request', async () => {
  simulator().control.addFault({ fault: 'resetAfter', ...OPERATION });
  simulator().control.addFault({ fault: 'forgetToken', ...OPERATION });
  const input = { ClientRequestToken: 'token-1' };
  await rejection(startBySdk(1, input));
  const [first] = callsOf();
  const firstId = first?.kind === 'call' ? (first.changeSetId ?? '') : '';
  await simulator().control.settled(firstId);
  const second = await startBySdk(1, input);
  expect(second.ChangeSetId).not.toBe(firstId);
  expect((await startBySdk(1, input)).ChangeSetId).toBe(second.ChangeSetId);
});

test('slow: the call is carried out at once, the answer comes later than the caller waits', async () => {
  simulator().control.addFault({ fault: 'slow', ...OPERATION, delayMs: LONG_MS });
  const gaveUp = new AbortController();
  const waiting = clientFor(simulator()).send(new StartChangeSetCommand(validStart()), { abortSignal: gaveUp.signal });
  const failed = rejection(waiting);
  while (callsOf().length === 0) await sendRaw(simulator(), 'ListChangeSets', CATALOG);
  gaveUp.abort();
  expect(await failed).toMatchObject({ name: 'AbortError' });
  expect(callsOf()).toMatchObject([{ fault: 'slow' }]);
});

test('slow: a caller who waits is answered', async () => {
  simulator().control.addFault({ fault: 'slow', ...OPERATION, delayMs: 5 });
  expect((await startBySdk(1)).ChangeSetId).toBe(
    callsOf().map((entry) => entry.kind === 'call' && entry.changeSetId)[0],
  );
});

test.each([
  ['AccessDeniedException', 403, 1],
  ['ExpiredTokenException', 403, 1],
  ['UnrecognizedClientException', 403, 1],
  ['InternalServiceException', 500, 3],
  ['ResourceNotSupportedException', 415, 1],
])('error %s under %i: %i attempts by the SDK', async (type, status, attempts) => {
  simulator().control.addFault({ fault: 'error', operation: '*', type, status, message: 'Because', times: 3 });
  const error = await rejection(startBySdk());
  expect(error).toBeInstanceOf(MarketplaceCatalogServiceException);
  expect(error).toMatchObject({ name: type, message: 'Because', $metadata: { httpStatusCode: status, attempts } });
});

test('invisible: a started set is described, and not listed until its time', async () => {
  simulator().control.addFault({ fault: 'invisible', ...OPERATION, hiddenMs: LONG_MS });
  const hidden = await startBySdk(1);
  await simulator().control.settled(hidden.ChangeSetId ?? '');
  const shown = await startBySdk(1);
  const client = clientFor(simulator());
  expect(
    await client.send(new DescribeChangeSetCommand({ ...CATALOG, ChangeSetId: hidden.ChangeSetId })),
  ).toMatchObject({
    Status: 'SUCCEEDED',
  });
  const { ChangeSetSummaryList = [] } = await client.send(new ListChangeSetsCommand(CATALOG));
  expect(ChangeSetSummaryList.map(({ ChangeSetId }) => ChangeSetId)).toEqual([shown.ChangeSetId]);
});

test('invisible for no time: listed at once', async () => {
  simulator().control.addFault({ fault: 'invisible', ...OPERATION, hiddenMs: 0 });
  await startBySdk(1);
  expect((await clientFor(simulator()).send(new ListChangeSetsCommand(CATALOG))).ChangeSetSummaryList).toHaveLength(1);
});

test('a fault hits its operation and account only, and a refused call does not use it up', async () => {
  simulator().control.addFault({ fault: 'empty', ...OPERATION, account: ACCOUNT });
  expect(await sendRaw(simulator(), 'ListChangeSets', CATALOG)).toMatchObject({
    status: 200,
    text: expect.stringContaining('ChangeSetSummaryList'),
  });
  simulator().control.addFault({ fault: 'throttle', operation: '*', account: '111122223333' });
  expect(await sendRaw(simulator(), 'StartChangeSet', {})).toMatchObject({ status: 422 });
  expect(await sendRaw(simulator(), 'StartChangeSet', validStart())).toMatchObject({ status: 200, text: '{}' });
  expect(await sendRaw(simulator(), 'ListChangeSets', CATALOG)).toMatchObject({ status: 200 });
  expect(
    await sendRaw(simulator(), 'ListChangeSets', CATALOG, { authorization: authorization('111122223333') }),
  ).toMatchObject({ status: 429 });
});
