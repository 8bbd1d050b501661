/** `steward doctor` on a sound set-up, and on broken ones: a real Temporal server, the simulators, a server that speaks SQS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import {
  startTokenServiceSimulator,
  type TokenServiceSimulator,
} from '@marketplace-steward/simulators/securityTokenService';
import { startAwsAnswers, type AnsweredRule, type AwsAnswers } from '@marketplace-steward/testing/awsAnswers';
import { startLocalQueue, type LocalQueue } from '@marketplace-steward/testing/localQueue';
import { signingKey } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { runSteward } from '@marketplace-steward/testing/steward';
import { setRetention } from '@marketplace-steward/testing/temporal/temporalNamespace';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import type { CommandContext, CommandResult } from '../../src/cli/command.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { temporalFacts } from '../../src/doctor/temporal/facts.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { queueNames, taskQueues, type QueueName } from '../../src/workflows/shared/taskQueues.ts';

const account = '111122223333';
const caller = '999988887777';
const roleArn = `arn:aws:iam::${account}:role/marketplace-steward`;
const externalId = 'external-id-of-the-test';
const canary = 'canary-5up3rs3cr3t';
const merchant = 'bp-0123456789';
const folder = mkdtempSync(join(tmpdir(), 'steward-doctor-'));
const file = join(folder, 'steward.yaml');

let temporal: TestTemporal;
let tokens: TokenServiceSimulator;
let catalog: CatalogSimulator;
let aws: AwsAnswers;
let queue: LocalQueue;
let receiver: Receiver;
let products: Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
/** The server wants an end, and lists who polls for minutes. */
const pollMs = 70_000;
/** Ends what asks a task queue for work. */
const polling: Array<() => void> = [];

/** Asks a task queue for work until the end, as a worker does. */
function pollAs(
  namespace: string,
  name: QueueName,
  deploymentOptions?: { deploymentName: string; buildId: string },
): void {
  const { workflowService } = temporal.connection;
  const request = {
    namespace,
    taskQueue: { name: taskQueues[name] },
    identity: `worker-of-${name}`,
    ...(deploymentOptions && { deploymentOptions: { ...deploymentOptions, workerVersioningMode: 2 } }),
  };
  const ended = new AbortController();
  polling.push(() => ended.abort());
  const poll = async (): Promise<unknown> =>
    name === 'workflows'
      ? workflowService.pollWorkflowTaskQueue(request)
      : workflowService.pollActivityTaskQueue(request);
  const whole = () => temporal.connection.withDeadline(Date.now() + pollMs, poll);
  void temporal.connection.withAbortSignal(ended.signal, whole).catch(() => undefined);
}

const polled = async (name: QueueName): Promise<boolean> => {
  const { queues } = await temporalFacts(temporal.client);
  const found = queues[name];
  return 'value' in found && found.value.length > 0;
};

beforeAll(async () => {
  [temporal, tokens, aws, queue, receiver] = await Promise.all([
    testTemporal(searchAttributeTypes),
    startTokenServiceSimulator({ seed: 1, account: caller }),
    startAwsAnswers(),
    startLocalQueue(),
    startReceiver(),
  ]);
  [catalog, products] = await Promise.all([
    startCatalogSimulator({ seed: 7, quotas: 'off', sessions: tokens.sessions }),
    startBuyWithPrimeSimulator({
      seed: 1,
      clients: [{ clientId: 'a-client', clientSecret: `${canary}-client`, businessProductIds: [merchant] }],
      tokenRequestsPerMinute: 1_000,
    }),
  ]);
  await setRetention(temporal.connection, temporal.namespace, 90);
  for (const name of queueNames) pollAs(temporal.namespace, name);
  await queue.client.send(new CreateQueueCommand({ QueueName: 'lonely' }));
  await until(async () => (await Promise.all(queueNames.map(polled))).every(Boolean));
}, 60_000);
afterAll(async () => {
  for (const end of polling) end();
  await Promise.all([tokens, catalog, aws, queue, receiver, products].map((one) => one.close()));
  await temporal.close();
  rmSync(folder, { recursive: true });
});

