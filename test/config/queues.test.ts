import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'queues-'));
const file = join(folder, 'steward.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/steward';
const arn = 'arn:aws:sqs:us-east-1:111122223333:steward-2.fifo';
const role = { arn: 'arn:aws:iam::111122223333:role/steward', externalId: 'an-external-id' };

function load(
  configuration: object,
  environment: NodeJS.ProcessEnv = {},
  uses?: Parameters<typeof loadConfiguration>[2],
) {
  writeFileSync(file, JSON.stringify(configuration));
  return loadConfiguration({ TEMPORAL_CONFIG_FILE: join(folder, 'none'), ...environment }, file, uses);
}

const queuesOf = (queues: unknown, more: object = {}, environment: NodeJS.ProcessEnv = {}) =>
  load({ ingress: { sqs: { queues } }, ...more }, environment).ingress.queues;

function problemsOf(queues: unknown, environment: NodeJS.ProcessEnv = {}) {
  try {
    queuesOf(queues, {}, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was taken');
}

test('there is no queue unless one is named', () => {
  expect(load({ accounts: {} }).ingress.queues).toEqual([]);
});

test('a queue by its URL and one by its ARN, each in its own region, with a role and a key', () => {
  const keys = { accessKeyIdVariable: 'KEY_ID', secretAccessKeyVariable: 'KEY' };
  const [first, second] = queuesOf(
    [{ url }, { arn, role, credentials: keys, receivers: 1 }],
    {},
    { KEY_ID: 'id', KEY: 'k' },
  );
  expect(first).toEqual({
    name: '111122223333/steward',
    url,
    region: 'eu-west-1',
    receivers: 4,
    waitSeconds: 10,
    visibilitySeconds: 60,
  });
  expect(second).toMatchObject({
    name: '111122223333/steward-2.fifo',
    url: 'https://sqs.us-east-1.amazonaws.com/111122223333/steward-2.fifo',
    region: 'us-east-1',
    role,
    receivers: 1,
  });
  expect(second?.credentials?.secretAccessKey.reveal()).toBe('k');
});

test.each([
  ['https://vpce-1a2b.sqs.us-west-2.vpce.amazonaws.com/111122223333/q', 'us-west-2'],
  ['https://sqs-fips.us-gov-west-1.amazonaws.com/111122223333/q', 'us-gov-west-1'],
  ['https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q', 'cn-north-1'],
])('%s is in %s', (address, region) => {
  expect(queuesOf([{ url: address }])[0]?.region).toBe(region);
});

test('an ARN of another partition has that partition’s address, and endpoints.simpleQueueService replaces every one', () => {
  expect(queuesOf([{ arn: 'arn:aws-cn:sqs:cn-north-1:111122223333:q' }])[0]?.url).toBe(
    'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q',
  );
  const endpoints = { simpleQueueService: 'http://127.0.0.1:9000/' };
  expect(queuesOf([{ arn: 'arn:aws:sqs:us-east-1:111122223333:q' }], { endpoints })[0]?.url).toBe(
    'http://127.0.0.1:9000/111122223333/q',
  );
});

test.each<[string, unknown]>([
  ['ingress.sqs.queues[0].url', { url: 'http://sqs.us-east-1.amazonaws.com/111122223333/q' }],
  ['ingress.sqs.queues[0].url', { url: 'https://key:secret@sqs.us-east-1.amazonaws.com/111122223333/q' }],
  ['ingress.sqs.queues[0].url', { url: `${url}?Action=DeleteQueue` }],
  ['ingress.sqs.queues[0].url', { url: 'https://sqs.us-east-1.amazonaws.com/q' }],
  ['ingress.sqs.queues[0].url', { url: '<QueueUrl>' }],
  ['ingress.sqs.queues[0].url', { url: '' }],
  ['ingress.sqs.queues[0].url', {}],
  ['ingress.sqs.queues[0].url', { url, arn }],
  ['ingress.sqs.queues[0].region', { url: 'https://queues.example.com/111122223333/q' }],
  ['ingress.sqs.queues[0].region', { url, region: 'Ireland' }],
  ['ingress.sqs.queues[0].arn', { arn: 'arn:aws:sns:us-east-1:111122223333:topic' }],
  ['ingress.sqs.queues[0].receivers', { url, receivers: 11 }],
  ['ingress.sqs.queues[0].receivers', { url, receivers: 1.5 }],
  ['ingress.sqs.queues[0].waitSeconds', { url, waitSeconds: 21 }],
  ['ingress.sqs.queues[0].visibilitySeconds', { url, visibilitySeconds: 9 }],
  ['ingress.sqs.queues[0].visibilityTimeout', { url, visibilityTimeout: 60 }],
  ['ingress.sqs.queues[0].role.arn', { url, role: { arn: 'steward' } }],
])('%s is refused: %j', (field, queue) => {
  const problems = problemsOf([queue]);
  expect(problems.map((one) => one.field)).toEqual([field]);
});

test('no part of a URL that may hold a secret is repeated, nor is an external id', () => {
  const long = `https://key:${'s3cret'.repeat(20)}@sqs.us-east-1.amazonaws.com/111122223333/q`;
  const problems = [
    ...problemsOf([{ url: 'https://key:s3cret@sqs.us-east-1.amazonaws.com/111122223333/q' }]),
    ...problemsOf([{ url: long }]),
    ...problemsOf([{ url, role: { arn: role.arn, externalId: 's3cret s3cret' } }]),
  ];
  expect(JSON.stringify(problems)).not.toContain('s3cret');
});

test('the same queue twice is a mistake, also by URL and by ARN; and 20 are the most', () => {
  const again = 'https://sqs.us-east-1.amazonaws.com/111122223333/steward-2.fifo';
  expect(problemsOf([{ arn }, { url: again }]).map(({ field }) => field)).toEqual(['ingress.sqs.queues[1]']);
  const many = Array.from({ length: 21 }, (_, index) => ({ url: `${url}-${index}` }));
  expect(problemsOf(many).map(({ field }) => field)).toEqual(['ingress.sqs.queues']);
  const busy = many.slice(0, 9).map((one) => ({ ...one, receivers: 9 }));
  expect(problemsOf(busy)).toEqual([
    { field: 'ingress.sqs.queues', message: 'found a list of 9, expected queues of at most 80 receivers together' },
  ]);
  expect(queuesOf(many.slice(0, 20))).toHaveLength(20);
});

test('only a process that takes events of queues needs their keys', () => {
  const configuration = {
    ingress: { sqs: { queues: [{ url, credentials: { accessKeyIdVariable: 'A', secretAccessKeyVariable: 'B' } }] } },
  };
  expect(load(configuration, {}, ['ingress']).ingress.queues).toEqual([]);
  expect(() => load(configuration, {}, ['queues'])).toThrow(/ A: this environment variable is not set/);
});

test('beyond loopback an ingress needs a credential or a queue', () => {
  expect(load({ ingress: { host: '0.0.0.0', sqs: { queues: [{ url }] } } }).ingress.queues).toHaveLength(1);
  expect(() => load({ ingress: { host: '0.0.0.0' } })).toThrow(/ingress\.credentials/);
});
