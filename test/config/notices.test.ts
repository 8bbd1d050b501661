import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { inspect } from 'node:util';
import { ConfigurationError } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { signingKey } from '@marketplace-steward/testing/notices';

const folder = mkdtempSync(join(tmpdir(), 'notices-'));
const file = join(folder, 'steward.yaml');
const noProfile = { TEMPORAL_CONFIG_FILE: join(folder, 'no-such.toml') };
afterAll(() => rmSync(folder, { recursive: true }));

const account = '123456789012';
const secrets = {
  NEW_KEY: signingKey('new'),
  OLD_KEY: signingKey('old').replace('whsec_', ''),
  SLACK_URL: 'https://hooks.slack.example/services/T000/B000/hunter2',
  MATTERMOST_URL: 'https://mattermost.example/hooks/hunter2',
  DISCORD_URL: 'https://discord.example/api/webhooks/223704706495545344/hunter2',
  ROUTING_KEY: 'hunter2-routing-key',
  SNS_ID: 'id',
  SNS_KEY: 'hunter2-sns',
};
const channels = {
  log: { type: 'log' },
  ops: { type: 'webhook', url: 'https://ops.example.com/notices', secretVariables: ['NEW_KEY', 'OLD_KEY'] },
  team: { type: 'slack', urlVariable: 'SLACK_URL' },
  square: { type: 'mattermost', urlVariable: 'MATTERMOST_URL' },
  guild: { type: 'discord', urlVariable: 'DISCORD_URL' },
  topic: {
    type: 'sns',
    topicArn: 'arn:aws:sns:eu-west-1:123456789012:notices.fifo',
    endpoint: 'http://127.0.0.1:4566',
    credentials: { accessKeyIdVariable: 'SNS_ID', secretAccessKeyVariable: 'SNS_KEY' },
  },
  pager: { type: 'pagerDuty', routingKeyVariable: 'ROUTING_KEY' },
};

function load(notices: unknown, environment: NodeJS.ProcessEnv = secrets) {
  writeFileSync(file, JSON.stringify({ accounts: { [account]: { mode: 'observe' } }, notices }));
  return loadConfiguration({ ...noProfile, ...environment }, file).notices;
}

function problemsOf(notices: unknown, environment: NodeJS.ProcessEnv = secrets): Record<string, string> {
  try {
    load(notices, environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.message.includes('hunter2')) throw error;
    return Object.fromEntries(error.problems.map(({ field, message }) => [field, message]));
  }
  throw new Error('the configuration was taken');
}

