import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { loadConfiguration } from '../../src/config/load.ts';
import { startIngress, type IngressOptions, type RunningIngress } from '../../src/ingress/server.ts';
import { Secret } from '../../src/config/secret.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { readTemplate, resourcesWith, templateText } from '../deploy/cloudFormation.ts';
import { eventFixtures } from '@marketplace-steward/testing/fixtures';
import { startLocalAccount, type LocalAccount } from '@marketplace-steward/testing/python/localAccount';
import { changed, context } from '@marketplace-steward/testing/sampleEvents';
import { silent } from '@marketplace-steward/testing/silent';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

const externalId = 'a-text-that-you-chose';
const name = 'marketplace-steward';
const installWithinMs = 300_000;

let server: TestTemporal;
let local: LocalAccount;
let outputs: Readonly<Record<string, string>>;
let client: SQSClient;
let ingress: RunningIngress | undefined;
const folder = mkdtempSync(join(tmpdir(), 'seller-account-'));

beforeAll(async () => {
  local = await startLocalAccount();
  server = await testTemporal(searchAttributeTypes);
  const StewardPrincipalArn = `arn:aws:iam::${local.account}:role/steward-worker`;
  outputs = await local.createStack('seller', templateText('seller.yaml'), {
    StewardPrincipalArn,
    ExternalId: externalId,
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SQSClient({ endpoint: local.endpoint, region: 'us-east-1', credentials });
}, installWithinMs);
afterAll(async () => {
  client?.destroy();
  await server?.close();
  await local?.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  await ingress?.close();
  ingress = undefined;
});

/** The queue as steward.yaml names it, with nothing but the outputs of the stack. */
function configuredQueue() {
  const file = join(folder, 'steward.yaml');
  const keys = { accessKeyIdVariable: 'KEY_ID', secretAccessKeyVariable: 'KEY' };
  const queue = {
    url: outputs['QueueUrl'],
    region: 'us-east-1',
    role: { arn: outputs['QueueRoleArn'], externalId },
    credentials: keys,
    waitSeconds: 1,
  };
  const account = { mode: 'observe', role: { arn: outputs['MarketplaceRoleArn'], externalId } };
  const endpoints = { securityTokenService: local.endpoint };
  writeFileSync(
    file,
    JSON.stringify({ accounts: { [local.account]: account }, ingress: { sqs: { queues: [queue] } }, endpoints }),
  );
  const environment = { TEMPORAL_CONFIG_FILE: join(folder, 'none'), KEY_ID: 'local', KEY: 'local' };
  return loadConfiguration(environment, file).ingress.queues;
}

async function start(changes: Partial<IngressOptions> = {}): Promise<RunningIngress> {
  const { connection, namespace } = server;
  ingress = await startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: { eventbridge: [], webhook: [] },
    signatures: {},
    context,
    connection,
    namespace,
    queues: configuredQueue(),
    tokenServiceEndpoint: local.endpoint,
    logger: silent,
    ...changes,
  });
  return ingress;
}

async function waiting(url: string | undefined): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, attribute) => sum + Number(Attributes[attribute]), 0);
}

test('an event that is put on the bus goes by rule and queue into a workflow, and what the rule does not name stays away', async () => {
  const event = { Source: 'marketplace-steward.test', DetailType: 'Change Set Failed', Detail: '{}' };
  const [taken, other] = await local.putEvents([
    event,
    { ...event, DetailType: 'License Updated' },
    { ...event, Source: 'somebody.else' },
  ]);
  expect(taken?.EventId).toBeDefined();
  expect(other?.EventId).toBeDefined();
  expect(await until(async () => (await waiting(outputs['QueueUrl'])) > 0)).toBe(true);
  expect(await waiting(outputs['QueueUrl'])).toBe(1);
  await start();
  await until(async () => (await waiting(outputs['QueueUrl'])) === 0);
  // Nobody but AWS can put an event of aws.* on the bus, and no workflow owns one of another source: it is kept as it came.
  const ofTheTest = () => server.client.workflow.count("WorkflowType='quarantinedEvent'");
  await until(async () => (await ofTheTest()).count > 0);
  expect((await ofTheTest()).count).toBe(1);
  expect(await waiting(outputs['DeadLetterQueueUrl'])).toBe(0);
  expect(await waiting(outputs['UndeliveredQueueUrl'])).toBe(0);
});

