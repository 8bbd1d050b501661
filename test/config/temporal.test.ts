import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../../src/config/load.ts';
import { loadTemporalConfiguration, webUiOf } from '../../src/config/temporal.ts';

const folder = mkdtempSync(join(tmpdir(), 'temporal-variables-'));
afterAll(() => rmSync(folder, { recursive: true }));
const none = { TEMPORAL_CONFIG_FILE: join(folder, 'none') };
const file = join(folder, 'steward.yaml');

test.each([
  ['team.a1b2c.tmprl.cloud:7233', {}, true],
  ['us-east-1.aws.api.temporal.io:7233', {}, true],
  ['10.0.0.7:7233', { TEMPORAL_TLS_SERVER_NAME: 'team.a1b2c.tmprl.cloud' }, true],
  ['temporal.example.com:7233', {}, false],
  ['tmprl.cloud.example.com:7233', {}, false],
  ['nottmprl.cloud:7233', {}, false],
])('%s with %j is Temporal Cloud: %s', (TEMPORAL_ADDRESS, variables, isCloud) => {
  const temporal = loadTemporalConfiguration({ ...none, TEMPORAL_ADDRESS, ...variables });
  expect(temporal.isCloud).toBe(isCloud);
  expect(webUiOf(temporal)).toBe(isCloud ? 'https://cloud.temporal.io' : undefined);
});

test('a profile, the environment and the command line, each before the one before it', () => {
  const profile = join(folder, 'temporal.toml');
  writeFileSync(profile, '[profile.team]\naddress = "one:1"\nnamespace = "one"\napi_key = "key"\n');
  const environment = { TEMPORAL_CONFIG_FILE: profile, TEMPORAL_PROFILE: 'team' };
  expect(loadTemporalConfiguration(environment)).toMatchObject({
    connectionOptions: { address: 'one:1', apiKey: 'key', tls: true, metadata: { 'temporal-namespace': 'one' } },
    namespace: 'one',
  });
  const two = { ...environment, TEMPORAL_NAMESPACE: 'two' };
  expect(loadTemporalConfiguration(two)).toMatchObject({ connectionOptions: { address: 'one:1' }, namespace: 'two' });
  expect(loadTemporalConfiguration(two, { address: 'three:3', namespace: 'three' })).toMatchObject({
    connectionOptions: { address: 'three:3', apiKey: 'key', metadata: { 'temporal-namespace': 'three' } },
    namespace: 'three',
  });
});

test('links go to Temporal Cloud where Temporal is there and the file names no other Web UI', () => {
  const environment = { ...none, TEMPORAL_ADDRESS: 'team.a1b2c.tmprl.cloud:7233' };
  writeFileSync(file, 'accounts: {}');
  expect(loadConfiguration(environment, file).webUiUrl).toBe('https://cloud.temporal.io');
  expect(loadConfiguration(environment, file, [], { address: 'localhost:7233' }).webUiUrl).toBeUndefined();
  expect(loadConfiguration(none, file).webUiUrl).toBeUndefined();
  writeFileSync(file, 'accounts: {}\nwebUiUrl: https://temporal.example.com\n');
  expect(loadConfiguration(environment, file).webUiUrl).toBe('https://temporal.example.com');
});

test('an API key, or a header in its place, goes in clear to this machine alone', () => {
  const inClear = { ...none, TEMPORAL_TLS: 'false' };
  const key = { TEMPORAL_API_KEY: 'hunter2' };
  const header = { TEMPORAL_GRPC_META_AUTHORIZATION: 'hunter2' };
  for (const secret of [key, header]) {
    for (const TEMPORAL_ADDRESS of ['localhost:7233', '127.0.0.1:7233', '[::1]:7233']) {
      expect(() => loadTemporalConfiguration({ ...inClear, ...secret, TEMPORAL_ADDRESS })).not.toThrow();
    }
    const there = { ...inClear, ...secret, TEMPORAL_ADDRESS: 'temporal.example.com:7233' };
    expect(() => loadTemporalConfiguration(there)).toThrow(/TEMPORAL_TLS: .*expected TLS/);
    expect(() => loadTemporalConfiguration(there)).not.toThrow('hunter2');
    expect(() => loadTemporalConfiguration({ ...there, TEMPORAL_TLS: 'true' })).not.toThrow();
  }
  expect(() => loadTemporalConfiguration({ ...inClear, TEMPORAL_ADDRESS: 'temporal.example.com:7233' })).not.toThrow();
});

test('each file of a certificate that cannot be read is named by its variable, with what mends it', () => {
  const there = join(folder, 'there.pem');
  writeFileSync(there, 'text');
  const environment = {
    ...none,
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_CLIENT_CERT_PATH: there,
    TEMPORAL_TLS_CLIENT_KEY_PATH: join(folder, 'no-such.key'),
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: folder,
  };
  const load = () => loadTemporalConfiguration(environment);
  expect(load).toThrow(
    /TEMPORAL_TLS_CLIENT_KEY_PATH: the file cannot be read: there is no such file.*Correct the path/,
  );
  expect(load).toThrow(/TEMPORAL_TLS_SERVER_CA_CERT_PATH: expected a regular file/);
  expect(load).toThrow(/^(?![^]*TEMPORAL_TLS_CLIENT_CERT_PATH:)/);
});
