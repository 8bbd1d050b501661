import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { parse, stringify } from 'yaml';
import { ConfigurationError } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import type { SecretUse } from '../../src/config/secretUses.ts';

const folder = mkdtempSync(join(tmpdir(), 'ingress-credentials-'));
const file = join(folder, 'steward.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const environment = {
  TEMPORAL_CONFIG_FILE: join(folder, 'none'),
  NEW_KEY: 'hunter2-the-new-key',
  OLD_KEY: 'hunter2-the-old-key',
  PASSWORD: 'hunter2:a password',
  USER_NAME: 'buy with prime',
};

function load(ingress: object, more: NodeJS.ProcessEnv = {}, uses?: readonly SecretUse[]) {
  writeFileSync(file, stringify({ ingress }));
  return loadConfiguration({ ...environment, ...more }, file, uses).ingress;
}

function errorOf(ingress: object, more: NodeJS.ProcessEnv = {}): ConfigurationError {
  try {
    load(ingress, more);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the configuration was taken');
}

const webhook = (...credentials: object[]) => ({ credentials: { webhook: credentials } });
const bearer = {
  kind: 'bearer',
  issuer: 'https://issuer.example.com',
  audience: 'steward',
  jwksUrl: 'https://issuer.example.com/jwks.json',
  algorithms: ['RS256'],
};

describe('what is right', () => {
  test('a file from before there were kinds goes on as it was', () => {
    const { credentials, signatures } = load(
      webhook({ header: 'X-Api-Key', valueVariable: 'NEW_KEY' }, { header: 'x-api-key', valueVariable: 'OLD_KEY' }),
    );
    expect(credentials['webhook'].map((one) => one.kind === 'header' && [one.header, one.value.reveal()])).toEqual([
      ['x-api-key', 'hunter2-the-new-key'],
      ['x-api-key', 'hunter2-the-old-key'],
    ]);
    expect(credentials.eventbridge).toEqual([]);
    expect(signatures).toEqual({});
  });

  test('every kind, several at once, on both envelopes', () => {
    const list = [
      { kind: 'header', header: 'x-api-key', valueVariable: 'NEW_KEY' },
      { kind: 'basic', username: 'ännchen', passwordVariable: 'PASSWORD' },
      { kind: 'basic', usernameVariable: 'USER_NAME', passwordVariable: 'OLD_KEY' },
      bearer,
      { ...bearer, algorithms: ['ES256', 'EdDSA'], scope: 'events/write', subject: 's', clockToleranceSeconds: 0 },
    ];
    const { credentials } = load({ credentials: { eventbridge: list, webhook: list } });
    for (const envelope of [credentials.eventbridge, credentials['webhook']]) {
      const shown = envelope.map((one) => {
        if (one.kind === 'bearer') return one;
        return one.kind === 'basic' ? one.userPass.reveal() : one.value.reveal();
      });
      expect(shown).toEqual([
        'hunter2-the-new-key',
        'ännchen:hunter2:a password',
        'buy with prime:hunter2-the-old-key',
        { ...bearer, clockToleranceSeconds: 10 },
        { ...bearer, algorithms: ['ES256', 'EdDSA'], scope: 'events/write', subject: 's', clockToleranceSeconds: 0 },
      ]);
    }
  });

  test('the examples of the documentation', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'ingress.md'), 'utf8');
    const examples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => parse(text ?? '').ingress);
    expect(examples).toHaveLength(4);
    const secrets = { STEWARD_EVENTBRIDGE_KEY: 'k'.repeat(16), STEWARD_WEBHOOK_PASSWORD: 'p'.repeat(16) };
    const { credentials, signatures } = load(Object.assign({}, ...examples), secrets);
    expect(Object.values(credentials).map((list) => list.map(({ kind }) => kind))).toEqual([
      ['header'],
      ['basic', 'bearer'],
    ]);
    expect(Object.keys(signatures)).toEqual(['webhook']);
  });

  test('a signature is off unless it is named; its keys are at the vendor’s address unless another is named', () => {
    const credential = webhook({ header: 'x-api-key', valueVariable: 'NEW_KEY' });
    expect(load({ ...credential, signatures: {} }).signatures).toEqual({});
    expect(load({ ...credential, signatures: { webhook: {} } }).signatures).toEqual({
      webhook: { jwksUrl: 'https://api.buywithprime.amazon.com/jwks.json' },
    });
    const other = { jwksUrl: 'https://keys.example.com/set' };
    expect(load({ ...credential, signatures: { webhook: other } }).signatures).toEqual({
      webhook: other,
    });
  });

  test('keys may be had without TLS from the machine itself alone', () => {
    for (const host of ['127.0.0.1:9000', 'localhost:9000', '[::1]:9000']) {
      expect(() => load(webhook({ ...bearer, jwksUrl: `http://${host}/jwks.json` }))).not.toThrow();
    }
    for (const host of ['issuer.example.com', '127.0.0.1.example.com', '10.0.0.1']) {
      const error = errorOf(webhook({ ...bearer, jwksUrl: `http://${host}/jwks.json` }));
      expect(error.problems).toEqual([
        { field: 'ingress.credentials.webhook[0].jwksUrl', message: expect.stringContaining('https://') },
      ]);
    }
  });

  test('a process that takes no events holds no password and asks for none', () => {
    const missing = { NEW_KEY: '', PASSWORD: '' };
    const ingress = {
      ...webhook(bearer, { kind: 'basic', username: 'u', passwordVariable: 'PASSWORD' }),
      signatures: { webhook: {} },
    };
    expect(load(ingress, missing, ['merchants', 'accounts'])).toMatchObject({
      credentials: { eventbridge: [], webhook: [] },
      signatures: {},
    });
  });

  test('no password shows, however the configuration is printed', () => {
    const ingress = load(
      webhook(
        { kind: 'basic', username: 'u', passwordVariable: 'PASSWORD' },
        { header: 'x-api-key', valueVariable: 'NEW_KEY' },
      ),
    );
    for (const shown of [JSON.stringify(ingress), inspect(ingress, { depth: null })]) {
      expect(shown).toContain('PASSWORD');
      expect(shown).not.toContain('hunter2');
    }
  });
});