const soundRule = (): AnsweredRule => ({
  Name: 'marketplace-steward',
  State: 'ENABLED',
  EventPattern: JSON.stringify({ source: ['aws.marketplacecatalog', 'aws.agreement-marketplace'] }),
  targets: [{ Id: 'queue', Arn: queue.arn, DeadLetterConfig: { Arn: `${queue.arn}-undelivered` } }],
});

beforeEach(() => {
  tokens.control.putRole({ arn: roleArn, externalId, callers: [caller] });
  tokens.control.setClockAhead(0);
  catalog.control.reset();
  catalog.control.putEntity({ entityId: 'prod-a', entityType: 'SaaSProduct@1.0', account });
  catalog.control.putChangeSet({
    changeSetId: 'cs0000000000000001',
    account,
    name: 'a change set',
    status: 'SUCCEEDED',
    startTime: '2026-11-01T00:00:00Z',
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-a', details: '{}' }],
  });
  catalog.control.putAssessment({
    account,
    AssessmentId: 'assessment0000001',
    AssessmentTargetSummary: { EntityId: 'prod-a' },
    AssessmentResult: 'PASS',
    CreatedAt: '2026-11-01T00:00:00Z',
  });
  aws.rules = [soundRule()];
  aws.allowed = ['aws-marketplace:StartChangeSet', 'aws-marketplace:TagResource'];
  aws.called.length = 0;
  receiver.received.length = 0;
});

const sound = () => ({
  accounts: {
    [account]: {
      mode: 'auto',
      role: { arn: roleArn, externalId },
      credentials: { accessKeyIdVariable: 'KEY_ID', secretAccessKeyVariable: 'KEY' },
    },
  },
  merchants: { [merchant]: { clientId: 'a-client', clientSecretVariable: 'CLIENT_SECRET' } },
  ingress: {
    sqs: {
      queues: [
        {
          url: queue.url,
          region: 'us-east-1',
          credentials: { accessKeyIdVariable: 'KEY_ID', secretAccessKeyVariable: 'KEY' },
        },
      ],
    },
  },
  notices: {
    channels: {
      log: { type: 'log' },
      ops: { type: 'webhook', url: `${receiver.url}/${canary}`, secretVariables: ['SIGNING'] },
    },
    routes: [{ channels: ['log', 'ops'] }, { severity: 'critical', channels: ['ops'] }],
  },
  webUiUrl: 'https://temporal.example.com',
  endpoints: {
    marketplaceCatalog: catalog.url,
    buyWithPrime: products.url,
    securityTokenService: tokens.url,
    eventBridge: aws.url,
    identityAndAccessManagement: aws.url,
  },
});
const secrets = (): NodeJS.ProcessEnv => ({
  KEY_ID: `SIM${caller}`,
  KEY: `${canary}-key`,
  CLIENT_SECRET: `${canary}-client`,
  SIGNING: signingKey(canary),
});

