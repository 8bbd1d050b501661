import {
  arrivedResult,
  lostResult,
  putProblem,
  unreadableResult,
  waitingResult,
  type SentTest,
} from '../../src/cli/emitTestTexts.ts';

const account = '111122223333';
const sent: SentTest = {
  testId: 'one',
  workflowId: 'test-event:one',
  account,
  bus: `arn:aws:events:us-east-1:${account}:event-bus/default`,
  region: 'us-east-1',
  sentAt: '2026-12-01T09:00:00.000Z',
  flagsAgain: ' --address temporal:7233',
};
const arrived = {
  account,
  transport: 'sqs',
  queue: `${account}/marketplace-steward`,
  arrivedAt: '2026-12-01T09:00:01.000Z',
  isConfigured: true,
};
const bus = { arn: sent.bus, region: sent.region, profile: 'seller' };

test('where it arrived, by which way and after how long', () => {
  const { text, document, exitCode } = arrivedResult(sent, arrived, 2.4);
  expect(text.split('\n')).toEqual([
    `The test event arrived after 2.4 s, by sqs, queue ${account}/marketplace-steward.`,
    'Its workflow is test-event:one, which has ended and changed nothing.',
    'See it: steward show test-event:one --address temporal:7233',
  ]);
  expect(document).toMatchObject({ testId: 'one', arrived: true, seconds: 2.4, arrival: arrived });
  expect(JSON.stringify(document)).not.toContain('flagsAgain');
  expect(exitCode).toBe(0);
});

test('over HTTP it names no queue', () => {
  const { queue: _queue, ...overHttp } = { ...arrived, transport: 'http' };
  expect(arrivedResult(sent, overHttp, 1).text).toContain('after 1 s, by http.');
});

test.each([
  ['of another account', { account: '444455556666' }, /event of account 444455556666, not of 111122223333/],
  ['of an account that the ingress does not have', { isConfigured: false }, /Add\s+accounts\.111122223333/],
])('one %s is a failure with the next step', (_what, values, sentence) => {
  const { text, exitCode } = arrivedResult(sent, { ...arrived, ...values }, 1);
  expect(text.replaceAll('\n', ' ')).toMatch(sentence);
  expect(exitCode).toBe(1);
});

test('Temporal has it and no worker runs it: nothing is said of the way, and the worker is what lacks', () => {
  const { text, document, exitCode } = waitingResult(sent, 3);
  expect(text).toContain('no worker has run it');
  expect(text).toContain('Start a worker');
  expect(document).not.toHaveProperty('arrival');
  expect(exitCode).toBe(3);
});

test('a result that this command cannot decrypt: it arrived, and the key is what lacks', () => {
  const { text, document, exitCode } = unreadableResult(sent, 3);
  expect(text).toContain('arrived after 3 s, as test-event:one');
  expect(text).toContain('--config');
  expect(document).toMatchObject({ arrived: true });
  expect(exitCode).toBe(1);
});

test('what does not arrive names the places in the order of the way, each in lines that a terminal holds', () => {
  const { text, document, exitCode } = lostResult(sent, 60);
  const numbered = text.split('\n').filter((line) => /^\d\. /.test(line));
  expect(numbered.map((line) => line.slice(0, 12))).toEqual([
    '1. The rule:',
    '2. The queue',
    '3. The dead-',
    '4. The log o',
  ]);
  expect(document).toMatchObject({ arrived: false, waitSeconds: 60 });
  expect(exitCode).toBe(1);
});

test.each([
  ['credentials', 'ExpiredTokenException', 1, /aws sso login.*--profile or --role/],
  [
    'denied',
    'AccessDeniedException',
    1,
    /events:PutEvents on arn:aws:events:us-east-1:111122223333:event-bus\/default/,
  ],
  ['noBus', 'ResourceNotFoundException', 1, /Check --account, --region and --bus/],
  ['notTaken', 'ThrottlingException', 1, /Repeat the command/],
  ['unreachable', 'ENOTFOUND', 3, /EventBridge in us-east-1 does not answer/],
  ['other', 'ValidationException', 1, /account, the region and the credentials/],
] as const)('a put that fails: %s', (kind, name, status, sentence) => {
  const { message, exitCode } = putProblem(
    { outcome: 'refused', kind, name, words: 'in \u001b[2Jwords' },
    account,
    bus,
  );
  expect(message).toContain(`not on the bus (${name})`);
  expect(message).toMatch(sentence);
  expect(message).toMatch(/The reason: in +\[2Jwords/);
  expect(message).not.toContain('\u001b');
  expect(exitCode).toBe(status);
});