describe('what is wrong is named', () => {
  const at = (field: string) => `ingress.credentials.webhook[0]${field}`;

  test.each<readonly [string, object, string, RegExp]>([
    ['an unknown kind', { kind: 'digest', username: 'u' }, at('.kind'), /"digest".*header.*basic.*bearer/],
    ['a kind that is none', { kind: 7, header: 'x' }, at('.kind'), /header.*basic.*bearer/],
    ['no map', [], at(''), /map/],
    ['a header without its variable', { header: 'x-api-key' }, at('.valueVariable'), /NAME/],
    ['neither user name', { kind: 'basic', passwordVariable: 'PASSWORD' }, at('.username'), /usernameVariable/],
    [
      'both user names',
      { kind: 'basic', username: 'u', usernameVariable: 'USER_NAME', passwordVariable: 'PASSWORD' },
      at('.username'),
      /not both/,
    ],
    [
      'a user name with a colon',
      { kind: 'basic', username: 'u:hunter2', passwordVariable: 'PASSWORD' },
      at('.username'),
      /colon/,
    ],
    ['an empty user name', { kind: 'basic', username: '', passwordVariable: 'PASSWORD' }, at('.username'), /user name/],
    ['a password in the file', { kind: 'basic', username: 'u', password: 'hunter2' }, at('.passwordVariable'), /NAME/],
    ['no issuer', { ...bearer, issuer: undefined }, at('.issuer'), /nothing/],
    ['no audience', { ...bearer, audience: '' }, at('.audience'), /text/],
    ['no algorithm', { ...bearer, algorithms: [] }, at('.algorithms'), /at least one/],
    ['algorithms left out', { ...bearer, algorithms: undefined }, at('.algorithms'), /list of algorithms/],
    ['algorithm none', { ...bearer, algorithms: ['RS256', 'none'] }, at('.algorithms[1]'), /private key/],
    ['a shared secret', { ...bearer, algorithms: ['HS256'] }, at('.algorithms[0]'), /"HS256".*private key/],
    ['no URL', { ...bearer, jwksUrl: 'keys' }, at('.jwksUrl'), /https/],
    [
      'a password in a URL',
      { ...bearer, jwksUrl: 'https://u:p@x.example.com' },
      at('.jwksUrl'),
      /without user name and password/,
    ],
    ['two scopes in one', { ...bearer, scope: 'a b' }, at('.scope'), /one scope/],
    ['too much tolerance', { ...bearer, clockToleranceSeconds: 3_600 }, at('.clockToleranceSeconds'), /300/],
    ['a misspelt setting', { ...bearer, algoritms: ['ES256'] }, at('.algoritms'), /no such setting/],
  ])('%s', (_name, credential, field, message) => {
    const error = errorOf(webhook(credential));
    expect(error.problems).toContainEqual({ field, message: expect.stringMatching(message) });
    expect(error.message).not.toContain('hunter2');
  });

  test('a signature without a credential beside it', () => {
    const signatures = { webhook: {} };
    expect(errorOf({ signatures }).problems).toEqual([
      { field: 'ingress.credentials.webhook', message: expect.stringContaining('never in its place') },
    ]);
    expect(errorOf({ signatures, credentials: { eventbridge: [bearer] } }).problems).toHaveLength(1);
  });

  test('a signature on the envelope that has none', () => {
    expect(errorOf({ signatures: { eventbridge: {} } }).problems).toContainEqual({
      field: 'ingress.signatures.eventbridge',
      message: expect.stringContaining('no such setting'),
    });
  });

  test('a host that others reach is satisfied by any kind', () => {
    expect(load({ host: '0.0.0.0', ...webhook(bearer) }).host).toBe('0.0.0.0');
  });

  test('secrets that are missing or that HTTP Basic cannot carry, by their variables', () => {
    const ingress = webhook(
      { kind: 'basic', usernameVariable: 'USER_NAME', passwordVariable: 'PASSWORD' },
      { kind: 'basic', username: 'u', passwordVariable: 'NO_PASSWORD' },
    );
    const right = 'a right password';
    const fieldsOf = (more: NodeJS.ProcessEnv) => errorOf(ingress, more).problems.map(({ field }) => field);
    expect(fieldsOf({})).toEqual(['NO_PASSWORD']);
    expect(fieldsOf({ USER_NAME: '', NO_PASSWORD: right })).toEqual(['USER_NAME']);
    const broken = { USER_NAME: 'u:hunter2', PASSWORD: 'hunter2-of-a-file\n', NO_PASSWORD: right };
    expect(fieldsOf(broken)).toEqual(['USER_NAME', 'PASSWORD'].toSorted());
    expect(errorOf(ingress, broken).message).not.toContain('hunter2');
  });

  test.each([
    ['one character', 'a'],
    ['15 characters', 'hunter2-hunter2'],
    ['blanks', ' '.repeat(20)],
    ['a blank before it', ' hunter2-hunter2-'],
    ['a line break behind it', 'hunter2-hunter2-\n'],
    ['a control character', 'hunter2-hunter2\u0000-'],
    ['letters that ASCII lacks', 'hunter2-hünter2-hunter2'],
  ])('keys and passwords: %s', (_name, value) => {
    const ingress = webhook(
      { header: 'x-api-key', valueVariable: 'NEW_KEY' },
      { kind: 'basic', username: 'u', passwordVariable: 'PASSWORD' },
    );
    for (const variable of ['NEW_KEY', 'PASSWORD']) {
      const { problems, message } = errorOf(ingress, { [variable]: value });
      const found = `found a text of ${value.length} characters, expected at least 16 characters`;
      expect(problems).toEqual([{ field: variable, message: expect.stringContaining(found) }]);
      expect(message).not.toContain('hunter2');
    }
    expect(() => load(ingress, { NEW_KEY: 'x'.repeat(16), PASSWORD: 'inner blanks are' })).not.toThrow();
  });
});
