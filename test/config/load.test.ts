import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigurationError } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
const file = join(folder, 'steward.yaml');
// No file of the machine's user: only what the test gives.
const noProfile = { TEMPORAL_CONFIG_FILE: join(folder, 'no-such.toml') };
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string, environment: NodeJS.ProcessEnv = {}) {
  writeFileSync(file, text);
  return loadConfiguration({ ...noProfile, ...environment }, file);
}

function errorOf(text: string, environment: NodeJS.ProcessEnv = {}): ConfigurationError {
  try {
    load(text, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the configuration was taken');
}

const fieldsOf = (error: ConfigurationError): readonly string[] => error.problems.map(({ field }) => field);

describe('what is right', () => {
  test('a full file with its secrets', () => {
    const configuration = load(
      `
accounts:
  012345678901: { mode: observe }
  123456789012: { mode: auto, catalogs: [AWSMarketplace, Other], kind: channelPartner, protectedClasses: [withdraw, reach] }
merchants:
  business-product-id: { clientId: client, clientSecretVariable: MERCHANT_SECRET }
ingress:
  host: 0.0.0.0
  port: 0
  credentials:
    eventbridge:
      - { header: X-Api-Key, valueVariable: NEW_KEY }
      - { header: x-api-key, valueVariable: OLD_KEY }
endpoints: { marketplaceCatalog: "http://127.0.0.1:9000" }
policies: { changeSet: { retryBackOffMs: [100, 200] }, securityCase: { timeZone: Europe/Berlin } }
webUiUrl: https://temporal.example.com
`,
      {
        MERCHANT_SECRET: 's1',
        NEW_KEY: 'the new key of a sender',
        OLD_KEY: 'the old key of a sender',
        TEMPORAL_ADDRESS: 'host:1',
        TEMPORAL_NAMESPACE: 'ns',
      },
    );
    // A key read as a number would have lost its zero.
    expect(configuration.accounts['012345678901']).toEqual({
      mode: 'observe',
      catalogs: ['AWSMarketplace'],
      kind: 'vendor',
      dailyCap: 50,
    });
    expect(configuration.accounts['123456789012']?.protectedClasses).toEqual(['withdraw', 'reach']);
    expect(configuration.merchants['business-product-id']?.clientSecret.reveal()).toBe('s1');
    const { eventbridge, webhook } = configuration.ingress.credentials;
    expect(eventbridge.map((one) => one.kind === 'header' && [one.header, one.value.reveal()])).toEqual([
      ['x-api-key', 'the new key of a sender'],
      ['x-api-key', 'the old key of a sender'],
    ]);
    expect(webhook).toEqual([]);
    expect(configuration.policies).toEqual({
      changeSet: { retryBackOffMs: [100, 200] },
      securityCase: { timeZone: 'Europe/Berlin' },
    });
    expect(configuration.temporal).toMatchObject({ connectionOptions: { address: 'host:1' }, namespace: 'ns' });
  });

  test('a file without accounts has loopback, no account and no policy of its own', () => {
    expect(load('accounts: {}')).toMatchObject({
      accounts: {},
      merchants: {},
      ingress: { host: '127.0.0.1', port: 8080, credentials: { eventbridge: [], webhook: [] } },
      policies: {},
      notices: { channels: { log: { type: 'log' } }, routes: [{ channels: ['log'], showBuyers: false }] },
      temporal: { namespace: 'default' },
    });
  });

  test.each(['create', 'set', 'add', 'reach', 'withdraw', 'policy'])('an account can protect the class %s', (one) => {
    const { accounts } = load(`accounts: { 123456789012: { mode: auto, protectedClasses: [withdraw, ${one}] } }`);
    expect(accounts['123456789012']?.protectedClasses).toEqual(['withdraw', one]);
  });

  test('STEWARD_CONFIG names the file', () => {
    writeFileSync(file, 'ingress: { port: 1234 }');
    expect(loadConfiguration({ ...noProfile, STEWARD_CONFIG: file }).ingress.port).toBe(1234);
    expect(() => loadConfiguration(noProfile)).toThrow('STEWARD_CONFIG');
  });

  test('an account’s own access key, by the variables that hold it', () => {
    const { accountCredentials } = load(
      'accounts: { 123456789012: { mode: auto, credentials: { accessKeyIdVariable: KEY_ID, secretAccessKeyVariable: KEY } },' +
        ' 123456789013: { mode: auto } }',
      { KEY_ID: 'id', KEY: 'key' },
    );
    expect(Object.keys(accountCredentials)).toEqual(['123456789012']);
    const own = accountCredentials['123456789012'];
    expect([own?.accessKeyId.reveal(), own?.secretAccessKey.reveal()]).toEqual(['id', 'key']);
  });

  test('a process that needs no secrets is given none', () => {
    writeFileSync(
      file,
      'accounts: { 123456789012: { mode: auto, credentials: { accessKeyIdVariable: NO, secretAccessKeyVariable: NOT } } }\n' +
        'merchants: { m: { clientId: c, clientSecretVariable: NOT_SET } }\n' +
        'ingress: { credentials: { eventbridge: [{ header: x, valueVariable: NOT_SET_EITHER }] } }',
    );
    const configuration = loadConfiguration(noProfile, file, []);
    expect(configuration.merchants).toEqual({});
    expect(configuration.accountCredentials).toEqual({});
    expect(configuration.ingress.credentials.eventbridge).toEqual([]);
  });
});

describe('what is wrong', () => {
  test('every field at fault is named at once, with what was found and what is right', () => {
    const error = errorOf(`
accounts:
  "12345": { mode: auto }
  123456789012: { kind: vendor }
  123456789013: { mode: yes please, protectedClasses: [withdrawal] }
ingress: { port: 70000, tls: true }
policies: { changeSet: { freshForMs: -1 }, offerWatch: { beforeEndMs: [1, 2] }, securityCase: { timeZone: Moon }, reconcile: { everyMs: 1500, overlapMs: -1 } }
metrics: { prometheusAddress: "localhost:9464" }
polices: {}
`);
    expect(fieldsOf(error).toSorted()).toEqual([
      'accounts.12345',
      'accounts.123456789012.mode',
      'accounts.123456789013.mode',
      'accounts.123456789013.protectedClasses[0]',
      'ingress.port',
      'ingress.tls',
      'metrics.prometheusAddress',
      'polices',
      'policies.changeSet.freshForMs',
      'policies.offerWatch.beforeEndMs',
      'policies.reconcile.everyMs',
      'policies.reconcile.overlapMs',
      'policies.securityCase.timeZone',
    ]);
    expect(error.message).toContain('accounts.123456789012.mode: found nothing, expected');
    expect(error.message).toContain('found a text of 10 characters, expected');
    expect(error.message).toMatch(/observe.*approve.*auto/);
    expect(error.message).toContain('12 digits');
  });

  test('an approval by two operators, which nobody could check, is refused with the reason', () => {
    const account = (approval: string) => `accounts: { 123456789012: { mode: auto, approval: ${approval} } }`;
    expect(load(account('onePerson')).accounts['123456789012']?.approval).toBe('onePerson');
    expect(errorOf(account('twoPeople')).message).toContain(
      'accounts.123456789012.approval: found "twoPeople", expected onePerson: the steward cannot distinguish two operators',
    );
  });

  test.each(['0.0.0.0', '::', '10.1.2.3', 'ingress.example.com'])(
    'a host that others reach, %s, needs a credential',
    (host) => {
      expect(fieldsOf(errorOf(`ingress: { host: "${host}" }`))).toEqual(['ingress.credentials']);
    },
  );

  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('the loopback host %s needs none', (host) => {
    expect(load(`ingress: { host: "${host}" }`).ingress.host).toBe(host);
  });

  test.each(['127.0.0.1:9464', '0.0.0.0:65535', '[::1]:1'])('metrics can be offered at %s', (address) => {
    expect(load(`metrics: { prometheusAddress: "${address}" }`).metrics).toEqual({ prometheusAddress: address });
    expect(load('accounts: {}').metrics).toEqual({});
  });

  test.each([
    '9464',
    ':9464',
    '127.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '::1:9464',
    '[127.0.0.1]:9464',
    '1.2.3:1',
  ])('metrics cannot be offered at %s', (address) => {
    const error = errorOf(`metrics: { prometheusAddress: "${address}" }`);
    expect(fieldsOf(error)).toEqual(['metrics.prometheusAddress']);
    expect(error.message).toContain('127.0.0.1:9464');
  });

  test('all missing secrets are named by their variables; an empty one is missing', () => {
    const text = `
merchants: { m: { clientId: c, clientSecretVariable: MERCHANT_SECRET } }
ingress: { credentials: { webhook: [{ header: authorization, valueVariable: WEBHOOK_AUTHORIZATION }] } }
accounts: { 123456789012: { mode: auto, credentials: { accessKeyIdVariable: KEY_ID, secretAccessKeyVariable: KEY } } }
`;
    const error = errorOf(text, { MERCHANT_SECRET: '', KEY_ID: 'id' });
    expect(fieldsOf(error).toSorted()).toEqual(['KEY', 'MERCHANT_SECRET', 'WEBHOOK_AUTHORIZATION']);
    expect(error.message).toContain('merchants.m.clientSecretVariable');
    expect(error.message).toContain('accounts.123456789012.credentials.secretAccessKeyVariable');
  });

  test('half an access key', () => {
    const error = errorOf('accounts: { 123456789012: { mode: auto, credentials: { accessKeyIdVariable: KEY_ID } } }');
    expect(fieldsOf(error)).toEqual(['accounts.123456789012.credentials.secretAccessKeyVariable']);
  });

  test('a secret pasted where its variable belongs is not repeated', () => {
    const error = errorOf('merchants: { m: { clientId: c, clientSecretVariable: hunter2-Secret } }');
    expect(fieldsOf(error)).toEqual(['merchants.m.clientSecretVariable']);
    expect(error.message).not.toContain('hunter2');
  });

  test.each([
    ['no such file', undefined, /cannot be read: there is no such file \(ENOENT\)/],
    ['no YAML', 'accounts: [\nsecret: hunter2', /invalid YAML: .*line/],
    ['a key twice', 'accounts: {}\naccounts: {}', /invalid YAML: .*unique/],
    ['a list', '- accounts', /found a list of 1, expected/],
    ['an alias of nothing', 'accounts: *all', /invalid YAML: found an alias whose anchor does not stand before it$/],
    ['an empty file', ' \n# accounts\n', /An empty file is not a configuration/],
  ])('%s', (_name, text, message) => {
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    expect(() => loadConfiguration(noProfile, file)).toThrow(message);
    expect(() => loadConfiguration(noProfile, file)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });

  test('Temporal’s own file, where it cannot be read', () => {
    writeFileSync(file, 'accounts: {}');
    const broken = join(folder, 'temporal.toml');
    writeFileSync(broken, '[profile.default\n');
    expect(() => loadConfiguration({ TEMPORAL_CONFIG_FILE: broken }, file)).toThrow(ConfigurationError);
  });
});

test('a configuration shows no secret, however it is printed', () => {
  const configuration = load('merchants: { m: { clientId: c, clientSecretVariable: MERCHANT_SECRET } }', {
    MERCHANT_SECRET: 'hunter2',
  });
  const secret = configuration.merchants['m']?.clientSecret;
  for (const shown of [JSON.stringify(configuration), inspect(configuration, { depth: null }), `${String(secret)}`]) {
    expect(shown).toContain('MERCHANT_SECRET');
    expect(shown).not.toContain('hunter2');
  }
});
