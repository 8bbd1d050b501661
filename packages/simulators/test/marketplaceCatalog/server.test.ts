import { ListChangeSetsCommand } from '@aws-sdk/client-marketplace-catalog';
import { authorization, clientFor, sendRaw, simulatorForFile, validStart } from './support.ts';

const simulator = simulatorForFile();
const CATALOG = { Catalog: 'AWSMarketplace' };

test.each([
  ['no Authorization', {}, 'MissingAuthenticationTokenException'],
  ['another scheme', { authorization: 'Bearer abc' }, 'IncompleteSignatureException'],
  [
    'a scope without a signature',
    { authorization: authorization().split(',')[0] ?? '' },
    'IncompleteSignatureException',
  ],
  ['the scope of another service', { authorization: authorization('123456789012', 's3') }, 'InvalidSignatureException'],
])('%s: 403', async (_what, headers, errorType) => {
  const answer = await sendRaw(simulator(), 'ListChangeSets', CATALOG, headers);
  expect(answer).toMatchObject({ status: 403, errorType });
  expect(JSON.parse(answer.text)).toEqual({ Message: expect.any(String) });
});

test('an access key id that names no account means the default one', async () => {
  await sendRaw(simulator(), 'StartChangeSet', validStart());
  await sendRaw(simulator(), 'ListChangeSets', CATALOG, {
    authorization: authorization().replace('SIM123456789012', 'AKIAEXAMPLE'),
  });
  await clientFor(simulator(), '111122223333').send(new ListChangeSetsCommand(CATALOG));
  const accounts = simulator()
    .control.log({ kind: 'call' })
    .map((entry) => entry.kind === 'call' && entry.account);
  expect(accounts).toEqual(['123456789012', '123456789012', '111122223333']);
});

test('an answer carries the service’s headers', async () => {
  const answer = await fetch(`${simulator().url}/ListChangeSets`, {
    method: 'POST',
    headers: { authorization: authorization() },
    body: JSON.stringify(CATALOG),
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('x-amzn-requestid')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(await answer.json()).toEqual({ ChangeSetSummaryList: [] });
});

test.each([
  ['GET', '/StartChangeSet'],
  ['POST', '/DescribeChangeSet'],
  ['POST', '/DeleteEverything'],
])('%s %s: 404, an operation that is not known', async (method, path) => {
  const answer = await fetch(`${simulator().url}${path}`, { method, headers: { authorization: authorization() } });
  expect(answer.status).toBe(404);
  expect(answer.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
});

test('the log holds the request as it was sent', async () => {
  const body = `{"Catalog": "AWSMarketplace", "MaxResults": 5.0}`;
  expect(await sendRaw(simulator(), 'ListChangeSets', body)).toMatchObject({ status: 200 });
  await sendRaw(simulator(), 'DescribeEntity', { ...CATALOG, EntityId: 'prod-abcdefghijklm@1' });
  expect(simulator().control.log()).toMatchObject([
    { kind: 'call', operation: 'ListChangeSets', body, request: { MaxResults: 5 } },
    {
      operation: 'DescribeEntity',
      body: '',
      request: { catalog: 'AWSMarketplace', entityId: 'prod-abcdefghijklm@1' },
      entityIds: ['prod-abcdefghijklm'],
    },
  ]);
});
