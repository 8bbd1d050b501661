import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { followConfiguration, type FollowedConfiguration } from '../../src/config/live.ts';
import { loadConfiguration, type Configuration } from '../../src/config/load.ts';
import { until } from '@marketplace-steward/testing/until';

const folder = mkdtempSync(join(tmpdir(), 'live-'));
const file = join(folder, 'steward.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const first = '111122223333';
const second = '444455556666';
const one = { accounts: { [first]: { mode: 'observe' } } };
const both = { accounts: { ...one.accounts, [second]: { mode: 'auto' } } };
const secret = 'the secret of this test';
const environment = { TEMPORAL_CONFIG_FILE: join(folder, 'none'), KEY_ID: 'id', KEY: secret };

const aliasBomb = [
  'a: &a0 [x]',
  ...Array.from({ length: 9 }, (_, n) => `b${n}: &a${n + 1} [${`*a${n},`.repeat(9)}]`),
].join('\n');

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

let lines: Line[];
let changes: string[][];
let onChange: (configuration: Configuration) => Promise<void> | void;
let followed: FollowedConfiguration;
const accountsNow = () => Object.keys(followed.configuration.accounts);
const write = (configuration: unknown) => writeFileSync(file, JSON.stringify(configuration));
const logged = (msg: string) => lines.filter((line) => line.msg.startsWith(msg));
const wrong = 'Configuration reload failed: ';
const stays = /\. The previous configuration stays in use\.$/;
const read = 'configuration reloaded';

beforeEach(() => {
  lines = [];
  changes = [];
  onChange = ({ accounts }) => void changes.push(Object.keys(accounts));
  write(one);
  followed = followConfiguration(loadConfiguration(environment, file), {
    logger: pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) }),
    onChange: (configuration) => onChange(configuration),
    checkEveryMs: 5,
  });
});
afterEach(() => followed.close());

test('a topic that a route names is known at once, without a restart', async () => {
  const topics = ['changeSet.succeeded'];
  write({ ...one, notices: { channels: ['log'], routes: [{ channels: ['log'] }, { channels: ['log'], topics }] } });
  await until(() => followed.configuration.accounts[first]?.topics);
  expect(followed.configuration.accounts[first]?.topics).toEqual(topics);
  write(one);
  await until(() => followed.configuration.accounts[first]?.topics === undefined || undefined);
});

test('an account that is added is there, and onChange is called once', async () => {
  write(both);
  await until(() => accountsNow().length === 2 || undefined);
  await until(() => changes.length > 0 || undefined);
  expect(followed.configuration.accounts[second]?.mode).toBe('auto');
  expect(changes).toEqual([[first, second]]);
  expect(logged(read)).toMatchObject([{ added: [second], removed: [], changed: [], policies: false }]);
});

test('a mounted ConfigMap is followed: the kubelet swaps a link to a folder, and the file stays a link into it', async () => {
  const mounted = join(folder, 'mounted');
  const version = (name: string, configuration: object): void => {
    mkdirSync(join(mounted, name), { recursive: true });
    writeFileSync(join(mounted, name, 'steward.yaml'), JSON.stringify(configuration));
    symlinkSync(name, join(mounted, '..data_tmp'));
    renameSync(join(mounted, '..data_tmp'), join(mounted, '..data'));
  };
  version('..2026_12_01', one);
  symlinkSync('..data/steward.yaml', join(mounted, 'steward.yaml'));
  const inCluster = followConfiguration(loadConfiguration(environment, join(mounted, 'steward.yaml')), {
    logger: pino({ level: 'silent' }),
    checkEveryMs: 5,
  });
  try {
    version('..2026_12_02', both);
    rmSync(join(mounted, '..2026_12_01'), { recursive: true });
    await until(() => inCluster.configuration.accounts[second]);
    expect(inCluster.configuration.accounts[second]?.mode).toBe('auto');
  } finally {
    inCluster.close();
  }
});

test('an account that is removed is gone, and a warning names it', async () => {
  write(both);
  await until(() => accountsNow().length === 2 || undefined);
  write(one);
  await until(() => accountsNow().length === 1 || undefined);
  expect(logged(read)).toMatchObject([{ added: [second] }, { removed: [second] }]);
  expect(logged('accounts removed')).toMatchObject([{ level: 40, removed: [second] }]);
});

