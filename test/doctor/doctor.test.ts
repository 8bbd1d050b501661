import fc from 'fast-check';
import { findingsText } from '../../src/cli/doctorText.ts';
import { Secret } from '../../src/config/secret.ts';
import { judgeClock } from '../../src/doctor/aws/clock.ts';
import { judgeAccount } from '../../src/doctor/aws/judgement.ts';
import { simulatedPrincipal } from '../../src/doctor/aws/simulation.ts';
import { examineAll, type Area } from '../../src/doctor/examine.ts';
import { reporterOf, type Finding, type Verdict } from '../../src/doctor/finding.ts';
import { routedChannels } from '../../src/doctor/others/channels.ts';
import { judgeQueue } from '../../src/doctor/others/queues.ts';
import { probe } from '../../src/doctor/probe.ts';

const never = (): Promise<never> => new Promise(() => {});

describe('a question that is never answered', () => {
  test('is late after its time, and has to end', async () => {
    let ended: AbortSignal | undefined;
    const late = await probe((signal) => {
      ended = signal;
      return never();
    }, 5);
    expect(late).toEqual({ failure: { type: 'Late', text: 'no answer within 0.005 s' } });
    expect(ended?.aborted).toBe(true);
  });

  test('a secret of the configuration is not shown, wherever it comes from', async () => {
    const secret = new Secret('CLIENT_SECRET', 'canary-of-the-probe');
    const failed = await probe(() => Promise.reject(new Error(`it repeats ${secret.reveal()}`)));
    expect(failed).toEqual({ failure: { type: 'Error', text: 'it repeats [hidden]' } });
  });

  test('what fails at once says so, without addresses', async () => {
    const failed = await probe(() => {
      throw new TypeError('see https://example.com/hush?key=hush');
    });
    expect(failed).toEqual({
      failure: { type: 'TypeError', text: expect.stringMatching(/^see https.*example\.com\/…$/) },
    });
  });
});

test('findings come in the order of the areas, whichever is first', async () => {
  const later = Promise.withResolvers<void>();
  const area = (name: string, examine: () => Promise<void>): Area => ({
    name,
    examine: async () => {
      await examine();
      return [reporterOf(name).ok('right')];
    },
  });
  const heard: string[] = [];
  const areas = [
    area('slow', () => later.promise),
    area('fast', () => Promise.resolve()),
    area('broken', () => Promise.reject(new Error('no such thing'))),
  ];
  const found = await examineAll(areas, (left) => {
    heard.push(left.join(' '));
    if (left.join() === 'slow') later.resolve();
  });
  expect(found.map(({ area: name, verdict, text }) => `${name} ${verdict} ${text}`)).toEqual([
    'slow ok right',
    'fast ok right',
    'broken unknown It could not be examined: no such thing',
  ]);
  expect(heard).toEqual(['slow fast broken', expect.any(String), 'slow', '']);
});

describe('the text', () => {
  const verdict = fc.constantFrom<Verdict>('ok', 'warn', 'bad', 'unknown');
  const word = fc.stringMatching(/^[!-~]{1,30}$/);
  const words = fc.array(word, { minLength: 1, maxLength: 20 }).map((list) => list.join(' '));
  // A backslash at the end of a line is the mark of a command that goes on, which this test takes out again.
  const command = words.filter((text) => !text.includes('\\'));
  const finding: fc.Arbitrary<Finding> = fc.record(
    { area: word, verdict, text: words, mend: words, commands: fc.array(command, { maxLength: 2 }) },
    { requiredKeys: ['area', 'verdict', 'text'] },
  );

  test('fits 80 columns, and a command can be pasted', () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 5 }), (findings) => {
        const lines = findingsText(findings).split('\n');
        expect(lines.filter((line) => line.length > 80)).toEqual([]);
        const text = lines.join('\n').replaceAll(/ \\\n +/g, ' ');
        for (const one of findings.flatMap(({ commands = [] }) => commands)) expect(text).toContain(`$ ${one}`);
      }),
    );
  });

  test('says each verdict with its mend, and counts them', () => {
    const report = reporterOf('temporal');
    const text = findingsText([
      report.ok('It answers'),
      report.bad('It is empty', { mend: 'Fill it', commands: ['temporal fill'] }),
      reporterOf('clock').warn('It is slow'),
    ]);
    expect(text.split('\n')).toEqual([
      'temporal',
      '  ok       It answers',
      '  bad      It is empty',
      '           Fill it.',
      '           $ temporal fill',
      'clock',
      '  warn     It is slow',
      '',
      '1 ok, 1 warn, 1 bad, 0 unknown.',
    ]);
  });
});

test.each<[number, Verdict]>([
  [0, 'ok'],
  [-30_400, 'ok'],
  [31_000, 'warn'],
  [-300_000, 'warn'],
  [301_000, 'bad'],
  [-86_400_000, 'bad'],
])('a clock that is %d ms ahead is %s', (value, verdict) => {
  expect(judgeClock({ value }).verdict).toBe(verdict);
});

test.each([
  { type: 'CredentialsProviderError', text: 'Could not load credentials from any providers' },
  { type: 'CredentialsRejected', text: 'GetCallerIdentity: the credentials failed (CredentialsProviderError)' },
])('an account without credentials says where to set them: $type', (failure) => {
  const [identity] = judgeAccount({ account: '111122223333', mode: 'observe', identity: { failure } }, undefined);
  expect(identity).toMatchObject({
    verdict: 'bad',
    text: expect.stringContaining('The AWS SDK finds no credentials here'),
    mend: expect.stringContaining('AWS_ACCESS_KEY_ID'),
  });
});

test.each([
  ['CredentialsProviderError', 'credentials'],
  ['CredentialsRejected', 'external id'],
  ['QueueDoesNotExist', 'sqs:GetQueueAttributes'],
])('a queue that answers with %s says what to check', (name, word) => {
  const queue = { failure: { type: 'ServiceFault', text: `Amazon SQS: ${name}` } };
  expect(judgeQueue({ name: 'a', queue })).toMatchObject([{ verdict: 'bad', mend: expect.stringContaining(word) }]);
});

test('what nobody compared is unknown', () => {
  expect(judgeClock(undefined).verdict).toBe('unknown');
  expect(judgeClock({ failure: { type: 'Late', text: 'no answer' } }).verdict).toBe('unknown');
});

test.each<[string, string | undefined, string | undefined]>([
  ['arn:aws:iam::111122223333:user/teams/ann', undefined, 'arn:aws:iam::111122223333:user/teams/ann'],
  ['arn:aws:sts::111122223333:assumed-role/steward/session', undefined, 'arn:aws:iam::111122223333:role/steward'],
  [
    'arn:aws:sts::111122223333:assumed-role/steward/s',
    'arn:aws:iam::111122223333:role/a/steward',
    'arn:aws:iam::111122223333:role/a/steward',
  ],
  ['arn:aws:iam::111122223333:root', undefined, undefined],
])('the policies of %s (role %s) are those of %s', (arn, role, expected) => {
  expect(simulatedPrincipal({ account: '111122223333', arn }, role)).toBe(expected);
});

test('a channel on several routes gets one test notice, which names them', () => {
  const routes = [{ channels: ['log', 'team'] }, { channels: ['pager'] }, { channels: ['team'] }];
  expect(routedChannels(routes)).toEqual([
    { name: 'log', routes: [0] },
    { name: 'team', routes: [0, 2] },
    { name: 'pager', routes: [1] },
  ]);
});