interface Examined {
  readonly exitCode: number;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** What no output may hold. */
function expectNoSecret(output: string): void {
  for (const secret of [canary, signingKey(canary), externalId]) expect(output).not.toContain(secret);
}

/** Runs the command, its arguments parsed as the process does. */
async function examine(
  configuration: object,
  environment: NodeJS.ProcessEnv = secrets(),
  words: readonly string[] = ['--namespace', temporal.namespace],
): Promise<Examined> {
  writeFileSync(file, JSON.stringify(configuration));
  const results: CommandResult[] = [];
  const context: CommandContext = {
    environment: { TEMPORAL_CONFIG_FILE: join(folder, 'none'), TEMPORAL_ADDRESS: temporal.address, ...environment },
    workingDirectory: folder,
    clone: folder,
    note: () => {},
    progress: () => {},
    run: async (_options, command) => void results.push(await command()),
  };
  await runProgram(['doctor', '--config', file, ...words], context);
  const [result] = results;
  if (result === undefined) throw new Error('the command left no result');
  const { findings } = result.document as { readonly findings: readonly Finding[] };
  expectNoSecret(result.text + JSON.stringify(result.document));
  expect(result.text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  return { exitCode: result.exitCode, text: result.text, findings };
}

const badOf = ({ findings }: Examined): readonly Finding[] => findings.filter(({ verdict }) => verdict === 'bad');

test('a sound set-up: every line is ok, in a fixed order, by the process itself', async () => {
  writeFileSync(file, JSON.stringify(sound()));
  const environment = { ...secrets(), TEMPORAL_ADDRESS: temporal.address, TEMPORAL_CONFIG_FILE: join(folder, 'none') };
  const words = ['doctor', '--config', file, '--namespace', temporal.namespace, '--json'];
  const { stdout, stderr, exitCode } = await runSteward(words, { folder, environment });
  expectNoSecret(stdout + stderr);
  const { healthy, counts, findings } = JSON.parse(stdout) as {
    healthy: boolean;
    counts: Record<string, number>;
    findings: readonly Finding[];
  };
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toMatchObject([
    { area: 'notices', verdict: 'unknown', text: 'Not tried: log, ops' },
  ]);
  expect({ healthy, counts, exitCode }).toMatchObject({ healthy: true, counts: { bad: 0, warn: 0 }, exitCode: 0 });
  expect([...new Set(findings.map(({ area }) => area))]).toEqual([
    'configuration',
    'temporal',
    'workers',
    `account ${account}`,
    'queue 000000000000/events',
    `merchant ${merchant}`,
    'notices',
    'clock',
  ]);
  expect(findings.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      `All ${Object.keys(searchAttributeTypes).length} search attributes are there, with their types`,
      'Task queue steward-aws: 1 worker',
      'No workflow task fails',
      `AWS knows the calls as arn:aws:sts::${account}:assumed-role/marketplace-steward/marketplace-steward`,
      'It may call ListChangeSets, DescribeChangeSet, ListTagsForResource, ListEntities, DescribeEntity, ListAssessments, DescribeAssessment',
      'Its policies allow aws-marketplace:StartChangeSet (simulated, not called)',
      `Rule marketplace-steward is enabled, its target is ${queue.arn}`,
      'Its dead-letter queue 000000000000/events-dead is empty',
      'The clock of this machine is right to 1 s',
    ]),
  );
});

test('it asks, and changes nothing: StartChangeSet is never called, no message is received, no notice is sent', async () => {
  await queue.send(['one']);
  await examine(sound());
  expect(catalog.control.log({ operation: 'StartChangeSet' })).toEqual([]);
  expect(aws.called.toSorted()).toEqual([
    'ListRules',
    'ListTargetsByRule',
    'SimulatePrincipalPolicy',
    'SimulatePrincipalPolicy',
  ]);
  expect(await queue.depth()).toEqual({ visible: 1, inFlight: 0 });
  expect(receiver.received).toEqual([]);
});

