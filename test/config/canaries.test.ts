import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { ConfigurationError } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { loadEncryption } from '../../src/config/encryption.ts';
import type { SecretUse } from '../../src/config/secretUses.ts';

const folder = mkdtempSync(join(tmpdir(), 'canaries-'));
const file = join(folder, 'steward.yaml');
const toml = join(folder, 'temporal.toml');
afterAll(() => rmSync(folder, { recursive: true }));

/** Any two neighbours of it are found again, wherever it is cut. */
const canary = 'Zq7Zq8Zq9Zq7Zq8Zq9';
const sings = /Zq\d/;

const uses: readonly SecretUse[] = ['ingress', 'queues', 'merchants', 'accounts', 'notices', 'codecServer'];
const addresses = [
  `https://h.example/${canary}`,
  `https://u:${canary}@h.example/${canary}`,
  `http://h.example/${canary}?token=${canary}`,
  `https://${canary}.example/${canary}#${canary}`,
  `${canary}://h.example`,
  canary,
];
const values = [...addresses, `${canary}\n`, ` ${canary}`, `é${canary}`, `${canary.repeat(8)}`, `whsec_${canary}`];

/** A file with every secret and every address, each of which is what it is given. */
function document(at: (name: string) => unknown): object {
  const key = () => ({ accessKeyIdVariable: at('variable'), secretAccessKeyVariable: at('variable') });
  const bearer = {
    kind: 'bearer',
    issuer: at('text'),
    audience: at('text'),
    jwksUrl: at('url'),
    algorithms: ['RS256'],
  };
  const senders = [
    { header: 'x-key', valueVariable: at('variable') },
    { kind: 'basic', usernameVariable: at('variable'), passwordVariable: at('variable') },
    { kind: 'basic', username: at('text'), passwordVariable: at('variable') },
    bearer,
  ];
  const role = { arn: at('text'), externalId: at('text') };
  const hook = (type: string) => ({ type, urlVariable: at('variable') });
  return {
    accounts: { '111122223333': { mode: 'observe', credentials: key(), role } },
    merchants: { m: { clientId: at('text'), clientSecretVariable: at('variable') } },
    ingress: {
      credentials: { eventbridge: senders, webhook: senders },
      signatures: { webhook: { jwksUrl: at('url') } },
      sqs: { queues: [{ url: at('url'), region: 'us-east-1', credentials: key(), role }] },
    },
    endpoints: {
      marketplaceCatalog: at('url'),
      buyWithPrime: at('url'),
      securityTokenService: at('url'),
      simpleQueueService: at('url'),
    },
    notices: {
      channels: {
        hook: { type: 'webhook', url: at('url'), secretVariables: [at('variable')] },
        slack: hook('slack'),
        mattermost: hook('mattermost'),
        discord: hook('discord'),
        topic: { type: 'sns', topicArn: at('text'), endpoint: at('url'), credentials: key() },
        pager: { type: 'pagerDuty', url: at('url'), routingKeyVariable: at('variable') },
      },
    },
    webUiUrl: at('url'),
    encryption: { keys: [{ id: 'k', keyVariable: at('variable') }] },
    codecServer: { origins: [at('url')], credentials: senders, signIn: { passwordVariable: at('variable') } },
  };
}

/** Everything that an error of this configuration says; empty where it is taken. */
function saidOf(text: string, environment: NodeJS.ProcessEnv = {}): string {
  writeFileSync(file, text);
  const said: string[] = [];
  for (const load of [() => loadConfiguration(environment, file, uses), () => loadEncryption(environment, file)]) {
    try {
      load();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      said.push(error.message, JSON.stringify(error.problems));
    }
  }
  return said.join('\n');
}

const noProfile = { TEMPORAL_CONFIG_FILE: join(folder, 'none') };
const rightUrl = (name: string) => (name === 'url' ? `https://h.example/${canary}` : name === 'text' ? canary : 'KEY');

test('no error repeats what stands in the place of a secret’s name or of an address', () => {
  const place = fc.constantFrom(...values, 7_078_079);
  fc.assert(
    fc.property(fc.array(place, { minLength: 60, maxLength: 60 }), (all) => {
      let index = 0;
      const text = stringify(document(() => all[index++ % all.length]));
      const said = saidOf(text, noProfile);
      expect(said).not.toBe('');
      expect(said).not.toMatch(/Zq\d|7078079/);
    }),
    { numRuns: 60 },
  );
});

test('no error repeats the value of a variable, or of the file that it names', () => {
  const names = ['KEY', 'SLACK_URL'];
  const text = stringify(
    document((name) => (name === 'variable' ? 'KEY' : name === 'url' ? 'https://h.example' : 'x')),
  );
  const keyFile = join(folder, 'key');
  for (const value of values) {
    for (const name of names) expect(saidOf(text, { ...noProfile, [name]: value })).not.toMatch(sings);
    writeFileSync(keyFile, value);
    expect(saidOf(text, { ...noProfile, KEY_FILE: keyFile })).not.toMatch(sings);
  }
});

/** What a slip of the hand leaves: cuts, and characters that YAML reads in another way. */
const slip = fc.tuple(
  fc.nat(5_000),
  fc.nat(40),
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    ': ',
    ':',
    '- ',
    '*',
    '&',
    '!',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '#',
    '|',
    '%',
    '@',
    '? ',
    '<<: ',
    '\\',
  ),
);

test('no error repeats a line of a file that is no YAML, or has something in a wrong place', () => {
  const block = stringify(document(rightUrl));
  const flow = JSON.stringify(document(rightUrl));
  let wrong = 0;
  fc.assert(
    fc.property(fc.constantFrom(block, flow), fc.array(slip, { minLength: 1, maxLength: 4 }), (text, slips) => {
      const slipped = slips.reduce((left, [at, cut, put]) => {
        const from = at % left.length;
        return `${left.slice(0, from)}${put}${left.slice(from + cut)}`;
      }, text);
      const said = saidOf(slipped, noProfile);
      if (said !== '') wrong += 1;
      expect(said).not.toMatch(sings);
    }),
    { numRuns: 500 },
  );
  expect(wrong).toBeGreaterThan(400);
});

test.each([
  `api_key "${canary}"`,
  `[profile.default]\napi_key = ${canary}`,
  `[profile.default]\n${canary} = 1`,
  `[profile.default]\napi_key = "${canary}`,
  `[profile.default.tls]\nclient_key_data = "${canary}"\nclient_key_path = "${canary}"`,
])('nor of Temporal’s own file: %s', (text) => {
  writeFileSync(toml, text);
  expect(saidOf('accounts: {}', { TEMPORAL_CONFIG_FILE: toml })).not.toMatch(sings);
});

test('nor a variable of Temporal’s', () => {
  const names = ['ADDRESS', 'API_KEY', 'TLS', 'TLS_CLIENT_KEY_DATA', 'TLS_CLIENT_KEY_PATH', 'PROFILE', 'GRPC_META_X'];
  for (const name of names) {
    const others = name === 'TLS_CLIENT_KEY_PATH' ? { TEMPORAL_TLS_CLIENT_KEY_DATA: canary } : {};
    const environment = { ...noProfile, ...others, [`TEMPORAL_${name}`]: canary };
    expect(saidOf('accounts: {}', environment)).not.toMatch(sings);
  }
});
