import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyNamed } from '@marketplace-steward/testing/encryption';
import { loadEncryption } from '../../src/config/encryption.ts';
import { ConfigurationError } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'encryption-'));
const file = join(folder, 'steward.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const environment = {
  TEMPORAL_CONFIG_FILE: join(folder, 'no-such.toml'),
  NEW_KEY: keyNamed('new'),
  OLD_KEY: keyNamed('old'),
};
const keys = [
  { id: '2026-11', keyVariable: 'NEW_KEY' },
  { id: '2026-05', keyVariable: 'OLD_KEY' },
];

/** Both readers: of the whole configuration, and of the section alone. */
const readers = [
  ['a process', (given: NodeJS.ProcessEnv) => loadConfiguration(given, file, []).encryption],
  ['a command', (given: NodeJS.ProcessEnv) => loadEncryption(given, file)],
] as const;

function write(encryption: unknown): void {
  writeFileSync(file, JSON.stringify({ accounts: {}, encryption }));
}

function problemsOf(encryption: unknown, read: (typeof readers)[number][1], given: NodeJS.ProcessEnv = {}) {
  write(encryption);
  try {
    read({ ...environment, ...given });
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.message.includes(environment.NEW_KEY)) throw error;
    return Object.fromEntries(error.problems.map(({ field, message }) => [field, message]));
  }
  throw new Error('the configuration was taken');
}

describe.each(readers)('%s', (_who, read) => {
  test('gets the keys in their order, from the variables that the file names', () => {
    write({ keys });
    const found = read(environment);
    expect(found?.encrypts).toBe(true);
    expect(found?.keys.map(({ id, key }) => [id, key.reveal()])).toEqual([
      ['2026-11', environment.NEW_KEY],
      ['2026-05', environment.OLD_KEY],
    ]);
    expect(JSON.stringify(found)).not.toContain(environment.NEW_KEY);
  });

  test('encrypts nothing where the file says so, or says nothing', () => {
    write({ keys, encrypts: false });
    expect(read(environment)?.encrypts).toBe(false);
    write(undefined);
    expect(read(environment)).toBeUndefined();
  });

  test.each([
    ['too short', keyNamed('new').slice(0, 24)],
    ['too long', Buffer.alloc(33, 7).toString('base64')],
    ['hexadecimal', Buffer.alloc(32, 7).toString('hex')],
    ['with a character that is none of base64', keyNamed('new').replace(/^./, '!')],
    ['without its padding', keyNamed('new').replace('=', '')],
    ['with a line break', `${keyNamed('new')}\n`],
  ])('refuses a key that is %s, and does not repeat it', (_what, NEW_KEY) => {
    const problems = problemsOf({ keys }, read, { NEW_KEY });
    expect(problems).toEqual({
      NEW_KEY: `encryption.keys[0].keyVariable names it; found a text of ${NEW_KEY.length} characters, expected 32 bytes in base64, as "openssl rand -base64 32" gives them`,
    });
  });

  test('names every missing variable, and a key that is there twice', () => {
    expect(Object.keys(problemsOf({ keys }, read, { NEW_KEY: '', OLD_KEY: undefined }))).toEqual([
      'NEW_KEY',
      'OLD_KEY',
    ]);
    expect(problemsOf({ keys }, read, { OLD_KEY: environment.NEW_KEY })).toEqual({
      OLD_KEY: 'encryption.keys[1].keyVariable names it; found the key of 2026-11, expected another',
    });
  });

  test.each([
    ['no keys', { keys: [] }, 'encryption.keys'],
    ['an id twice', { keys: [keys[0], { ...keys[1], id: '2026-11' }] }, 'encryption.keys[1].id'],
    ['an id that is no word', { keys: [{ ...keys[0], id: 'the new one' }] }, 'encryption.keys[0].id'],
    ['a misspelt setting', { keys, encrypt: true }, 'encryption.encrypt'],
    ['a key in the file', { keys: [{ id: 'a', key: keyNamed('a') }] }, 'encryption.keys[0].key'],
    [
      'a key in the place of its variable',
      { keys: [{ id: 'a', keyVariable: keyNamed('a') }] },
      'encryption.keys[0].keyVariable',
    ],
  ])('refuses %s', (_what, section, field) => {
    const problems = problemsOf(section, read);
    expect(problems).toHaveProperty([field]);
    expect(JSON.stringify(problems)).not.toContain(keyNamed('a'));
  });
});

test('a command reads the section although another one is wrong', () => {
  writeFileSync(file, JSON.stringify({ accounts: { nonsense: {} }, encryption: { keys } }));
  expect(loadEncryption(environment, file)?.keys).toHaveLength(2);
  expect(() => loadConfiguration(environment, file, [])).toThrow(ConfigurationError);
});
