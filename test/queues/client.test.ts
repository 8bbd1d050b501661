import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  startTokenServiceSimulator,
  type TokenServiceSimulator,
} from '@marketplace-steward/simulators/securityTokenService';
import type { QueueConfiguration } from '../../src/config/queues.ts';
import { Secret } from '../../src/config/secret.ts';
import { queueClient } from '../../src/queues/client.ts';
import { countsOf } from '../../src/queues/deadLetters.ts';
import { errorName } from '../../src/queues/errors.ts';

const roleArn = 'arn:aws:iam::444455556666:role/marketplace-steward';
const externalId = 'an-external-id';

let tokens: TokenServiceSimulator;
/** Who signed each request, for which region and service. */
const signers: string[] = [];
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    signers.push(/Credential=([^,]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"Attributes":{}}');
  });
});
beforeAll(async () => {
  tokens = await startTokenServiceSimulator({ seed: 1 });
  tokens.control.putRole({ arn: roleArn, externalId });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await tokens.close();
});
beforeEach(() => void (signers.length = 0));

function queue(changes: Partial<QueueConfiguration>): QueueConfiguration {
  const { port } = server.address() as AddressInfo;
  return {
    name: '444455556666/steward',
    url: `http://127.0.0.1:${port}/444455556666/steward`,
    region: 'eu-west-1',
    credentials: { accessKeyId: new Secret('ID', 'SIM111122223333'), secretAccessKey: new Secret('KEY', 'secret') },
    receivers: 1,
    waitSeconds: 1,
    visibilitySeconds: 30,
    ...changes,
  };
}

async function call(changes: Partial<QueueConfiguration>): Promise<void> {
  const asked = queue(changes);
  const client = queueClient(asked, tokens.url);
  try {
    await countsOf(client, asked.url);
  } finally {
    client.destroy();
  }
}

test('calls are signed by the key of the queue, for its region', async () => {
  await call({});
  expect(signers).toEqual([expect.stringMatching(/^SIM111122223333\/\d{8}\/eu-west-1\/sqs\//)]);
});

test('with a role, its session signs: the key of the queue assumes it, with the external id', async () => {
  await call({ role: { arn: roleArn, externalId } });
  expect(tokens.control.log()).toEqual([
    expect.objectContaining({
      roleArn,
      caller: '111122223333',
      answer: 'given',
      roleSessionName: 'marketplace-steward',
    }),
  ]);
  expect(signers).toHaveLength(1);
  expect(signers[0]).not.toMatch(/^SIM111122223333/);
});

test('a role that is refused says so by name, and nothing is sent', async () => {
  const refused = await call({ role: { arn: roleArn, externalId: 'another' } }).catch(errorName);
  expect(refused).toBe('CredentialsRejected');
  expect(signers).toEqual([]);
});
