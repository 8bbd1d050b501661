import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { createAuthority } from '@marketplace-steward/testing/certificates';
import { runSteward } from '@marketplace-steward/testing/steward';
import type { CommandContext, CommandResult } from '../../src/cli/command.ts';
import { checkConfig, configSchema, showConfig } from '../../src/cli/config.ts';
import { configurationJsonSchema } from '../../src/config/jsonSchema.ts';
import { lineOf, ownLineOf } from '../../src/config/places.ts';
import { readYaml } from '../../src/config/yaml.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'steward.yaml');

const context = (environment: NodeJS.ProcessEnv): CommandContext => ({
  environment: { TEMPORAL_CONFIG_FILE: join(folder, 'none'), ...environment },
  workingDirectory: folder,
  clone: folder,
  note: () => {},
  progress: () => {},
  run: () => Promise.resolve(),
});

const canary = 'canary-0123456789';
const whole = `accounts:
  '111122223333':
    mode: observe
    role:
      arn: arn:aws:iam::111122223333:role/steward
      externalId: ${canary}-external
    credentials: { accessKeyIdVariable: KEY_ID, secretAccessKeyVariable: KEY }
merchants:
  bp.1:
    clientId: a-client
    clientSecretVariable: CLIENT_SECRET
ingress:
  credentials:
    webhook:
      - kind: basic
        username: ${canary}-user
        passwordVariable: PASSWORD
notices:
  channels:
    log: { type: log }
    ops: { type: webhook, url: 'https://ops.example.com/${canary}?key=${canary}', secretVariables: [SIGNING] }
    team: { type: slack, urlVariable: SLACK }
webUiUrl: https://ui.example.com/temporal?token=${canary}
`;
const secrets: NodeJS.ProcessEnv = {
  KEY_ID: `${canary}-id`,
  KEY: `${canary}-key`,
  CLIENT_SECRET: `${canary}-client`,
  PASSWORD: `${canary}-password`,
  SIGNING: `whsec_${Buffer.from(canary.repeat(2)).toString('base64')}`,
  SLACK: `https://hooks.slack.com/services/${canary}`,
};

const written = (text: string): string => {
  writeFileSync(file, text);
  return file;
};
const check = (text: string, environment: NodeJS.ProcessEnv, flags = {}): CommandResult =>
  checkConfig(written(text), flags, context(environment));

/** Nothing that either form of a result shows. */
function expectNoSecret({ text, document }: CommandResult): void {
  for (const one of [text, JSON.stringify(document)]) {
    expect(one).not.toContain(canary);
    expect(one).not.toContain(secrets['SIGNING']);
  }
}