test.each([
  ['none', {}],
  ['none that is there now', { [second]: { mode: 'auto' } }],
])('a file with accounts of which %s is left is refused', async (_name, accounts) => {
  write({ accounts });
  await until(() => logged(wrong).length > 0 || undefined);
  expect(accountsNow()).toEqual([first]);
  expect(logged(wrong)).toMatchObject([{ problems: [{ field: 'accounts' }] }]);
  expect(changes).toEqual([]);
  write(both);
  await until(() => accountsNow().length === 2 || undefined);
});

test('a file that is cut before what lets events in, merchants or channels is refused, and names all of them', async () => {
  const eventbridge = [{ header: 'x-api-key', valueVariable: 'KEY' }];
  const merchants = { merchant: { clientId: 'id', clientSecretVariable: 'KEY' } };
  const notices = { channels: { log: { type: 'log' }, pager: { type: 'pagerDuty', routingKeyVariable: 'KEY' } } };
  const whole = { ...one, merchants, notices, ingress: { credentials: { eventbridge } } };
  write(whole);
  await until(() => logged(read)[0]);
  write(one);
  await until(() => logged(wrong)[0]);
  expect(logged(wrong)).toMatchObject([
    { problems: [{ field: 'merchants' }, { field: 'ingress' }, { field: 'notices.channels' }] },
  ]);
  const { configuration } = followed;
  expect(configuration.ingress.credentials.eventbridge).toHaveLength(1);
  expect(Object.keys(configuration.notices.channels)).toEqual(['log', 'pager']);
  expect(Object.keys(configuration.merchants)).toEqual(['merchant']);
  // One kind of way in may take the place of the other.
  write({ ...whole, ingress: { credentials: { webhook: eventbridge } } });
  await until(() => followed.configuration.ingress.credentials.webhook.length === 1 || undefined);
  expect(followed.configuration.ingress.credentials.eventbridge).toEqual([]);
});

test.each([
  ['its role', { role: { arn: `arn:aws:iam::${first}:role/steward` } }],
  ['its catalogs', { catalogs: ['Other'] }],
  ['its kind', { kind: 'channelPartner' }],
  ['its protected classes', { protectedClasses: ['reach'] }],
  ['its key', { credentials: { accessKeyIdVariable: 'KEY_ID', secretAccessKeyVariable: 'KEY' } }],
])('of an account, %s changes', async (_name, change) => {
  write({ accounts: { [first]: { mode: 'observe', ...change } } });
  await until(() => logged(read).length > 0 || undefined);
  expect(followed.configuration.accounts[first]).toMatchObject(change);
  expect(logged(read)).toMatchObject([{ changed: [first] }]);
  expect(Object.keys(followed.configuration.accountCredentials)).toEqual('credentials' in change ? [first] : []);
  expect(JSON.stringify(lines)).not.toContain(secret);
});

test('credentials of senders, merchants and channels change', async () => {
  const credentials = { eventbridge: [{ header: 'x-api-key', valueVariable: 'KEY' }] };
  const merchants = { merchant: { clientId: 'id', clientSecretVariable: 'KEY' } };
  const notices = { channels: { log: { type: 'log' }, pager: { type: 'pagerDuty', routingKeyVariable: 'KEY' } } };
  write({ ...one, merchants, notices, ingress: { credentials, signatures: {} } });
  await until(() => logged(read)[0]);
  const { configuration } = followed;
  expect(logged(read)).toMatchObject([{ sections: ['merchants', 'notices', 'ingress.credentials'] }]);
  expect(configuration.merchants['merchant']?.clientSecret.reveal()).toBe(secret);
  expect(Object.keys(configuration.notices.channels)).toEqual(['log', 'pager']);
  expect(configuration.ingress.credentials.eventbridge).toMatchObject([{ header: 'x-api-key' }]);
  expect(logged('needs a restart')).toEqual([]);
  expect(JSON.stringify(lines)).not.toContain(secret);
});

