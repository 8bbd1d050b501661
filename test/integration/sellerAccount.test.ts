/**
 * docs/going-live.md, followed against a local account, without AWS. `npm run going-live` types the page's commands of AWS as
 * well, with the AWS CLI; here the local account creates the same stack, with the parameters of the page.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { loadConfiguration } from '../../src/config/load.ts';
import { startIngress, type IngressOptions, type RunningIngress } from '../../src/ingress/server.ts';
import { Secret } from '../../src/config/secret.ts';
import { accountFacts } from '../../src/doctor/aws/facts.ts';
import { testSource } from '../../src/events/testEvents.ts';
import { testEventWorkflowId } from '../../src/workflows/testEvent/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { parse, stringify } from 'yaml';
import { readTemplate, resourcesWith, templateText } from '../deploy/cloudFormation.ts';
import { documentedLines, shellWords } from '../docs/documented.ts';
import { eventFixtures } from '@marketplace-steward/testing/fixtures';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { installPythonTool } from '@marketplace-steward/testing/python/pythonTool';
import { startLocalAccount, type LocalAccount } from '@marketplace-steward/testing/python/localAccount';
import { createShell, type Shell } from './shell.ts';
import { account as observed, changed, context } from '@marketplace-steward/testing/sampleEvents';
import { silent } from '@marketplace-steward/testing/silent';
import { startSteward } from '@marketplace-steward/testing/steward';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

let externalId = 'a-text-that-you-chose';
jest.setTimeout(240_000);

const name = 'marketplace-steward';
const installWithinMs = 300_000;

let server: TestTemporal;
let local: LocalAccount;
let outputs: Readonly<Record<string, string>>;
let client: SQSClient;
let catalog: CatalogSimulator;
let shell: Shell;
let ingress: RunningIngress | undefined;
const folder = mkdtempSync(join(tmpdir(), 'seller-account-'));

const page = 'docs/going-live.md';
const lines = documentedLines().flatMap((one) => (one.page === page ? [one.line] : []));
/** The one command of the page that fits. */
function documented(form: RegExp): string {
  const [line, ...others] = lines.filter((one) => form.test(one));
  if (line === undefined || others.length > 0) throw new Error(`${page} has not one command ${form.source}`);
  return line;
}

/** Whether the commands of AWS are typed too, and of which none is. */
const hasCli = process.env['STEWARD_AWS_CLI'] !== undefined;
const notTyped: readonly RegExp[] = [
  // What is the reader’s own, and another account.
  /<[a-z-]+>|444455556666/,
  // Containers, and what they serve: the test starts the steward as a process. And the test itself.
  /^(docker|curl|ssh|tofu|npm) /,
  // MiniStack has no such operations.
  /modify-instance-metadata-options|create-stack-(set|instances)|list-event-sources/,
];
const isTyped = (line: string): boolean => !notTyped.some((form) => form.test(line));
const ofTheSteward = (line: string): boolean => line.startsWith('steward ');
const here = (line: string): string => line.replaceAll('111122223333', local.account);

/** The parameters of the command that creates the stack, as a shell would give them. */
function documentedParameters(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, given = ''] = documented(/seller\.yaml .*StewardPrincipalArn=/).split('--parameter-overrides ');
  const filled = given.replaceAll(/"\$(\w+)"/g, (_, variable: string) => variables[variable] ?? '');
  return Object.fromEntries(shellWords(filled).map((word) => word.split('=') as [string, string]));
}

/** Creates the stack as the page does, up to the first command of the steward. */
async function createStack(): Promise<void> {
  symlinkSync(join(process.cwd(), 'deploy'), join(folder, 'deploy'));
  const [, policy = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync(page, 'utf8')) ?? [];
  writeFileSync(join(folder, 'assume.json'), here(policy));
  if (hasCli) {
    for (const line of lines.slice(0, lines.findIndex(ofTheSteward)).filter(isTyped)) await shell.type(here(line));
    externalId = shell.variables['EXTERNAL_ID'] ?? '';
    outputs = await local.outputsOf('marketplace-steward');
    return;
  }
  mkdirSync(join(folder, 'config'));
  const STEWARD_ARN = `arn:aws:iam::${local.account}:user/marketplace-steward`;
  const parameters = documentedParameters({ STEWARD_ARN, EXTERNAL_ID: externalId });
  outputs = await local.createStack('marketplace-steward', templateText('seller.yaml'), parameters);
}