describe('steward config check', () => {
  test('a screen has room for all of it: what the file has wrong first, of many the first, and how many more', () => {
    const accounts = Array.from({ length: 30 }, (_, at) => {
      const mode = at < 18 ? 'observer' : 'observe';
      const credentials = `{ accessKeyIdVariable: ID_${at}, secretAccessKeyVariable: KEY_${at} }`;
      return `  '${111_122_223_300 + at}': { mode: ${mode}, credentials: ${credentials} }`;
    });
    const { text, document } = check(`accounts:\n${accounts.join('\n')}\n`, {});
    const lines = text.split('\n');
    expect(lines).toHaveLength(1 + 16 + 1 + 16);
    expect(lines[1]).toMatch(/^ {2}line 2: accounts\.111122223300\.mode: /);
    expect(lines[16]).toBe('  and 3 more; --json has all of them');
    expect(lines[17]).toMatch(/^60 variables have no value\. Set each/);
    expect(lines[33]).toBe('  and 45 more; --json has all of them');
    expect(document).toMatchObject({ problems: { length: 78 } });
  });

  test('what can be used ends with 0, and names the variables', () => {
    const result = check(whole, secrets);
    expect(result).toMatchObject({ exitCode: 0, document: { usable: true, problems: [] } });
    expect(result.text).toContain('All 6 variables that it names have a value.');
    expectNoSecret(result);
  });

  test('each problem is a line with its place and what mends it, fields and variables at once', () => {
    const broken = whole.replace('observe', 'observer').replace('type: slack', 'type: slakc');
    const { KEY: _key, CLIENT_SECRET: _secret, ...some } = secrets;
    const result = check(broken, some);
    expect(result.exitCode).toBe(2);
    const lines = result.text.split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[1]).toMatch(/^ {2}line 3: accounts\.111122223333\.mode: .*expected .*observe/);
    expect(lines[2]).toMatch(/^ {2}line 22: notices\.channels\.team\.type: /);
    expect(lines.slice(3)).toEqual([
      '2 variables have no value. Set each, or the same name with _FILE to the path of a file that has the value:',
      '  line 7: KEY, for accounts.111122223333.credentials.secretAccessKeyVariable',
      '  line 11: CLIENT_SECRET, for merchants.bp.1.clientSecretVariable',
    ]);
    expectNoSecret(result);
  });

  test.each<[string, string, string, string]>([
    ['mode: observe', 'mod: observe', 'accounts.111122223333.mod', 'did you mean mode?'],
    ['externalId:', 'externalID:', 'accounts.111122223333.role.externalID', 'did you mean externalId?'],
    ['urlVariable: SLACK', 'urlVarable: SLACK', 'notices.channels.team.urlVarable', 'did you mean urlVariable?'],
    [
      'passwordVariable:',
      'paswordVariable:',
      'ingress.credentials.webhook[0].paswordVariable',
      'did you mean passwordVariable?',
    ],
    ['type: slack', 'type: sns', 'notices.channels.team.urlVariable', 'another type has it, this one has not'],
    ['mode: observe', 'colour: red', 'accounts.111122223333.colour', ''],
    ['webUiUrl:', 'webUIURL:', 'webUIURL', 'did you mean webUiUrl?'],
  ])('a misspelt setting: %s as %s', (right, wrong, field, mend) => {
    const { problems } = check(whole.replace(right, wrong), secrets).document as {
      readonly problems: ReadonlyArray<{ readonly field: string; readonly mend?: string }>;
    };
    const [problem] = problems.filter((one) => one.field === field);
    expect(problem?.mend ?? '').toBe(mend);
    expect(problem).toBeDefined();
  });

  test('a placeholder of the documents is named as one', () => {
    const { text } = check(whole.replace(`${canary}-external`, '<external-id>'), secrets);
    expect(text).toContain('role.externalId: found the placeholder <external-id>, expected 2 to 1,224 characters');
  });

  test('a secret of another form is named, and not shown', () => {
    const result = check(whole, { ...secrets, PASSWORD: canary.slice(0, 8) });
    expect(result.text).toMatch(/line 17: PASSWORD: .*found a text of 8 characters/);
    expect(result.text).not.toContain(canary.slice(0, 8));
  });

  test('a certificate that the ingress cannot use is a problem of the ingress, with its line', () => {
    const authority = createAuthority('The authority of a test');
    const [one, other] = [authority.issue('localhost'), authority.issue('localhost')];
    const [certificateFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const text = whole.replace(
      'ingress:',
      `ingress:\n  tls:\n    certificateFile: ${certificateFile}\n    keyFile: ${keyFile}`,
    );
    writeFileSync(certificateFile, one.certificate);
    expect(check(text, secrets).text).toMatch(/line 15: ingress\.tls\.keyFile: .*no such file/);
    writeFileSync(keyFile, other.key);
    expect(check(text, secrets).text).toMatch(/line 15: ingress\.tls\.keyFile: .*it is of another/);
    expect(check(text, secrets, { for: 'worker' })).toMatchObject({ exitCode: 0 });
    writeFileSync(keyFile, one.key);
    expect(check(text, secrets)).toMatchObject({ exitCode: 0 });
  });

  test('each process is asked for its own secrets', () => {
    const { PASSWORD: password, ...ofWorker } = secrets;
    expect(check(whole, ofWorker, { for: 'worker' })).toMatchObject({ exitCode: 0 });
    expect(check(whole, ofWorker, { for: 'ingress' })).toMatchObject({ exitCode: 2 });
    expect(check(whole, { PASSWORD: password }, { for: 'ingress' })).toMatchObject({ exitCode: 0 });
  });

  test.each<[string, string, RegExp]>([
    ['broken YAML', 'accounts:\n  a: [1\nb: 2\n', /^ {2}line [23]: \(file\): /m],
    ['an empty file', '', /^ {2}\(file\): the file holds no setting/m],
  ])('%s has its line where there is one', (_name, text, expected) => {
    const result = check(text, {});
    expect(result.exitCode).toBe(2);
    expect(result.text).toMatch(expected);
  });

  test('a file that is not there ends with 2, by the command too, as one JSON document', async () => {
    const words = ['config', 'check', 'nowhere.yaml', '--json'];
    const { stdout, exitCode } = await runSteward(words, { folder });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ usable: false, problems: [{ field: '(file)' }] });
  });
});

