/** docs/going-live.md: its commands name what the templates have, and its configuration is one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { loadConfiguration } from '../../src/config/load.ts';
import { readTemplate, templateNames } from '../deploy/cloudFormation.ts';
import { documentedLines, shellWords } from './documented.ts';

const page = join(__dirname, '..', '..', 'docs', 'going-live.md');
const text = readFileSync(page, 'utf8');
const lines = documentedLines().flatMap(({ page: path, line }) => (path.endsWith('going-live.md') ? [line] : []));
const fileOf = (line: string): string =>
  basename(/(?:--template-file |file:\/\/)(deploy\/aws\/\S+)/.exec(line)?.[1] ?? '');
const deploying = lines.filter((line) => fileOf(line) !== '');

/** The parameters that a command gives, in either form of the AWS CLI. */
function givenIn(line: string): string[] {
  const long = [...line.matchAll(/ParameterKey=(\w+)/g)].map(([, name = '']) => name);
  const short = shellWords(line.split('--parameter-overrides ')[1] ?? '').map((word) => word.split('=')[0] ?? '');
  return long.length > 0 ? long : short;
}

test('each template has a command, and every parameter that it needs', () => {
  expect(new Set(deploying.map(fileOf))).toEqual(new Set<string>(templateNames));
  for (const name of templateNames) {
    const [first = ''] = deploying.filter((line) => fileOf(line) === name);
    const needed = Object.entries(readTemplate(name).Parameters).filter(([, { Default }]) => Default === undefined);
    expect(givenIn(first).toSorted()).toEqual(needed.map(([parameter]) => parameter).toSorted());
  }
});

test.each(deploying)('%s: the template has these parameters', (line) => {
  const known = Object.keys(readTemplate(fileOf(line)).Parameters);
  expect(givenIn(line).length).toBeGreaterThan(0);
  expect(givenIn(line).filter((name) => !known.includes(name))).toEqual([]);
});

test('the table of parameters is that of seller.yaml, with its defaults', () => {
  const rows = [...text.matchAll(/^\| `(\w+)` +\| (\S+) +\|/gm)].map(([, name, given]) => [name, given]);
  const expected = Object.entries(readTemplate('seller.yaml').Parameters).map(([name, { Default }]) => [
    name,
    Default === undefined ? '(required)' : Default === '' ? 'none' : Default === 0 ? '0' : `\`${Default as string}\``,
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
});

test('the configuration takes the outputs of the stack, and refuses the placeholders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'going-live-'));
  try {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
    const file = join(folder, 'steward.yaml');
    const load = (content: string) => {
      writeFileSync(file, content);
      return loadConfiguration({ TEMPORAL_CONFIG_FILE: join(folder, 'none') }, file);
    };
    expect(() => load(yaml)).toThrow(/accounts\.111122223333\.role\.arn/);
    const values: Readonly<Record<string, string>> = {
      MarketplaceRoleArn: 'arn:aws:iam::111122223333:role/marketplace-steward',
      QueueRoleArn: 'arn:aws:iam::111122223333:role/marketplace-steward-queue',
      QueueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/marketplace-steward',
      'external-id': '0123456789abcdef',
    };
    const names = [...yaml.matchAll(/<([\w-]+)>/g)].map(([, name = '']) => name);
    const outputs = Object.keys(readTemplate('seller.yaml').Outputs ?? {});
    expect(names.filter((name) => name !== 'external-id' && !outputs.includes(name))).toEqual([]);
    const { accounts, ingress } = load(yaml.replaceAll(/<([\w-]+)>/g, (_, name: string) => values[name] ?? ''));
    expect(Object.keys(accounts)).toEqual(['111122223333']);
    expect(ingress.queues).toMatchObject([
      { region: 'us-east-1', url: values['QueueUrl'], role: { arn: values['QueueRoleArn'] } },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('docker-compose.yml is as the page says', () => {
  interface Service {
    readonly ports?: readonly string[];
    readonly environment?: Readonly<Record<string, string | null>>;
  }
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
    readonly services: Readonly<Record<string, Service>>;
  };
  const portsOf = (name: string) => services[name]?.ports;

  test('its ports are on the loopback address: what the page opens, and what it forwards by SSH', () => {
    expect([portsOf('temporal'), portsOf('ui'), portsOf('ingress')]).toEqual([
      ['127.0.0.1:7233:7233'],
      ['127.0.0.1:8080:8080'],
      ['127.0.0.1:8088:8080'],
    ]);
    for (const address of [
      '127.0.0.1:8088/readyz',
      'TEMPORAL_ADDRESS=127.0.0.1:7233',
      'webUiUrl: http://127.0.0.1:8080',
    ]) {
      expect(text).toContain(address);
    }
    expect(lines.find((line) => line.startsWith('ssh '))).toContain('-L 8080:127.0.0.1:8080 -L 7233:127.0.0.1:7233');
    const others = Object.entries(services).filter(([name]) => name !== 'caddy');
    expect(others.flatMap(([, { ports = [] }]) => ports.filter((port) => !port.startsWith('127.0.0.1:')))).toEqual([]);
  });

  test('the variables that the page has the reader fill in are those of environment.example, and reach both processes', () => {
    const [, block = ''] = /Fill in `\.env`:([\s\S]*?)\n```/.exec(text) ?? [];
    const named = [...block.matchAll(/`([A-Z][A-Z_]+)/g)].map(([, variable = '']) => variable);
    expect(named).toEqual(['POSTGRES_PASSWORD', 'STEWARD_CONFIG_FOLDER', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    const example = readFileSync('deploy/environment.example', 'utf8');
    for (const variable of named) expect(example).toMatch(new RegExp(`^(# )?${variable}=`, 'm'));
    for (const name of ['worker', 'ingress']) {
      const given = readFileSync(`deploy/environment/${name}.env`, 'utf8');
      for (const variable of named.slice(2)) expect(given).toContain(`\n${variable}=\${${variable}:-}\n`);
    }
  });

  test('the backup names the service and the user of the database', () => {
    const dumps = lines.filter((line) => /pg_dumpall|psql/.test(line));
    expect(dumps).toHaveLength(2);
    for (const line of dumps) expect(line).toMatch(/^docker compose exec -T postgresql \S+ --username temporal\b/);
    expect(services['postgresql']?.environment?.['POSTGRES_USER']).toBe('temporal');
  });
});
