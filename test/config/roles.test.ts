import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, type ConfigurationProblem } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'roles-'));
const file = join(folder, 'steward.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const account = '123456789012';
const arn = `arn:aws:iam::${account}:role/steward`;

function load(configuration: object, environment: NodeJS.ProcessEnv = {}) {
  writeFileSync(file, JSON.stringify(configuration));
  return loadConfiguration({ TEMPORAL_CONFIG_FILE: join(folder, 'none'), ...environment }, file);
}

function problemsOf(role: unknown): readonly ConfigurationProblem[] {
  try {
    load({ accounts: { [account]: { mode: 'observe', role } } });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was taken');
}

test('an account has all that a seller may say of it', () => {
  const configured = {
    mode: 'approve',
    kind: 'privateMarketplaceAdministrator',
    catalogs: ['AWSMarketplace', 'Other'],
    dailyCap: 3,
    protectedClasses: ['withdraw', 'create'],
    role: { arn, externalId: 'an:external/id' },
    credentials: { accessKeyIdVariable: 'KEY_ID', secretAccessKeyVariable: 'KEY' },
  };
  const { accounts, accountCredentials, notices, endpoints } = load(
    {
      accounts: { [account]: configured },
      endpoints: { securityTokenService: 'http://127.0.0.1:9000' },
      notices: {
        channels: { log: { type: 'log' }, pager: { type: 'pagerDuty', routingKeyVariable: 'ROUTING' } },
        routes: [{ channels: ['log'] }, { accounts: [account], channels: ['pager'] }],
      },
    },
    { KEY_ID: 'id', KEY: 'key', ROUTING: 'r'.repeat(32) },
  );
  expect(accounts).toEqual({ [account]: configured });
  expect(accountCredentials[account]?.secretAccessKey.reveal()).toBe('key');
  expect(notices.routes[1]).toMatchObject({ accounts: [account], channels: ['pager'] });
  expect(endpoints).toEqual({ securityTokenService: 'http://127.0.0.1:9000' });
});

test.each([
  arn,
  `arn:aws:iam::${account}:role/teams/marketplace/steward@1`,
  `arn:aws-us-gov:iam::${account}:role/steward`,
])('a role is %s', (right) => {
  expect(load({ accounts: { [account]: { mode: 'observe', role: { arn: right } } } }).accounts[account]?.role).toEqual({
    arn: right,
  });
});

test.each([
  ['a user', `arn:aws:iam::${account}:user/steward`],
  ['a session of a role', `arn:aws:sts::${account}:assumed-role/steward/x`],
  ['an account', account],
  ['a role without a name', `arn:aws:iam::${account}:role/`],
  ['nothing', undefined],
])('%s is no role', (_name, wrong) => {
  expect(problemsOf({ arn: wrong })).toEqual([
    {
      field: `accounts.${account}.role.arn`,
      message: expect.stringContaining('expected the ARN of an IAM role: arn:aws:iam::<12 digits>:role/<name>'),
    },
  ]);
});

test('the role of another account is refused: it would act on somebody else’s catalog', () => {
  expect(problemsOf({ arn: 'arn:aws:iam::999988887777:role/steward' })).toEqual([
    {
      field: `accounts.${account}.role.arn`,
      message: expect.stringMatching(/^found a text of 38 characters, expected .*of account 123456789012/),
    },
  ]);
});

test.each(['x', 'with a space', 'umläut-is-none', 'a'.repeat(1_225)])(
  '%s is no external id, and is not repeated',
  (externalId) => {
    const [problem, ...others] = problemsOf({ arn, externalId });
    expect(others).toEqual([]);
    expect(problem?.field).toBe(`accounts.${account}.role.externalId`);
    expect(problem?.message).toMatch(/^found a text of \d+ characters, expected 2 to 1,224 characters/);
  },
);

test.each(['ab', 'a'.repeat(1_224), 'A0_+=,.@:/-'])('%s is an external id', (externalId) => {
  const { accounts } = load({ accounts: { [account]: { mode: 'observe', role: { arn, externalId } } } });
  expect(accounts[account]?.role).toEqual({ arn, externalId });
});

test('what nobody needs is no setting: sessions last an hour and are renewed', () => {
  expect(problemsOf({ arn, durationSeconds: 900, sessionName: 'x' }).map(({ field }) => field)).toEqual([
    `accounts.${account}.role.durationSeconds`,
    `accounts.${account}.role.sessionName`,
  ]);
});