describe('steward config show', () => {
  const show = (environment = secrets): CommandResult => showConfig(written(whole), {}, context(environment));

  test('shows every value with its source, and no secret', () => {
    const result = show({ ...secrets, KEY: '', KEY_FILE: '/nowhere' });
    expectNoSecret(result);
    for (const line of [
      '    mode: observe # line 3',
      '    dailyCap: 50 # default',
      '      externalId: … # line 6',
      '      secretAccessKeyVariable: KEY # line 7, from a file',
      '    clientSecretVariable: CLIENT_SECRET # line 11, set',
      '        username: … # line 16',
      '      url: https://ops.example.com/… # line 21',
      'webUiUrl: https://ui.example.com/temporal # line 23',
      '    freshForMs: 86400000 # default',
    ]) {
      expect(result.text.split('\n')).toContain(line);
    }
    expect(show({}).text).toContain('clientSecretVariable: CLIENT_SECRET # line 11, NOT SET');
  });

  test('what it shows is a configuration with the same meaning', () => {
    const { text, document } = show();
    expect(parse(text, { stringKeys: true })).toEqual((document as { settings: unknown }).settings);
    // What is masked is refused as a value, so that nobody deploys it.
    expect(() => showConfig(written(text), {}, context(secrets))).toThrow(/externalId[^]*channels\.ops\.url/);
    const filled = text.replace('externalId: …', 'externalId: another').replace('example.com/…', 'example.com/hook');
    const again = showConfig(written(filled), {}, context(secrets));
    expect((again.document as { settings: unknown }).settings).toEqual((document as { settings: unknown }).settings);
  });

  test('the example is shown whole, its short form of the channels as what it stands for', () => {
    const example = readFileSync(join(__dirname, '..', '..', 'deploy', 'steward.example.yaml'), 'utf8');
    const { text } = showConfig(written(example), {}, context({}));
    const line = example.split('\n').indexOf('  channels: [log]') + 1;
    expect(text).toContain(`      type: log # line ${line}`);
  });
});

test('steward config schema prints the schema', () => {
  expect(JSON.parse(configSchema().text)).toEqual(configurationJsonSchema());
});

describe('the line of a setting', () => {
  const key = fc.stringMatching(/^[a-z]{1,3}(\.[a-z]{1,2})?$/);
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, fc.integer(), tie('map'), tie('list')),
    map: fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 3 }),
    list: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
  })).map;
  type Leaf = readonly [path: string, last: string];
  const leaves = (value: unknown, path: string, last: string): readonly Leaf[] => {
    if (Array.isArray(value)) return value.flatMap((item, place) => leaves(item, `${path}[${place}]`, last));
    if (typeof value !== 'object' || value === null) return [[path, last]];
    return Object.entries(value).flatMap(([name, member]) =>
      leaves(member, path === '' ? name : `${path}.${name}`, name),
    );
  };
  const isAmbiguous = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    (Object.values(value).some(isAmbiguous) ||
      Object.keys(value).some((one) => Object.keys(value).some((other) => other.startsWith(`${one}.`))));

  test('is that of its name, at any depth', () => {
    fc.assert(
      fc.property(tree, (value) => {
        fc.pre(!isAmbiguous(value));
        const text = stringify(value);
        const lines = text.split('\n');
        for (const [path, name] of leaves(value, '', '')) {
          const line = ownLineOf(readYaml(text), path);
          const upToIt = lines.slice(0, line).toReversed();
          // An item of a list has no name: the nearest one above it is the list's.
          expect(upToIt[0]).toMatch(path.endsWith(']') ? /\S/ : new RegExp(`(^|[ -])${name.replace('.', '\\.')}:`));
        }
      }),
    );
  });

  test('is that of the nearest setting around one that is not there, and none without any', () => {
    const text = readYaml('a:\n  b:\n    c: 1\n');
    expect(lineOf(text, 'a.b.d.e')).toBe(2);
    expect(ownLineOf(text, 'a.b.d')).toBeUndefined();
    expect(lineOf(text, 'TEMPORAL_*')).toBeUndefined();
  });
});
