/** What `steward emit --test` says where the event does not arrive; how one arrives is in sellerAccount.test.ts. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { runSteward } from '@marketplace-steward/testing/steward';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';

interface Put {
  readonly Entries: readonly Readonly<Record<string, string>>[];
}

/** EventBridge as its API reference (PutEvents) has it, for the answers that no local server gives. */
let eventBridge: Server;
let answer: { readonly status: number; readonly body: object };
const puts: Put[] = [];
let temporal: TestTemporal;
const folder = mkdtempSync(join(tmpdir(), 'emit-test-'));
const config = join(folder, 'steward.yaml');

beforeAll(async () => {
  eventBridge = createServer((request, response) => {
    void json(request).then((body) => {
      puts.push(body as Put);
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => {
    eventBridge.listen(0, '127.0.0.1', resolve);
  });
  temporal = await testTemporal(searchAttributeTypes);
  writeFileSync(config, JSON.stringify({ accounts: { '111122223333': { mode: 'observe' } } }));
});
afterAll(async () => {
  eventBridge.close();
  await temporal.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  puts.length = 0;
});

const keys = { AWS_ACCESS_KEY_ID: 'AKIALOCAL', AWS_SECRET_ACCESS_KEY: 'local' };
function emit(words: readonly string[], environment: NodeJS.ProcessEnv = keys) {
  const { port } = eventBridge.address() as AddressInfo;
  const where = ['--address', temporal.address, '--namespace', temporal.namespace];
  return runSteward(['emit', '--test', '--account', '111122223333', ...where, ...words], {
    folder,
    environment: {
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${port}`,
      TEMPORAL_CONFIG_FILE: join(folder, 'none'),
      ...environment,
    },
  });
}

test('one that does not arrive: what to check, in the order of the way', async () => {
  answer = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: 'of-the-bus' }] } };
  const { stdout, exitCode } = await emit(['--region', 'eu-west-1', '--wait', '1', '--config', config]);
  expect(exitCode).toBe(1);
  const bus = 'arn:aws:events:eu-west-1:111122223333:event-bus/default';
  const [entry] = puts.flatMap(({ Entries }) => Entries);
  expect(entry).toMatchObject({
    Source: 'marketplace-steward.test',
    DetailType: 'Change Set Succeeded',
    EventBusName: bus,
  });
  const { testId } = JSON.parse(entry?.['Detail'] ?? '') as { testId: string };
  expect(stdout).toContain(`is on ${bus}, and did not arrive within 1 s (test-event:${testId})`);
  const places = ['describe-rule', 'dlq list', 'marketplace-steward-undelivered', `a line with ${testId}`];
  const found = places.map((place) => stdout.indexOf(place));
  expect(found).not.toContain(-1);
  expect(found).toEqual(found.toSorted((one, other) => one - other));
});

test.each([
  [
    'credentials of another account',
    {
      status: 400,
      body: {
        __type: 'AccessDeniedException',
        message:
          'User: arn:aws:iam::444455556666:user/ann is not authorized to perform: events:PutEvents on resource: arn:aws:events:us-east-1:111122223333:event-bus/default because no resource-based policy allows the events:PutEvents action',
      },
    },
    /AccessDeniedException.*credentials are of account 444455556666, not of 111122223333/,
  ],
  [
    'a permission that lacks',
    {
      status: 400,
      body: {
        __type: 'AccessDeniedException',
        message:
          'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: events:PutEvents on resource: arn:aws:events:us-east-1:111122223333:event-bus/default because no identity-based policy allows the events:PutEvents action',
      },
    },
    /Give them events:PutEvents on arn:aws:events:us-east-1:111122223333:event-bus\/default/,
  ],
  [
    'an entry that failed',
    {
      status: 200,
      body: {
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'Internal \u001b[31mfailure' }],
      },
    },
    /InternalFailure.*did not take it.*Internal \[31mfailure/,
  ],
])('%s', async (_what, refusal, sentence) => {
  answer = refusal;
  const { stdout, stderr, exitCode } = await emit(['--json']);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(sentence);
  expect(JSON.parse(stdout)).toMatchObject({ error: { exitCode: 1 } });
});

test('no credentials', async () => {
  const { stderr, exitCode } = await emit([], {});
  expect(stderr).toMatch(/no valid credentials.*aws sso login.*--profile/);
  expect(exitCode).toBe(1);
  expect(puts).toEqual([]);
});

test('an account that is not configured is refused before anything is sent', async () => {
  const { stderr, exitCode } = await emit(['--account', '555566667777', '--config', config]);
  expect(stderr).toMatch(/555566667777 is not configured.*Nothing was sent.*name one of: 111122223333/);
  expect(exitCode).toBe(2);
  expect(puts).toEqual([]);
});