test('--test-notice sends one marked notice to each channel, and says what became of it', async () => {
  const words = ['--namespace', temporal.namespace, '--test-notice'];
  const { notices, ...others } = sound();
  const { ops } = notices.channels;
  const routes = [{ channels: ['ops', 'other'] }, { severity: 'critical', channels: ['ops'] }];
  const routed = { ...others, notices: { channels: { ops, other: ops, unused: ops }, routes } };
  const { findings } = await examine(routed, secrets(), words);
  expect(receiver.received.map(({ body }) => /Channel \w+, by [\w.[\], ]+/.exec(body)?.[0] ?? '').toSorted()).toEqual([
    'Channel ops, by notices.routes[0], notices.routes[1]',
    'Channel other, by notices.routes[0]',
  ]);
  expect(receiver.received.every(({ body }) => body.includes('TEST: steward doctor'))).toBe(true);
  expect(findings.filter(({ area }) => area === 'notices').map(({ verdict, text }) => `${verdict} ${text}`)).toEqual([
    'ok Channel ops has taken a test notice: see that it shows',
    'ok Channel other has taken a test notice: see that it shows',
  ]);
  // A receiver that repeats secrets, its own and another's.
  receiver.answers = [{ status: 403, body: `no ${canary}-client, ${signingKey(canary)}` }];
  const refused = await examine(routed, secrets(), words);
  receiver.answers = [];
  expect(badOf(refused).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Channel ops took no test notice: .*status 403/),
    expect.stringMatching(/^Channel other took no test notice: /),
  ]);
});

