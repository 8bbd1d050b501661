import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfiguration } from '../../../src/config/load.ts';
import { demoConfiguration, demoEnvironment, neutralEnvironment, newSecrets } from '../src/configuration.ts';
import { demoCallsPerSecond, demoRole } from '../src/accountConfiguration.ts';
import { foundAccounts, securityAccounts, settlingMs } from '../src/scenarios/scenario.ts';
import { vendorQuotas } from '../../../src/quotas/catalogQuotas.ts';

const addresses = {
  temporal: '127.0.0.1:7233',
  namespace: 'default',
  ui: 'http://127.0.0.1:8233',
  catalogSimulator: 'http://127.0.0.1:8091',
  buyWithPrimeSimulator: 'http://127.0.0.1:8092',
  tokenServiceSimulator: 'http://127.0.0.1:8093',
  ingressPort: 8080,
  receivers: {
    url: 'http://127.0.0.1:5',
    topicEndpoint: 'http://127.0.0.1:6',
    topicArn: 'arn:aws:sns:us-east-1:000000000000:notices.fifo',
  },
};
const folder = mkdtempSync(join(tmpdir(), 'steward-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the file is one that worker and ingress take, with the secrets from the environment', () => {
  const secrets = newSecrets();
  const file = join(folder, 'steward.yaml');
  writeFileSync(file, stringify(demoConfiguration(addresses, secrets)));
  const configuration = loadConfiguration(demoEnvironment(addresses, secrets), file);
  expect(configuration.temporal).toMatchObject({ connectionOptions: { address: addresses.temporal } });
  expect(configuration.ingress.port).toBe(8080);
  const [credential] = configuration.ingress.credentials.eventbridge;
  expect(credential?.kind === 'header' && credential.value.reveal()).toBe(secrets.credentials.eventbridge.value);
  expect(configuration.merchants['demo-business-product']?.clientSecret.reveal()).toBe(secrets.merchant.clientSecret);
});

function loaded() {
  const secrets = newSecrets();
  const file = join(folder, 'steward.yaml');
  writeFileSync(file, stringify(demoConfiguration(addresses, secrets)));
  const environment = demoEnvironment(addresses, secrets);
  return { environment, ...loadConfiguration(environment, file) };
}

test('each account has a mode of its own', () => {
  const { accounts } = loaded();
  const modes = Object.fromEntries(Object.entries(accounts).map(([account, { mode }]) => [account, mode]));
  expect(modes).toEqual({
    '123456789012': 'auto',
    '987654321098': 'approve',
    '444433332222': 'auto',
    '444455556666': 'observe',
    '111122223333': 'auto',
    [foundAccounts.backfilled]: 'auto',
    [foundAccounts.unheard]: 'auto',
    ...Object.fromEntries(Object.values(securityAccounts).map((account) => [account, 'observe'])),
  });
});

test('accounts are spoken for by the chain’s key, a role that it assumes, or a key of their own', () => {
  const { accounts, accountCredentials, environment } = loaded();
  const [first = '', ...others] = Object.keys(accounts);
  expect(environment['AWS_ACCESS_KEY_ID']).toBe(`SIM${first}`);
  const withKeys = others.filter((account) => account !== foundAccounts.unheard);
  const ids = withKeys.map((account) => accountCredentials[account]?.accessKeyId.reveal());
  expect(ids).toEqual(withKeys.map((account) => `SIM${account}`));
  expect(accounts[foundAccounts.unheard]).toMatchObject({ role: demoRole });
  expect(accountCredentials[foundAccounts.unheard]).toBeUndefined();
});

test('every account may call as often as the simulated vendor lets it, and no less than the real one', () => {
  const { accounts } = loaded();
  for (const { callsPerSecond } of Object.values(accounts)) expect(callsPerSecond).toEqual(demoCallsPerSecond);
  for (const operation of ['ListChangeSets', 'DescribeChangeSet'] as const) {
    expect(demoCallsPerSecond[operation]).toBeGreaterThanOrEqual(vendorQuotas[operation]);
  }
});

test('lost events are checked for as often as in production: rows would fill the list of the Web UI else', () => {
  expect(loaded().policies.reconcile).toEqual({ settlingMs });
});

test('the file holds no secret', () => {
  const secrets = newSecrets();
  const text = stringify(demoConfiguration(addresses, secrets));
  for (const secret of [secrets.credentials.eventbridge.value, secrets.credentials['webhook'].value]) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toContain(secrets.merchant.clientSecret);
  for (const secret of Object.values(secrets.receivers)) expect(text).not.toContain(secret);
});

test('every start has its own secrets, and each envelope its own key', () => {
  const [one, other] = [newSecrets(), newSecrets()];
  const keys = [one, other].flatMap(({ credentials, merchant }) => [
    credentials.eventbridge.value,
    credentials['webhook'].value,
    merchant.clientSecret,
  ]);
  expect(new Set(keys).size).toBe(6);
  expect(keys.every((key) => key.length >= 43)).toBe(true);
});

test('nothing of the machine’s own accounts and servers reaches worker and ingress', () => {
  const own = {
    PATH: '/bin',
    AWS_PROFILE: 'company',
    TEMPORAL_ADDRESS: 'company:7233',
    STEWARD_CONFIG: '/etc/real.yaml',
  };
  expect(neutralEnvironment(own, '/cache')).toEqual({ PATH: '/bin', NODE_COMPILE_CACHE: '/cache' });
});
