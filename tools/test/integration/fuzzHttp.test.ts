import { context } from '@marketplace-steward/testing/sampleEvents';
import { silent as logger } from '@marketplace-steward/testing/silent';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { Secret } from '../../../src/config/secret.ts';
import { describeWorkflow } from '../../../src/delivery/workflows.ts';
import { startIngress, type RunningIngress } from '../../../src/ingress/server.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { fuzzHttp } from '../../fuzz/http/run.ts';

const sender = { header: 'x-api-key', value: 'the-key-of-a-sender-of-everything' };
const honest = { header: 'x-api-key', value: 'the-key-of-an-honest-sender' };
const credentials = [sender, honest].map(
  ({ header, value }) => ({ kind: 'header', header, value: new Secret('KEY', value) }) as const,
);

let server: TestTemporal;
let ingress: RunningIngress;
beforeAll(async () => {
  server = await testTemporal(searchAttributeTypes);
  const { connection, namespace } = server;
  ingress = await startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: { eventbridge: credentials, webhook: credentials },
    signatures: {},
    context,
    connection,
    namespace,
    logger,
  });
});
afterAll(async () => {
  await ingress.close();
  // Its workflows hold what no worker of a test is meant for.
  await server.close('nothing');
});

test('requests of every form get the answers of the table, each 202 is with Temporal, and another sender goes on', async () => {
  const isThere = async (id: string): Promise<boolean> => (await describeWorkflow(server.client, id)) !== undefined;
  const port = Number(new URL(ingress.url).port);
  const target = { port, credential: sender, honest, isThere, megabytes: () => undefined };
  const { problems, answers, workflows, honest: found } = await fuzzHttp(target, { count: 150, seed: 11 });
  expect(problems).toEqual([]);
  expect(workflows.checked).toBe(workflows.named);
  expect(found.accepted).toBeGreaterThan(0);
  for (const name of [
    '202 delivered',
    '202 quarantined',
    '202 ignored',
    '400 malformedRequest',
    '405 methodNotAllowed',
  ]) {
    expect([name, (answers[name] ?? 0) > 0]).toEqual([name, true]);
  }
});