test('the rule takes each event of AWS’s own samples that the steward acts on, and the ingress delivers it', async () => {
  const samples = readdirSync(eventFixtures).filter((file) => !file.startsWith('buyability'));
  expect(samples.length).toBeGreaterThan(8);
  for (const sample of samples) {
    expect([
      sample,
      await local.ruleTakes(name, JSON.parse(readFileSync(join(eventFixtures, sample), 'utf8')) as object),
    ]).toEqual([sample, true]);
  }
  const elsewhere = JSON.parse(changed('changeSetFailed', {}, { source: 'aws.marketplace' }).toString()) as object;
  expect(await local.ruleTakes(name, elsewhere)).toBe(false);
  const MessageBody = changed('changeSetFailed', { ChangeSetId: 'fromtherule' }).toString();
  await client.send(new SendMessageCommand({ QueueUrl: outputs['QueueUrl'], MessageBody }));
  await start();
  await until(async () => (await waiting(outputs['QueueUrl'])) === 0);
  const { type } = await server.client.workflow.getHandle('change-set:fromtherule').describe();
  expect(type).toBe('changeSetRemediation');
});

test('the stack of Buy with Prime is created, with its rule on the bus of the partner event source', async () => {
  const PartnerEventSource = 'aws.partner/buywithprime/shop';
  const StewardPrincipalArn = `arn:aws:iam::${local.account}:role/steward-worker`;
  const made = await local.createStack('prime', templateText('buy-with-prime.yaml'), {
    PartnerEventSource,
    StewardPrincipalArn,
    ExternalId: externalId,
  });
  expect(made['RuleArn']).toContain(`rule/${PartnerEventSource}/marketplace-steward-prime`);
  expect(made['QueueUrl']).toMatch(/\/marketplace-steward-prime$/);
});

test('what http.yaml describes, made by calls, posts an event from the bus to the ingress with its key', async () => {
  // CloudFormation on this server refuses connections and API destinations; EventBridge on it has them.
  const key = 'sixteen-characters-and-more';
  const { url } = await start({
    queues: [],
    credentials: {
      eventbridge: [{ kind: 'header', header: 'x-steward-key', value: new Secret('KEY', key) }],
      webhook: [],
    },
  });
  const resources = resourcesWith(readTemplate('http.yaml'), {});
  const propertiesOf = (resource: string) => resources[resource]?.Properties as Readonly<Record<string, object>>;
  const { AuthorizationType } = propertiesOf('Connection');
  const AuthParameters = { ApiKeyAuthParameters: { ApiKeyName: 'x-steward-key', ApiKeyValue: key } };
  const Name = 'marketplace-steward-http';
  const { ConnectionArn } = await local.events<{ ConnectionArn: string }>('CreateConnection', {
    Name,
    AuthorizationType,
    AuthParameters,
  });
  const { HttpMethod } = propertiesOf('Destination');
  const { ApiDestinationArn } = await local.events<{ ApiDestinationArn: string }>('CreateApiDestination', {
    Name,
    ConnectionArn,
    HttpMethod,
    InvocationEndpoint: `${url}/v1/events/eventbridge`,
  });
  const EventPattern = JSON.stringify(propertiesOf('EventRule')['EventPattern']);
  await local.events('PutRule', { Name, EventPattern });
  const RoleArn = `arn:aws:iam::${local.account}:role/${Name}-invoke`;
  await local.events('PutTargets', { Rule: Name, Targets: [{ Id: 'ingress', Arn: ApiDestinationArn, RoleArn }] });
  const kept = async () => (await server.client.workflow.count("WorkflowType='quarantinedEvent'")).count;
  const before = await kept();
  const [put] = await local.putEvents([
    { Source: 'marketplace-steward.test', DetailType: 'Offer Released', Detail: '{"over":"HTTP"}' },
  ]);
  expect(put?.EventId).toBeDefined();
  await until(async () => (await kept()) === before + 1);
});