test('a secret that a file holds is read again when the file changes', async () => {
  const keyFile = join(folder, 'key');
  followed.close();
  lines = [];
  const ingress = { credentials: { eventbridge: [{ header: 'x-api-key', valueVariable: 'SENDER' }] } };
  writeFileSync(keyFile, 'the first key of it\n');
  write({ ...one, ingress });
  followed = followConfiguration(
    loadConfiguration({ ...environment, SENDER_FILE: keyFile, NEXT_FILE: join(folder, 'next') }, file),
    {
      logger: pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) }),
      checkEveryMs: 5,
    },
  );
  const keyNow = () => {
    const [credential] = followed.configuration.ingress.credentials.eventbridge;
    return credential?.kind === 'header' ? credential.value.reveal() : undefined;
  };
  expect(keyNow()).toBe('the first key of it');
  writeFileSync(keyFile, 'short');
  await until(() => logged(wrong)[0]);
  expect(logged(wrong)).toMatchObject([{ problems: [{ field: 'SENDER' }] }]);
  rmSync(keyFile);
  await until(() => logged(wrong)[1]);
  expect(logged(wrong)[1]).toMatchObject({ problems: [{ field: 'SENDER_FILE' }] });
  expect(keyNow()).toBe('the first key of it');
  writeFileSync(keyFile, 'the second key of it');
  await until(() => keyNow() === 'the second key of it' || undefined);
  expect(logged(read)).toMatchObject([{ sections: ['ingress.credentials'] }]);
  // A file that is not there yet is reported once, and taken when it comes.
  const later = { credentials: { eventbridge: [{ header: 'x-api-key', valueVariable: 'NEXT' }] } };
  write({ ...one, ingress: later });
  await until(() => logged(wrong)[2]);
  write({ ...both, ingress: later });
  await until(() => logged(wrong)[3]);
  // Some more checks find the same.
  await pause(60);
  writeFileSync(join(folder, 'next'), 'the third key of it');
  await until(() => keyNow() === 'the third key of it' || undefined);
  expect(logged(wrong).slice(2)).toMatchObject([
    { problems: [{ field: 'NEXT_FILE' }] },
    { problems: [{ field: 'NEXT_FILE' }] },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/short|key of it/);
});

test('policies change', async () => {
  write({ ...one, policies: { changeSet: { freshForMs: 5 } } });
  await until(() => followed.configuration.policies.changeSet?.freshForMs === 5 || undefined);
  await until(() => changes.length > 0 || undefined);
  expect(logged(read)).toMatchObject([{ policies: true, added: [], removed: [], changed: [] }]);
});

test('a change counts though the time stamp and the size stand still', async () => {
  write({ accounts: { [first]: { mode: 'observe', kind: 'vendor' } }, policies: { quarantine: { keepMs: 5 } } });
  await until(() => followed.configuration.policies.quarantine?.keepMs === 5 || undefined);
  const { atime, mtime } = statSync(file);
  write({ accounts: { [first]: { mode: 'observe', kind: 'vendor' } }, policies: { quarantine: { keepMs: 6 } } });
  utimesSync(file, atime, mtime);
  await until(() => followed.configuration.policies.quarantine?.keepMs === 6 || undefined);
  expect(logged(read)).toHaveLength(2);
});