test('every type of channel, with its secrets from the environment', () => {
  const found = load({ channels });
  const { ops, team, square, guild, topic, pager } = found.channels;
  expect(ops?.type === 'webhook' && ops.secrets.map((secret) => secret.reveal())).toEqual([
    secrets.NEW_KEY,
    secrets.OLD_KEY,
  ]);
  expect(team?.type === 'slack' && team.url.reveal()).toBe(secrets.SLACK_URL);
  expect(square?.type === 'mattermost' && square.url.reveal()).toBe(secrets.MATTERMOST_URL);
  expect(guild?.type === 'discord' && guild.url.reveal()).toBe(secrets.DISCORD_URL);
  expect(topic).toMatchObject({ type: 'sns', topicArn: channels.topic.topicArn, endpoint: channels.topic.endpoint });
  expect(topic?.type === 'sns' && topic.credentials?.secretAccessKey.reveal()).toBe('hunter2-sns');
  expect(pager).toMatchObject({ type: 'pagerDuty', url: 'https://events.pagerduty.com/v2/enqueue' });
  expect(inspect(found, { depth: null })).not.toContain('hunter2');
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test('without routes every channel gets everything, and buyers are shown nowhere', () => {
  expect(load({ channels }).routes).toEqual([
    { channels: ['log', 'ops', 'team', 'square', 'guild', 'topic', 'pager'], showBuyers: false },
  ]);
});

test('the short form, a list of channels that need no settings', () => {
  expect(load({ channels: ['log'] })).toEqual(load(undefined));
  expect(load({ channels: ['log'], routes: [{ channels: ['log'], showBuyers: true }] })).toEqual({
    channels: { log: { type: 'log' } },
    routes: [{ channels: ['log'], showBuyers: true }],
  });
});

test('routes by severity and account', () => {
  const routes = [
    { channels: ['log'] },
    { channels: ['pager'], severity: 'critical' },
    { channels: ['team'], accounts: [account, 'unknown'], showBuyers: true },
  ];
  expect(load({ channels, routes }).routes).toEqual(routes.map((route) => ({ showBuyers: false, ...route })));
});

test('a route groups as it says, each quarter of an hour where it does not say how often', () => {
  const groupings = ['off', { first: 1 }, { first: 3, everyMs: 5_000 }] as const;
  const routes = groupings.map((grouping) => ({ channels: ['team'], grouping }));
  expect(load({ channels, routes }).routes.map(({ grouping }) => grouping)).toEqual([
    'off',
    { first: 1, everyMs: 900_000 },
    { first: 3, everyMs: 5_000 },
  ]);
});

test.each(['on', {}, { first: 0 }, { first: 5, everyMs: 4_999 }, { first: 5, every: 60_000 }])(
  'a grouping of %j is refused by its field',
  (grouping) => {
    expect(() => load({ channels, routes: [{ channels: ['team'], grouping }] })).toThrow(
      /notices\.routes\[0\]\.grouping/,
    );
  },
);

test.each<[string, unknown, Record<string, unknown>]>([
  [
    'a channel that a route names and nobody has made',
    { channels: ['log'], routes: [{ channels: ['log', 'slak'] }] },
    { 'notices.routes[0].channels[1]': 'found "slak", expected the name of a channel: log' },
  ],
  [
    'an account that nobody has configured',
    { channels: ['log'], routes: [{ channels: ['log'] }, { channels: ['log'], accounts: ['999999999999'] }] },
    { 'notices.routes[1].accounts[0]': expect.stringContaining('expected one of accounts or merchants') },
  ],
  [
    'routes that leave a notice without a reader',
    { channels: ['log'], routes: [{ channels: ['log'], severity: 'warning' }] },
    { 'notices.routes': expect.stringContaining('one route at least without severity, accounts and topics') },
  ],
  [
    'routes of which only those with topics take everything',
    { channels: ['log'], routes: [{ channels: ['log'], topics: ['changeSet.succeeded'] }] },
    { 'notices.routes': expect.stringContaining('severity, accounts and topics') },
  ],
  [
    'a topic that does not exist, none at all, one beside a severity',
    {
      channels: ['log'],
      routes: [
        { channels: ['log'] },
        { channels: ['log'], topics: ['changeSet.succeded'] },
        { channels: ['log'], topics: [] },
        { channels: ['log'], topics: ['changeSet.succeeded'], severity: 'warning' },
      ],
    },
    {
      'notices.routes[1].topics[0]': expect.stringContaining('changeSet.succeeded'),
      'notices.routes[2].topics': 'found a list of 0, expected a list of at least 1',
    },
  ],
  [
    'a morning digest at a time that clocks skip, in no zone, and by an offset',
    {
      channels: ['log'],
      routes: [
        { channels: ['log'], morningDigest: { at: '02:30' } },
        { channels: ['log'], accounts: ['unknown'], morningDigest: { at: '07:30', timeZone: 'Europe/Bonn' } },
        { channels: ['log'], topics: [], accounts: [account], morningDigest: { at: '7:30', timeZone: '+02:00' } },
      ],
    },
    {
      'notices.routes[0].morningDigest.at': expect.stringContaining('from 04:00 to 20:59'),
      'notices.routes[1].morningDigest.timeZone': expect.stringContaining('IANA name'),
      'notices.routes[2].morningDigest.at': expect.stringContaining('from 04:00 to 20:59'),
      'notices.routes[2].morningDigest.timeZone': expect.stringContaining('IANA name'),
    },
  ],
  [
    'a second morning digest for the same readers',
    {
      channels: ['log'],
      routes: [
        { channels: ['log'], morningDigest: { at: '07:30' } },
        { channels: ['log'], severity: 'warning', morningDigest: { at: '08:30' } },
      ],
    },
    { 'notices.routes[1].morningDigest': expect.stringContaining('notices.routes[0] has it') },
  ],
  [
    'a severity beside topics',
    {
      channels: ['log'],
      routes: [{ channels: ['log'] }, { channels: ['log'], topics: ['changeSet.succeeded'], severity: 'warning' }],
    },
    { 'notices.routes[1].severity': expect.stringContaining('no severity beside topics') },
  ],
  ['no channel', { channels: {} }, { 'notices.channels': expect.stringContaining('at least one channel') }],
  [
    'a type that does not exist',
    { channels: { team: { type: 'teams' } } },
    { 'notices.channels.team.type': expect.stringContaining('webhook, slack, mattermost, discord, sns or pagerDuty') },
  ],
  [
    'a secret in the place of its variable',
    { channels: { team: { type: 'slack', urlVariable: 'https://hooks.slack.example/hunter2' } } },
    { 'notices.channels.team.urlVariable': expect.stringContaining('the NAME of an environment variable') },
  ],
  [
    'a setting that does not exist, a severity that does not exist',
    { channels: { log: { type: 'log', level: 'info' } }, routes: [{ channels: ['log'], severity: 'urgent' }] },
    {
      'notices.channels.log.level': expect.stringContaining('no such setting'),
      'notices.routes[0].severity': expect.stringContaining('information'),
    },
  ],
  [
    'a topic that is none',
    { channels: { topic: { type: 'sns', topicArn: 'arn:aws:sqs:eu-west-1:123456789012:queue' } } },
    { 'notices.channels.topic.topicArn': expect.stringContaining('the ARN of an SNS topic') },
  ],
])('refused: %s', (_name, notices, problems) => {
  expect(problemsOf(notices)).toEqual(problems);
});

test.each([
  ['SLACK_URL', 'http://hooks.slack.example/services/hunter2', /expected the whole address .* https:\/\//],
  ['MATTERMOST_URL', 'http://mattermost.example/hooks/hunter2', /https:\/\//],
  ['MATTERMOST_URL', 'http://10.0.0.1/hooks/hunter2', /https:\/\//],
  ['DISCORD_URL', 'http://discord.example/api/webhooks/1/hunter2', /https:\/\//],
  ['DISCORD_URL', 'https://discord.example/api/webhooks/1/hunter2/slack', /without \/slack or \/github/],
  ['DISCORD_URL', 'https://discord.example/api/webhooks/1/hunter2/github/', /without \/slack or \/github/],
])('%s with a webhook’s address that is not right: %s', (variable, value, message) => {
  const problems = problemsOf({ channels }, { ...secrets, [variable]: value });
  expect(problems).toEqual({ [variable]: expect.stringMatching(message) });
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test('plain HTTP is for receivers on the machine itself', () => {
  const urls = { SLACK_URL: 'http://127.0.0.1:8065/hooks/x', MATTERMOST_URL: 'http://[::1]:8065/hooks/x' };
  expect(() => load({ channels }, { ...secrets, ...urls })).not.toThrow();
});

test('secrets of a wrong shape are reported by their variables, all at once', () => {
  const urls = {
    SLACK_URL: 'hunter2',
    MATTERMOST_URL: `${secrets.MATTERMOST_URL}\n`,
    DISCORD_URL: 'discord.example/hunter2',
  };
  const wrong = { NEW_KEY: 'hunter2', OLD_KEY: signingKey('old'), ...urls, SNS_ID: 'id', SNS_KEY: 'key' };
  const problems = problemsOf({ channels }, wrong);
  expect(Object.keys(problems).toSorted()).toEqual([
    'DISCORD_URL',
    'MATTERMOST_URL',
    'NEW_KEY',
    'ROUTING_KEY',
    'SLACK_URL',
  ]);
  expect(problems['NEW_KEY']).toContain('notices.channels.ops.secretVariables[0]');
  expect(problems['NEW_KEY']).toContain('found a text of 7 characters, expected whsec_ and 24 to 64 bytes in base64');
  expect(problems['ROUTING_KEY']).toContain('not set');
  const short = problemsOf({ channels }, { ...secrets, ROUTING_KEY: 'hunter2', SNS_KEY: 'hunter2\n' });
  expect(short).toEqual({
    ROUTING_KEY: expect.stringContaining('found a text of 7 characters, expected at least 16 characters'),
    SNS_KEY: expect.stringContaining('found a text of 8 characters, expected a text of printable ASCII'),
  });
});

test('the documentation’s example is taken as it stands', () => {
  const page = readFileSync(join(__dirname, '../../docs/notices.md'), 'utf8');
  const { notices } = parse(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as { notices: object };
  const environment = {
    STEWARD_OPS_KEY: signingKey('new'),
    STEWARD_OPS_OLD_KEY: signingKey('old'),
    STEWARD_SLACK_URL: secrets.SLACK_URL,
    STEWARD_MATTERMOST_URL: secrets.MATTERMOST_URL,
    STEWARD_DISCORD_URL: secrets.DISCORD_URL,
    STEWARD_PAGERDUTY_KEY: secrets.ROUTING_KEY,
  };
  writeFileSync(file, JSON.stringify({ accounts: { '111122223333': { mode: 'observe' } }, notices }));
  const { channels: named, routes } = loadConfiguration({ ...noProfile, ...environment }, file).notices;
  expect(Object.values(named).map(({ type }) => type)).toEqual([
    'log',
    'webhook',
    'slack',
    'mattermost',
    'discord',
    'sns',
    'pagerDuty',
  ]);
  expect(routes).toHaveLength(4);
});

test.each([[[]], [['notices' as const]]])(
  'each account knows the topics of its routes, in a process that uses %j',
  (uses) => {
    const accounts = { [account]: { mode: 'observe' }, '111122223333': { mode: 'observe' } };
    const topics = ['changeSet.succeeded'];
    const topicsWith = (routes: readonly object[]) => {
      const notices = { channels: ['log'], routes: [{ channels: ['log'] }, ...routes] };
      writeFileSync(file, JSON.stringify({ accounts, notices }));
      const found = loadConfiguration(noProfile, file, uses).accounts;
      return [account, '111122223333'].map((id) => found[id]?.topics);
    };
    expect(topicsWith([])).toEqual([undefined, undefined]);
    expect(topicsWith([{ channels: ['log'], topics }])).toEqual([topics, topics]);
    expect(topicsWith([{ channels: ['log'], topics, accounts: [account] }])).toEqual([topics, undefined]);
    expect(topicsWith([{ channels: ['log'], accounts: [account] }])).toEqual([undefined, undefined]);
  },
);

test('an account’s topics follow from the routes, and are no setting of its own', () => {
  writeFileSync(
    file,
    JSON.stringify({ accounts: { [account]: { mode: 'observe', topics: ['changeSet.succeeded'] } } }),
  );
  expect(() => loadConfiguration(noProfile, file, [])).toThrow(/topics: .*no such setting/);
});

test('a process that sends no notices is given no secrets of theirs', () => {
  writeFileSync(file, JSON.stringify({ notices: { channels } }));
  expect(loadConfiguration(noProfile, file, []).notices).toEqual({ channels: {}, routes: [] });
});

test('every process knows the routes that ask for a morning digest, with its time, and no secret of a channel', () => {
  const { morningDigests, notices } = (() => {
    const channels = { log: { type: 'log' }, team: { type: 'slack', urlVariable: 'STEWARD_SLACK_URL' } };
    const routes = [
      { channels: ['log'] },
      { channels: ['team'], accounts: ['111122223333'], morningDigest: { at: '07:30', timeZone: 'Europe/Berlin' } },
      { channels: ['log'], topics: [], morningDigest: { at: '20:59' } },
    ];
    writeFileSync(
      file,
      JSON.stringify({ accounts: { '111122223333': { mode: 'observe' } }, notices: { channels, routes } }),
    );
    return loadConfiguration(noProfile, file, []);
  })();
  expect(morningDigests).toEqual([
    { channels: ['team'], accounts: ['111122223333'], morningDigest: { at: '07:30', timeZone: 'Europe/Berlin' } },
    { channels: ['log'], morningDigest: { at: '20:59', timeZone: 'UTC' } },
  ]);
  expect(notices).toEqual({ channels: {}, routes: [] });
});