describe('a broken set-up ends with 1, and each thing that is broken has a line with its mend', () => {
  /** What is bad: the area, the text, and the mend with its commands. */
  async function badLines(examined: Promise<Examined>): Promise<object> {
    const found = await examined;
    const lines = badOf(found).map(({ area, text, mend, commands }) => [
      area,
      text,
      [mend, ...(commands ?? [])].join(' '),
    ]);
    return { exitCode: found.exitCode, lines };
  }
  /** The same as it is expected: no other line may be bad. */
  const only = (...lines: ReadonlyArray<readonly [area: string, text: RegExp, mend: RegExp]>): object => ({
    exitCode: 1,
    lines: lines.map(([area, text, mend]) => [area, expect.stringMatching(text), expect.stringMatching(mend)]),
  });

  test('a namespace that there is not', () =>
    expect(badLines(examine(sound(), secrets(), ['--namespace', 'nowhere']))).resolves.toEqual(
      only(['temporal', /^There is no namespace nowhere$/, /temporal operator namespace create --namespace nowhere/]),
    ));

  test('Temporal does not answer', () =>
    expect(badLines(examine(sound(), { ...secrets(), TEMPORAL_ADDRESS: '127.0.0.1:1' }))).resolves.toEqual(
      only(['temporal', /127\.0\.0\.1:1 \(from TEMPORAL_ADDRESS\) does not answer$/, /Check that it runs/]),
    ));

  test('a missing search attribute, one of another type, no worker, and a deployment without a current version', async () => {
    const { StewardDueAt: _due, StewardState: _state, ...others } = searchAttributeTypes;
    const bare = await testTemporal({ ...others, StewardAttempt: 'KEYWORD' });
    try {
      pollAs(bare.namespace, 'workflows', { deploymentName: 'steward', buildId: 'abc' });
      await until(async () => (await temporalFacts(bare.client)).deployments.size > 0);
      const words = ['--namespace', bare.namespace];
      const found = examine(sound(), secrets(), words);
      const [attempt, state, due] = ['StewardAttempt', 'StewardState', 'StewardDueAt'];
      await expect(badLines(found)).resolves.toEqual(
        only(
          [
            'temporal',
            new RegExp(`^Search attribute ${attempt} .* has the type KEYWORD, expected INT`),
            /Rename or remove/,
          ],
          [
            'temporal',
            new RegExp(`^Search attribute ${state} is missing`),
            new RegExp(`--name ${state} --type Keyword$`),
          ],
          ['temporal', new RegExp(`^Search attribute ${due} is missing`), new RegExp(`--name ${due} --type Datetime$`)],
          ['workers', /^No worker serves the task queue steward-aws: its work waits$/, /steward worker --queues aws/],
          ['workers', /^No worker serves .* steward-buy-with-prime/, /--queues buyWithPrime/],
          ['workers', /^No worker serves .* steward-notices/, /--queues notices/],
          ['workers', /^No version of the deployment steward is current/, /set-current-version .*--build-id abc$/],
        ),
      );
      const { findings } = await found;
      expect(findings).toContainEqual(
        expect.objectContaining({ verdict: 'warn', text: expect.stringContaining('keeps ended workflows for 1 day') }),
      );
      expect(findings.map(({ text }) => text)).toContain('Task queue steward: 1 worker of version steward:abc');
    } finally {
      await bare.close('nothing');
    }
  });

  test('a role with another external id', () => {
    const { accounts, ...others } = sound();
    const wrong = { ...accounts[account], role: { arn: roleArn, externalId: `${canary}-external` } };
    return expect(badLines(examine({ ...others, accounts: { [account]: wrong } }))).resolves.toEqual(
      only([
        `account ${account}`,
        /^AWS does not take its credentials: .*role\/marketplace-steward may not be assumed/,
        /external id.*sts:AssumeRole/,
      ]),
    );
  });

  test('a key of another account, with which nothing is tried', async () => {
    const { accounts, ...others } = sound();
    const { role: _role, ...own } = accounts[account] ?? {};
    const found = examine({ ...others, accounts: { [account]: own } });
    expect(await badLines(found)).toEqual(
      only([
        `account ${account}`,
        new RegExp(`^Its credentials are those of account ${caller}`),
        /Name a role of 111122223333/,
      ]),
    );
    expect((await found).findings.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Its permissions were not tried/),
    );
    expect(catalog.control.log()).toEqual([]);
    expect(aws.called).toEqual([]);
  });

  test('a read that is not permitted, and submits that the policies do not allow', async () => {
    const fault = { fault: 'error', type: 'AccessDeniedException', status: 403, times: 100 } as const;
    catalog.control.addFault({ ...fault, operation: 'DescribeEntity' });
    catalog.control.addFault({ ...fault, operation: 'ListAssessments' });
    aws.allowed = ['aws-marketplace:TagResource'];
    const found = examine(sound());
    await expect(badLines(found)).resolves.toEqual(
      only(
        [
          `account ${account}`,
          /^It may not call DescribeEntity$/,
          /Allow aws-marketplace:DescribeEntity to arn:aws:iam/,
        ],
        [
          `account ${account}`,
          /^Mode auto, .* do not allow aws-marketplace:StartChangeSet$/,
          /Allow it to arn:aws:iam/,
        ],
      ),
    );
    const { findings } = await found;
    expect(findings).toContainEqual(
      expect.objectContaining({ verdict: 'warn', text: 'It may not call ListAssessments' }),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({
        verdict: 'unknown',
        text: expect.stringMatching(/nothing to read .*: DescribeAssessment$/),
      }),
    );
  });

  test('what nobody may ask is unknown, with how to find out, and not bad', async () => {
    aws.rules = 'denied';
    aws.allowed = 'denied';
    const { exitCode, findings } = await examine(sound());
    expect(exitCode).toBe(0);
    const unknown = findings.filter(({ area, verdict }) => area.startsWith('account') && verdict === 'unknown');
    expect(unknown.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^Whether its policies allow aws-marketplace:StartChangeSet is not known: .*iam:SimulatePrincipalPolicy/,
      ),
      expect.stringMatching(/^Whether its policies allow aws-marketplace:TagResource is not known/),
      expect.stringMatching(/^The rules of EventBridge could not be read/),
    ]);
    expect(unknown.every(({ commands = [] }) => commands.some((command) => command.startsWith('aws ')))).toBe(true);
  });

  test.each<[string, () => readonly AnsweredRule[], RegExp, RegExp]>([
    ['no rule', () => [], /^No rule on the default bus/, /docs\/going-live/],
    ['a rule that is disabled', () => [{ ...soundRule(), State: 'DISABLED' }], /is disabled/, /aws events enable-rule/],
    ['a rule without a target', () => [{ ...soundRule(), targets: [] }], /has no target/, /Give it the queue/],
  ])('EventBridge: %s', (_name, rules, text, mend) => {
    aws.rules = rules();
    return expect(badLines(examine(sound()))).resolves.toEqual(only([`account ${account}`, text, mend]));
  });

  test('a rule that leaves events out, goes elsewhere and has no dead-letter queue is a warning', async () => {
    const EventPattern = JSON.stringify({ source: [{ prefix: 'aws.market' }], 'detail-type': ['Change Set Failed'] });
    aws.rules = [{ ...soundRule(), EventPattern, targets: [{ Id: 'other', Arn: `${queue.arn}-other` }] }];
    const { exitCode, findings } = await examine(sound());
    expect(exitCode).toBe(0);
    expect(findings.filter(({ verdict }) => verdict === 'warn').map(({ text }) => text)).toEqual([
      expect.stringMatching(/has the target .*events-other, which the configuration does not name/),
      expect.stringMatching(/has no dead-letter queue for/),
      expect.stringMatching(/^No rule takes the events Change Set Succeeded, .*Offer Released/),
    ]);
  });

  test('a wrong secret of Buy with Prime', () =>
    expect(badLines(examine(sound(), { ...secrets(), CLIENT_SECRET: `${canary}-another` }))).resolves.toEqual(
      only([`merchant ${merchant}`, /refuses the credentials: .*invalid_client/, /the value of CLIENT_SECRET/]),
    ));

  test('a queue without a dead-letter queue, and one that there is not', () => {
    const { ingress, ...others } = sound();
    const [own] = ingress.sqs.queues;
    const urls = ['lonely', 'nowhere'].map((name) => ({ ...own, url: queue.url.replace(/events$/, name) }));
    aws.rules = 'denied';
    return expect(badLines(examine({ ...others, ingress: { sqs: { queues: urls } } }))).resolves.toEqual(
      only(
        ['queue 000000000000/lonely', /^It has no dead-letter queue/, /maxReceiveCount of 10/],
        ['queue 000000000000/nowhere', /^It cannot be asked: Amazon SQS: /, /sqs:GetQueueAttributes/],
      ),
    );
  });

  test.each<[number, string, RegExp]>([
    [-7 * 60_000, 'bad', /^The clock of this machine is 4(19|20|21) s ahead of AWS’s: signed calls fail$/],
    [7 * 60_000, 'bad', /^The clock of this machine is 4(19|20|21) s behind AWS’s: signed calls fail$/],
    [60_000, 'warn', /^The clock of this machine is (59|60|61) s behind AWS’s$/],
  ])('a clock that AWS’s is %d ms ahead of: %s', async (aheadMs, verdict, text) => {
    tokens.control.setClockAhead(aheadMs);
    const { exitCode, findings } = await examine(sound());
    const clock = findings.filter(({ area }) => area === 'clock');
    expect(clock).toMatchObject([{ verdict, text: expect.stringMatching(text), mend: 'Let NTP or chrony keep it' }]);
    expect(exitCode).toBe(verdict === 'bad' ? 1 : 0);
  });

  test('secrets that lack leave the rest examined; a file that cannot be used leaves Temporal', async () => {
    const { KEY: _key, ...some } = secrets();
    const lacking = await examine(sound(), some);
    expect(lacking.exitCode).toBe(1);
    expect(badOf(lacking).map(({ area, text }) => `${area} ${text}`)).toEqual(
      Array(2).fill(expect.stringMatching(/^configuration .*, line 1: KEY: this environment variable is not set/)),
    );
    expect(lacking.findings).toContainEqual(expect.objectContaining({ area: `merchant ${merchant}`, verdict: 'ok' }));
    const broken = await examine({ ...sound(), webUiUrl: `ftp://${canary}` });
    expect(badOf(broken)).toMatchObject([{ area: 'configuration', text: expect.stringMatching(/line 1: webUiUrl: /) }]);
    expect(broken.findings.filter(({ area, verdict }) => area === 'workers' && verdict === 'ok')).not.toEqual([]);
  });
});
