import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../../src/config/load.ts';
import { secretsOf } from '../../src/config/secretUses.ts';
import { queueNames } from '../../src/workflows/shared/taskQueues.ts';

const folder = mkdtempSync(join(tmpdir(), 'worker-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'steward.yaml');
const none = { TEMPORAL_CONFIG_FILE: join(folder, 'none') };

test('slots and cache: what the file says, and defaults for the rest', () => {
  writeFileSync(file, 'accounts: {}');
  const defaults = { workflows: 100, aws: 500, buyWithPrime: 100, notices: 100 };
  expect(loadConfiguration(none, file).worker).toEqual({ slots: defaults });
  writeFileSync(file, 'accounts: {}\nworker: { cachedWorkflows: 20, slots: { aws: 7 } }\n');
  expect(loadConfiguration(none, file).worker).toEqual({ cachedWorkflows: 20, slots: { ...defaults, aws: 7 } });
});

test.each([
  ['slots: { aws: 0 }', /worker\.slots\.aws: found number 0, expected a whole number from 1 to 10000/],
  ['slots: { notices: 1.5 }', /worker\.slots\.notices/],
  ['slots: { sns: 4 }', /worker\.slots\.sns/],
  ['cachedWorkflows: many', /worker\.cachedWorkflows/],
])('%s is refused', (text, message) => {
  writeFileSync(file, `accounts: {}\nworker: { ${text} }\n`);
  expect(() => loadConfiguration(none, file)).toThrow(message);
});

const secrets = {
  workflows: {},
  aws: { AWS_ID: 'AKIA', AWS_SECRET: 'secret' },
  buyWithPrime: { MERCHANT_SECRET: 'secret' },
  notices: { SLACK_URL: 'https://hooks.slack.com/services/T0/B0/x' },
};

describe.each(queueNames)('a worker of %s', (queue) => {
  beforeEach(() =>
    writeFileSync(
      file,
      `
accounts:
  "123456789012":
    mode: observe
    credentials: { accessKeyIdVariable: AWS_ID, secretAccessKeyVariable: AWS_SECRET }
merchants: { bp-1: { clientId: id, clientSecretVariable: MERCHANT_SECRET } }
notices: { channels: { team: { type: slack, urlVariable: SLACK_URL } }, routes: [{ channels: [team] }] }
ingress: { credentials: { eventbridge: [{ header: x-api-key, valueVariable: SENDER_KEY }] } }
`,
    ),
  );

  test('needs its own secrets, and holds no other', () => {
    const everything = Object.assign({ ...none }, ...Object.values(secrets));
    const { accountCredentials, merchants, notices } = loadConfiguration(everything, file, secretsOf([queue]));
    const held = [accountCredentials, merchants, notices.channels].map((one) => Object.keys(one).length > 0);
    expect(held).toEqual([queue === 'aws', queue === 'buyWithPrime', queue === 'notices']);
    expect(() => loadConfiguration({ ...none, ...secrets[queue] }, file, secretsOf([queue]))).not.toThrow();
  });

  test('names those of its own that are missing', () => {
    const others = Object.assign({ ...none }, ...queueNames.filter((one) => one !== queue).map((one) => secrets[one]));
    const load = () => loadConfiguration(others, file, secretsOf([queue]));
    const own = Object.keys(secrets[queue]);
    const problem = () => {
      try {
        load();
        return '';
      } catch (error) {
        return String(error);
      }
    };
    expect(own.filter((name) => !problem().includes(name))).toEqual([]);
  });
});