beforeAll(async () => {
  local = await startLocalAccount();
  server = await testTemporal(searchAttributeTypes);
  catalog = await startCatalogSimulator({ seed: 5, account: local.account });
  const cli = hasCli ? [`aws() { PYTHONPATH="${await installPythonTool('awscli')}" python3 -m awscli "$@"; }`] : [];
  shell = createShell(
    folder,
    {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: local.endpoint,
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
    },
    cli,
  );
  await createStack();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SQSClient({ endpoint: local.endpoint, region: 'us-east-1', credentials });
}, installWithinMs);
afterAll(async () => {
  client?.destroy();
  await catalog?.close();
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

/** Types what the page has from the first command of the steward on; the last of it opens the first lock. */
async function typeTheRest(): Promise<void> {
  const left = lines.slice(lines.findIndex(ofTheSteward)).filter(isTyped);
  for (const line of left) await shell.type(here(line));
  const role = await shell.type('aws iam get-role-policy --role-name marketplace-steward --policy-name marketplace');
  if (!role.includes('aws-marketplace:StartChangeSet'))
    throw new Error(`The role did not follow Mode=approve: ${role}`);
}

/** steward.yaml as the page has it, with the outputs of the stack, for servers of this machine. */
function documentedConfiguration(): string {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(page, 'utf8')) ?? [];
  const filled = yaml
    .replaceAll(/<([\w-]+)>/g, (_, name: string) => (name === 'external-id' ? externalId : (outputs[name] ?? '')))
    .replaceAll('111122223333', local.account);
  const file = parse(filled) as { ingress: { sqs: { queues: object[] } }; accounts: object };
  const queues = file.ingress.sqs.queues.map((queue) => ({ ...queue, region: 'us-east-1', waitSeconds: 1 }));
  return stringify({
    ...file,
    ingress: { ...file.ingress, host: '127.0.0.1', port: 0, sqs: { queues } },
    endpoints: { securityTokenService: local.endpoint, marketplaceCatalog: catalog.url },
  });
}

/** What the doctor finds of the stack, with the configuration of the page. */
const examinedLines = (): readonly string[] => [
  `AWS knows the calls as arn:aws:sts::${local.account}:assumed-role/${name}/`,
  'It may call ListChangeSets, ListEntities, ListAssessments',
  'Mode observe: it submits nothing',
  `Rule ${name} is enabled, its target is arn:aws:sqs:us-east-1:${local.account}:${name}`,
  `Its dead-letter queue ${local.account}/${name}-dead-letters is empty`,
  ' 0 bad, ',
];

test('the page, followed: the command puts a test event on the bus, and says by which queue it arrived', async () => {
  writeFileSync(join(folder, 'config', 'steward.yaml'), documentedConfiguration());
  expect(await shell.type(here(documented(/^steward config check/)))).not.toBe('');
  const started = await startSteward(['run', '--config', 'config/steward.yaml'], {
    folder,
    environment: shell.environment,
  });
  try {
    const examined = await shell.type(here(documented(/^steward doctor/)));
    for (const line of examinedLines()) expect(examined.replaceAll(/\n +/g, ' ')).toContain(line);
    const stdout = await shell.type(here(documented(/^steward emit --test --account 111122223333/)));
    expect(stdout).toContain(`s, by sqs, queue ${local.account}/${name}.`);
    const [, workflowId = ''] = /(test-event:[\w-]+)/.exec(stdout) ?? [];
    expect(await server.client.workflow.getHandle(workflowId).result()).toMatchObject({
      account: local.account,
      region: 'us-east-1',
      arrival: { transport: 'sqs', queue: `${local.account}/${name}`, isConfigured: true },
    });
    const others = "WorkflowType!='testEvent' AND WorkflowType!='reconcileChangeSets'";
    expect((await server.client.workflow.count(others)).count).toBe(0);
    if (hasCli) await typeTheRest();
  } finally {
    await started.stop('SIGTERM');
  }
  expect(await waiting(outputs['DeadLetterQueueUrl'])).toBe(0);
  expect(await waiting(outputs['UndeliveredQueueUrl'])).toBe(0);
});

test('the role may submit only where the mode of the stack lets it, as IAM says of its policies', async () => {
  // Typed to its end, the page has set Mode=approve.
  const value = hasCli;
  const role = { arn: outputs['MarketplaceRoleArn'] ?? '', externalId };
  const key = { accessKeyId: new Secret('KEY_ID', 'local'), secretAccessKey: new Secret('KEY', 'local') };
  const facts = await accountFacts(
    {
      accounts: { [local.account]: { ...observed, mode: 'auto', role } },
      accountCredentials: { [local.account]: key },
      endpoints: {
        marketplaceCatalog: catalog.url,
        securityTokenService: local.endpoint,
        eventBridge: local.endpoint,
        identityAndAccessManagement: local.endpoint,
      },
    },
    local.account,
  );
  expect(facts?.submits).toEqual({
    'aws-marketplace:StartChangeSet': { value },
    'aws-marketplace:TagResource': { value },
  });
});

test('what the rule does not name stays away from the queue', async () => {
  const event = { Source: testSource, DetailType: 'Change Set Failed', Detail: '{}' };
  const put = await local.putEvents([
    event,
    { ...event, DetailType: 'License Updated' },
    { ...event, Source: 'somebody.else' },
  ]);
  expect(put.map(({ EventId }) => typeof EventId)).toEqual(['string', 'string', 'string']);
  expect(await until(async () => (await waiting(outputs['QueueUrl'])) > 0)).toBe(true);
  expect(await waiting(outputs['QueueUrl'])).toBe(1);
  await start();
  await until(async () => (await waiting(outputs['QueueUrl'])) === 0);
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
  const Detail = JSON.stringify({ testId: 'over-http' });
  const [put] = await local.putEvents([{ Source: testSource, DetailType: 'Offer Released', Detail }]);
  expect(put?.EventId).toBeDefined();
  const handle = server.client.workflow.getHandle(testEventWorkflowId('over-http'));
  await until(() =>
    handle.describe().then(
      () => true,
      () => false,
    ),
  );
});