describe('a file that is wrong', () => {
  test.each([
    ['no YAML', '{', ['(file)']],
    ['empty', '', ['(file)']],
    ['comments only', '# accounts:\n', ['(file)']],
    ['null', 'null', ['(file)']],
    ['no setting', '{}', ['(file)']],
    ['one text', 'accounts', ['(file)']],
    ['an alias of nothing', `accounts: { '${first}': { mode: *observe } }`, ['(file)']],
    ['a merge of nothing', 'accounts: { <<: *all }', ['(file)']],
    ['an alias that holds itself', 'accounts: &a { x: *a }', ['accounts.x']],
    ['aliases by the million', aliasBomb, ['(file)']],
    ['deep nesting', '['.repeat(20_000), ['(file)']],
    ['an unknown tag', `accounts: { '${first}': { mode: !env MODE } }`, ['(file)']],
    ['two documents', 'accounts: {}\n---\naccounts: {}', ['(file)']],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]).toString('latin1'), ['(file)']],
    [
      'several fields',
      JSON.stringify({ accounts: { [second]: { mode: 'no' }, [first]: { mode: 'auto', kind: 'no' } } }),
      [`accounts.${first}.kind`, `accounts.${second}.mode`],
    ],
    [
      'a variable that is not set',
      JSON.stringify({
        accounts: {
          [second]: {
            mode: 'auto',
            credentials: { accessKeyIdVariable: 'KEY_ID', secretAccessKeyVariable: 'NOT_SET' },
          },
        },
      }),
      ['NOT_SET'],
    ],
    [
      'a route for an account that is gone',
      JSON.stringify({ notices: { routes: [{ channels: ['log'] }, { accounts: [first], channels: ['log'] }] } }),
      ['notices.routes[1].accounts[0]'],
    ],
  ])('changes nothing and is logged once, with every field at fault: %s', async (_name, text, fields) => {
    writeFileSync(file, text);
    await until(() => logged(wrong).length > 0 || undefined);
    const [line] = logged(wrong) as Array<Line & { problems: Array<{ field: string }> }>;
    expect(line?.problems.map(({ field }) => field).toSorted()).toEqual(fields);
    expect(line?.msg).toMatch(stays);
    expect(followed.configuration.accounts[first]?.mode).toBe('observe');

    writeFileSync(file, `${text} `);
    await until(() => logged(wrong).length > 1 || undefined);
    write(both);
    await until(() => accountsNow().length === 2 || undefined);
    // Each of the two contents once, though each was checked several times.
    expect(logged(wrong)).toHaveLength(2);
    expect(changes).toEqual([[first, second]]);
  });

  test.each([
    ['gone', () => undefined, 'the file cannot be read: there is no such file (ENOENT)'],
    [
      'in UTF-16',
      () => writeFileSync(file, '\u{feff}accounts: {}', 'utf16le'),
      'the file is not in UTF-8; save it as UTF-8',
    ],
    ['a folder', () => mkdirSync(file), 'expected a regular file'],
    ['a link to itself', () => symlinkSync(file, file), 'the file cannot be read: ELOOP'],
    ['a device without an end', () => symlinkSync('/dev/zero', file), 'expected a regular file'],
    ['too large', () => writeFileSync(file, '#'.repeat(5_000_000)), 'found 5000000 bytes, expected at most 4194304'],
  ])('one that is %s is a wrong one, and comes back', async (_name, put, message) => {
    rmSync(file);
    put();
    await until(() => logged(wrong).length > 0 || undefined);
    expect(logged(wrong)).toMatchObject([{ problems: [{ field: '(file)', message }] }]);
    expect(accountsNow()).toEqual([first]);
    rmSync(file, { recursive: true, force: true });
    write(one);
    await until(() => logged(read).length > 0 || undefined);
    expect(logged(wrong)).toHaveLength(1);
    expect(changes).toEqual([]);
  });
});

test('what is not followed stays as it was, and needs a restart', async () => {
  write({ ...both, webUiUrl: 'https://temporal.example.com', ingress: { port: 1 }, merchants: {} });
  await until(() => accountsNow().length === 2 || undefined);
  expect(logged('needs a restart to take effect: ingress.port, webUiUrl')).toMatchObject([
    { level: 40, sections: ['ingress.port', 'webUiUrl'] },
  ]);
  expect(followed.configuration.webUiUrl).toBeUndefined();
  expect(followed.configuration.ingress.port).toBe(8080);
});

test('changes are applied one after another, and one that fails does not stop the next', async () => {
  const { promise: held, reject } = Promise.withResolvers<void>();
  const seen: string[][] = [];
  onChange = ({ accounts }) => {
    seen.push(Object.keys(accounts));
    return seen.length === 1 ? held : undefined;
  };
  write(both);
  await until(() => seen.length === 1 || undefined);
  write(one);
  await until(() => accountsNow().length === 1 || undefined);
  expect(seen).toHaveLength(1);
  reject(new Error('Temporal is away'));
  await until(() => seen.length === 2 || undefined);
  expect(seen[1]).toEqual([first]);
  expect(logged('failed to apply a change of the configuration')).toMatchObject([
    { err: { message: 'Temporal is away' } },
  ]);
});

test('what is read of it early is not followed, what is read late is; closed, it follows no more', async () => {
  const { accounts } = followed.configuration;
  write(both);
  await until(() => accountsNow().length === 2 || undefined);
  expect(Object.keys(accounts)).toEqual([first]);
  followed.close();
  expect(accountsNow()).toEqual([first, second]);
});
